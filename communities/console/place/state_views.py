"""Pages of the state a place is in: opening it, closing it, having it deleted, and back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.console.place import states
from communities.console.place.checklist import checklist_of
from communities.console.place.forms import DeletionForm, OpeningForm
from communities.exceptions import DomainError
from communities.launch.exceptions import GaugesShort
from communities.launch.gauges import read_gauges
from communities.launch.models import Stage
from communities.middleware import MemberRequest
from communities.models import Community
from communities.permissions import can_close_community, can_open_community, team_page

State = Community.State


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_open_community)
def open_community(request: MemberRequest) -> HttpResponse:
    """Is everything there? Who comes in? Then open it."""
    form = OpeningForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            opened = states.open_community(
                request.community, by=request.membership, reason=form.cleaned_data["reason"]
            )
        except GaugesShort as short:
            form.add_error("reason", str(short))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("%(name)s is open.") if opened else _("%(name)s was open already.")
            messages.success(request, words % {"name": request.community.name})
            return redirect("console:show-console")
    first = states.first_stage_waiting()
    context = {
        "form": form,
        "checklist": checklist_of(request.community),
        "first": first,
        "has_plan": Stage.objects.exists(),
        "readings": read_gauges(first) if first else [],
    }
    return render(request, "console/open_community.html", context, status=422 if form.errors else 200)


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
