"""What came of a box, for its team: from the people who saw it to what was delivered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from communities.exceptions import NotAllowed
from communities.ideas.funnel import FEW, FEW_READERS, Funnel, known_funnel
from communities.ideas.permissions import FEATURE, reads_worth, sees_figures
from communities.ideas.queries import box_for_page
from communities.ideas.views.boxes import readable_box
from communities.launch.features import feature_required
from communities.middleware import MemberRequest, member_of
from communities.responses import private
from communities.templatetags.money import money
from communities.templatetags.parvis import number


@dataclass(frozen=True)
class Line:
    """One step: how many, of the ideas how much in percent, what belongs to it in small."""

    label: str
    value: str
    share: int | None = None
    note: str = ""
    is_part: bool = False


@feature_required(FEATURE)
@require_safe
def show_figures(request: MemberRequest, space: str) -> HttpResponse:
    """How many saw it, took part, were answered, what was taken up and delivered; no figure points at anybody."""
    here, by = readable_box(request, space), member_of(request)
    box = box_for_page(here)
    if not sees_figures(by, box):
        raise NotAllowed
    funnel, counted_at = known_funnel(box, request.community)
    currency = request.community.currency if reads_worth(by) else ""
    context = {
        "space": here,
        "box": box,
        "figures": funnel,
        "counted_at": counted_at,
        "people": list(_people(funnel)) if funnel else [],
        "ideas": list(_ideas(funnel, currency)) if funnel else [],
        "few": FEW,
        "few_readers": FEW_READERS,
        "crumbs": [
            {"label": _("Ideas"), "url": reverse("ideas:list-boxes")},
            {"label": here.name, "url": here.get_absolute_url()},
            {"label": _("From readers to results")},
        ],
    }
    return private(render(request, "ideas/show_figures.html", context))


def _people(funnel: Funnel) -> Iterator[Line]:
    if funnel.seen is not None:
        yield Line(
            pgettext("of people", "Opened the box"),
            told(funnel.seen, FEW_READERS),
            note=_("each person once a day"),
        )
    yield Line(pgettext("of people", "Took part"), told(funnel.people))
    yield Line(pgettext("of people", "Submitted an idea"), told(funnel.wrote), is_part=True)
    yield Line(pgettext("of people", "Voted"), told(funnel.voted), is_part=True)
    yield Line(pgettext("of people", "Replied"), told(funnel.replied), is_part=True)


def _ideas(funnel: Funnel, currency: str) -> Iterator[Line]:
    merged = ngettext("%(n)s more was merged", "%(n)s more were merged", funnel.merged)
    yield Line(
        _("Ideas"), number(funnel.ideas), note=merged % {"n": number(funnel.merged)} if funnel.merged else ""
    )
    parts = (
        (pgettext("of ideas", "Answered by the team"), funnel.answered, ""),
        (pgettext("of ideas", "Taken up"), funnel.taken_up, _("planned or delivered")),
        (pgettext("of ideas", "Delivered"), funnel.delivered, ""),
        (pgettext("of ideas", "Declined"), funnel.declined, ""),
    )
    for label, n, note in parts:
        yield Line(label, number(n), funnel.share(n) if funnel.ideas else None, note)
    if currency and funnel.valued:
        of = ngettext("of %(n)s idea with a value", "of %(n)s ideas with a value", funnel.valued)
        note = of % {"n": number(funnel.valued)}
        yield Line(_("What they have brought"), money(funnel.worth, currency), note=note)


def told(people: int, few: int = FEW) -> str:
    """A number of people; of few, only that."""
    return _("fewer than %(least)s") % {"least": few} if 0 < people < few else number(people)
