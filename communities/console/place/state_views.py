"""Pages of the state a place is in: opening it, closing it, having it deleted, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from communities.console.place import states
from communities.console.place.checklist import checklist_of
from communities.console.place.forms import DeletionForm, OpeningForm
from communities.exceptions import DomainError
from communities.launch.exceptions import GaugesShort
from communities.launch.gauges import Reading, read_gauges
from communities.launch.models import Stage, Wave
from communities.middleware import MemberRequest
from communities.models import Community
from communities.permissions import can_close_community, can_open_community, team_page
from communities.texts.queries import unconfirmed

State = Community.State


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_open_community)
def open_community(request: MemberRequest) -> HttpResponse:
    """Is everything there? Who comes in first? Then open it."""
    waits = [Waiting(stage, read_gauges(stage)) for stage in states.stages_waiting()]
    form = OpeningForm(
        request.POST if request.method == "POST" else None,
        choices=_ways_to_open(waits),
        initial=_likely(waits),
    )
    if form.is_valid():
        try:
            opened = states.open_community(request.community, by=request.membership, **form.cleaned_data)
        except GaugesShort as short:
            form.add_error("reason", str(short))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("%(name)s is open.") if opened else _("%(name)s was open already.")
            messages.success(request, words % {"name": request.community.name})
            return redirect(_first_thing_now())
    context = {
        "form": form,
        "checklist": checklist_of(request.community, request.membership),
        "unconfirmed": unconfirmed(),
        "has_plan": bool(waits) or Stage.objects.exists(),
        "waits": waits,
        "short": any(not reading.holds for one in waits for reading in one.readings),
    }
    return render(request, "console/open_community.html", context, status=422 if form.errors else 200)


# Who is in once the plan is open as far as a stage, by its audience.
COMES_IN = {
    Stage.Audience.TEAM: gettext_lazy("Only your team is in; everybody else sees the waiting list."),
    Stage.Audience.AMBASSADORS: gettext_lazy("Your team and your ambassadors are in."),
    Stage.Audience.LIST: gettext_lazy("The people whom you named are in."),
    Stage.Audience.WAVE: gettext_lazy("Whoever you invite comes in: a first wave needs this stage."),
    Stage.Audience.WAITING: gettext_lazy("A share of the waiting list comes in."),
    Stage.Audience.EVERYONE: gettext_lazy("Anybody comes in who wants to."),
}


@dataclass(frozen=True)
class Waiting:
    """A stage that has not been opened, and what it waits for."""

    stage: Stage
    readings: Sequence[Reading]

    @property
    def words(self) -> str:
        """“Whoever you invite comes in. Still short: ambassadors 0 of 5.”"""
        to = COMES_IN[Stage.Audience(self.stage.audience)]
        short = [f"{one.gauge.label} {one.text}" for one in self.readings if not one.holds]
        if not short:
            return str(to)
        lacks = _("Not reached yet: %(what)s.") % {"what": ", ".join(short)}
        return f"{to} {lacks}"


def _ways_to_open(waits: Sequence[Waiting]) -> list[tuple[str, Any]]:
    """How far the plan can open with the place: each stage brings those before it."""
    begun = [("", _("As far as the plan is open already"))] if waits and states.plan_has_begun() else []
    return [
        *begun,
        *(
            (str(one.stage.place), format_html("{} <small>{}</small>", one.stage.name, one.words))
            for one in waits
        ),
    ]


def _likely(waits: Sequence[Waiting]) -> dict[str, Any]:
    """As far as whoever is invited comes in, which nobody does by themselves; and why, since nobody was there before
    who could have filled a gauge."""
    if not waits or states.plan_has_begun():
        return {}
    invited = next((one for one in waits if one.stage.audience == Stage.Audience.WAVE), waits[0])
    through = [one for one in waits if one.stage.place <= invited.stage.place]
    is_short = any(not reading.holds for one in through for reading in one.readings)
    reason = _("The first opening: nobody could come in before today.") if is_short else ""
    return {"through": str(invited.stage.place), "reason": reason}


def _first_thing_now() -> str:
    """Where one goes on in an open place: to those who are invited, if a stage waits for them."""
    invites = Stage.objects.of_waves().opened().exists() and not Wave.objects.exists()
    return "launch:show-waves" if invites else "console:show-console"


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_close_community)
def close_community(request: MemberRequest) -> HttpResponse:
    """Which state is it in, and what would each of the others mean?"""
    if request.method == "POST":
        wanted = request.POST.get("state", "")
        if wanted not in (State.CLOSED, State.READ_ONLY):
            raise Http404
        return _moved(request, wanted)
    return _close_page(request, DeletionForm())


@require_POST
@team_page(can_close_community)
def reopen_community(request: MemberRequest) -> HttpResponse:
    return _moved(request, State.OPEN)


@require_POST
@team_page(can_close_community)
def delete_community(request: MemberRequest) -> HttpResponse:
    """In thirty days, once its name is typed."""
    form = DeletionForm(request.POST)
    if form.is_valid():
        try:
            states.ask_deletion(request.community, by=request.membership, typed=form.cleaned_data["name"])
        except DomainError as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(
                request, _("Its owners have been told by mail. Until then you can take it back.")
            )
            return redirect("console:close-community")
    return _close_page(request, form, status=422)


@require_POST
@team_page(can_close_community)
def keep_community(request: MemberRequest) -> HttpResponse:
    if states.keep_community(request.community, by=request.membership):
        messages.success(request, _("It stays, as it was before."))
    return redirect("console:close-community")


def _moved(request: MemberRequest, state: str) -> HttpResponse:
    try:
        changed = states.set_state(request.community, by=request.membership, state=state)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        if changed:
            words = {
                State.OPEN: _("%(name)s is open again."),
                State.CLOSED: _("%(name)s takes no new members."),
                State.READ_ONLY: _("%(name)s is read-only now."),
            }
            messages.success(request, words[State(state)] % {"name": request.community.name})
    return redirect("console:close-community")


def _close_page(request: MemberRequest, form: DeletionForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "days": states.TIME_TO_CHANGE_ONES_MIND.days}
    return render(request, "console/close_community.html", context, status=status)
