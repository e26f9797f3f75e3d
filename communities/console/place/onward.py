"""The way through the checklist of a draft: what is done leads on to what is still to do, and at the end to opening."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from communities.middleware import MemberRequest
from communities.models import Community, Membership
from communities.setup import Step, steps


@dataclass(frozen=True)
class Onward:
    """The next thing to do, and where."""

    label: str
    url: str


@dataclass(frozen=True)
class Way:
    """Where one stands on the way, for the strip above the pages of the steps."""

    here: Step
    is_done: bool
    done: int
    total: int
    onward: Onward
    # Whether the place could be opened now, whatever else is left to do.
    may_open: bool = False


def go_on(request: MemberRequest, after: str, otherwise: HttpResponse) -> HttpResponse:
    """To what opening still needs, and then to opening, once this step of a draft is done; else where the page leads by
    itself. What can wait is left to the list, which stays."""
    assert request.membership is not None  # only the team comes to a step
    if not request.community.is_draft:
        return otherwise
    community = Community.objects.get(pk=request.community.pk)
    left = [step for step in _mine(request.membership) if not step.check(community).done]
    here = steps.get(after)
    if here is None or here in left:
        return otherwise
    return HttpResponseRedirect(_next([step for step in left if step.needed], here).url)


def is_to_do(request: MemberRequest, name: str) -> bool:
    """Whether a step of a draft is still to be done: whoever changes it again later is not led on."""
    step = steps.get(name)
    return step is not None and request.community.is_draft and not step.check(request.community).done


def way_of(community: Community, reader: Membership, path: str) -> Way | None:
    """None where the page is that of no step, or the place is open already."""
    if not community.is_draft:
        return None
    mine = _mine(reader)
    near = _done_at(mine, path)
    if not near:
        return None
    # Counted as on the list itself; led on only to what this person may do now.
    waiting = [step for step in steps if not step.check(community).done]
    left = [step for step in mine if step in waiting]
    # Where one page does several, one stands at the first of them that is left.
    here = next((step for step in near if step in left), near[0])
    onward = _next(left, here, near)
    total = len(list(steps))
    may_open = not any(step.needed for step in waiting) and onward.url != _opening().url
    return Way(here, here not in left, total - len(waiting), total, onward, may_open)


def _done_at(mine: list[Step], path: str) -> list[Step]:
    """The steps that are done on this page; one page is inside another’s address, and only the nearest counts."""
    found = [
        (len(reverse(name)), step)
        for step in mine
        for name in (step.url_name, *step.also)
        if path.startswith(reverse(name))
    ]
    nearest = max((length for length, _step in found), default=0)
    return [step for length, step in found if length == nearest]


def _mine(reader: Membership) -> list[Step]:
    """The steps of a draft that this person may do."""
    return [step for step in steps if not step.later and step.open_to(reader)]


def _next(left: list[Step], here: Step, near: Sequence[Step] = ()) -> Onward:
    """As on the list: what is needed to open comes first, then all else; in each, what is behind, then what was passed
    over. What the page at hand does itself (`near`) is not ahead. Opening comes when nothing else is left."""
    order = list(steps)

    def place(step: Step) -> tuple[bool, bool, int]:
        return (not step.needed, order.index(step) <= order.index(here), order.index(step))

    for step in sorted(left, key=place):
        if step not in near and step.name != here.name:
            return Onward(str(step.label), reverse(step.url_name))
    return _opening()


def _opening() -> Onward:
    return Onward(_("Open the place"), reverse("console:open-community"))
