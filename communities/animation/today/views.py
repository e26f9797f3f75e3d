"""Today, and the acts on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.animation.exceptions import NoMatter
from communities.animation.models import Handling
from communities.animation.permissions import can_give_matters, can_see_today, can_weigh_matters
from communities.animation.today import services
from communities.animation.today.forms import (
    OFFERED,
    GiveForm,
    PostponeForm,
    minutes_of,
    times_to_come_back,
)
from communities.animation.today.left import keep_left
from communities.animation.today.listing import TodayList, list_today
from communities.animation.today.matters import Source, sources
from communities.animation.today.ranking import MOST_DAYS, MOST_PEOPLE
from communities.animation.today.week import week_of
from communities.animation.today.weights import weights_of
from communities.exceptions import ChangedMeanwhile, DomainError, NotAllowed
from communities.in_place import is_in_place, refuse_in_place, say_done
from communities.middleware import MemberRequest
from communities.models import Membership
from communities.permissions import team_page
from communities.responses import private

# People to whom a matter can be given, in a list that is still read.
MOST_PEOPLE_NAMED = 40
# What is said of an act, and the line that takes it back; None for what was done in its own room.
Said = tuple[str, Handling | None]


@dataclass(frozen=True)
class Problem:
    """An act that was refused: at which matter, why, and what was typed."""

    id: str
    message: str
    typed: str = ""
    day: str = ""
    # Who was ticked.
    meet: tuple[str, ...] = ()


@require_safe
@team_page(can_see_today)
def show_today(request: MemberRequest) -> HttpResponse:
    """What matters now, in order, for the minutes that somebody has."""
    return _page(request, minutes=minutes_of(request.GET), taken=request.GET.get("take", ""))


@require_POST
@team_page(can_see_today)
def do_matter(request: MemberRequest, source: str, key: int) -> HttpResponse:
    """Do it here, by the service of its room."""

    def carry_out(room: Source, act: dict[str, Any]) -> Said:
        return services.carry_out(room, data=request.POST, **act), None

    return _acted(request, source, key, carry_out)


@require_POST
@team_page(can_see_today)
def tick_matter_off(request: MemberRequest, source: str, key: int) -> HttpResponse:
    def tick_off(room: Source, act: dict[str, Any]) -> Said:
        return _("Done."), services.tick_off(room, **act)

    return _acted(request, source, key, tick_off)


@require_POST
@team_page(can_see_today)
def postpone_matter(request: MemberRequest, source: str, key: int) -> HttpResponse:
    form = PostponeForm(request.POST, community=request.community)

    def postpone(room: Source, act: dict[str, Any]) -> Said:
        if not form.is_valid():
            raise DomainError(next(iter(form.errors.values()))[0])
        return _("Put off until then."), services.postpone(room, until=form.until(), **act)

    return _acted(request, source, key, postpone)


@require_POST
@team_page(can_give_matters)
def give_matter(request: MemberRequest, source: str, key: int) -> HttpResponse:
    form = GiveForm(request.POST)

    def give(room: Source, act: dict[str, Any]) -> Said:
        to = form.person() if form.is_valid() else None
        row = services.give(room, to=to, **act)
        return _("%(name)s has it now, and has been told.") % {"name": to}, row

    return _acted(request, source, key, give)


@require_POST
@team_page(can_see_today)
def take_matter_back(request: MemberRequest, id: int) -> HttpResponse:
    row = get_object_or_404(Handling.objects.all(), pk=id)
    minutes = minutes_of(request.POST if "minutes" in request.POST else request.GET)
    try:
        services.take_back(row, by=request.membership)
    except NotAllowed:
        raise
    except DomainError as refusal:
        if is_in_place(request):
            return refuse_in_place(refusal, status=409)
        return _page(request, minutes=minutes, problem=Problem("", str(refusal)), status=409)
    messages.success(request, _("Taken back: it is on the list again."))
    return _back(request, minutes)


def _acted(
    request: MemberRequest, name: str, key: int, act: Callable[[Source, dict[str, Any]], Said]
) -> HttpResponse:
    """Whatever stops it, the page comes back with what was typed; in place, it stays there and the reason comes."""
    source, minutes = sources.get(name), minutes_of(request.POST)
    if source is None:
        raise Http404
    seen = request.POST.get("seen", "")
    arguments = {
        "key": str(key),
        "by": request.membership,
        "community": request.community,
        "seen": int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
    }
    try:
        words, row = act(source, arguments)
    except NotAllowed:
        raise
    except DomainError as refusal:
        sent = request.POST
        said = (sent.get("words", ""), sent.get("day", ""), tuple(sent.getlist("meet")))
        problem = Problem(f"{name}-{key}", str(refusal), *said)
        status = 409 if isinstance(refusal, ChangedMeanwhile | NoMatter) else 422
        if is_in_place(request):
            return refuse_in_place(refusal, status=status)
        return _page(request, minutes=minutes, problem=problem, status=status)
    if row is None:
        messages.success(request, words)
    else:
        undo = reverse("animation:take-matter-back", args=[row.pk])
        say_done(request, words, undo=f"{undo}?minutes={minutes}")
    return _back(request, minutes)


def _back(request: MemberRequest, minutes: int) -> HttpResponse:
    today = list_today(request.community, request.membership, minutes=minutes)
    keep_left(request.membership, len(today.day.now))
    return HttpResponseRedirect(f"{reverse('animation:show-today')}?minutes={minutes}")


def _page(
    request: MemberRequest,
    *,
    minutes: int,
    taken: str = "",
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    me = request.membership
    today = list_today(request.community, me, minutes=minutes, taken=problem.id if problem else taken)
    keep_left(me, len(today.day.now))
    context = {
        "today": today,
        "minutes": minutes,
        "offered": OFFERED,
        "people": _people(me),
        "times": times_to_come_back(request.community),
        "problem": problem,
        "opened": _opened(today, problem.id if problem else taken),
        "rule": weights_of(request.community),
        "most": {"people": MOST_PEOPLE, "days": MOST_DAYS},
        "can_weigh": can_weigh_matters(me),
        "week": week_of(request.community, me),
    }
    return private(render(request, "animation/show_today.html", context, status=status))


def _opened(today: TodayList, wanted: str) -> str:
    """The one matter that is open: the one that somebody asked for, else the first."""
    ids = [one.id for one in today.day.now]
    return wanted if wanted in ids else (ids[0] if ids else "")


def _people(me: Membership) -> list[Membership]:
    """To whom something can be given; nobody, for whoever gives nothing."""
    if not can_give_matters(me):
        return []
    team = Membership.objects.team().exclude(pk=me.pk).order_by("display_name", "pk")
    return list(team[:MOST_PEOPLE_NAMED])
