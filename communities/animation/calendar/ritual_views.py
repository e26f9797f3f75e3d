"""Rituals: what comes every week by itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.animation.calendar import rituals
from communities.animation.calendar.exceptions import MovedMeanwhile
from communities.animation.calendar.forms import RitualForm
from communities.animation.calendar.models import Ritual
from communities.animation.calendar.permissions import can_edit_calendar
from communities.exceptions import DomainError, NotAllowed
from communities.in_place import say_done
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.responses import private

MOST = 100


@require_safe
@team_page(can_edit_calendar)
def list_rituals(request: MemberRequest) -> HttpResponse:
    """Those that have not ended, in the order of the week."""
    rows = Ritual.objects.living().select_related("space", "owner")[:MOST]
    return private(render(request, "animation/calendar/list_rituals.html", {"rituals": list(rows)}))


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_calendar)
def start_ritual(request: MemberRequest) -> HttpResponse:
    """Begin one."""
    sent, me = request.POST if request.method == "POST" else None, request.membership
    form = RitualForm(sent, community=request.community, by=me)
    if form.is_valid():
        ritual = rituals.start_ritual(form.wishes(), by=me, community=request.community)
        messages.success(request, _("“%(title)s” now comes every week.") % {"title": ritual.title})
        return HttpResponseRedirect(reverse("animation:list-rituals"))
    return _form_page(request, form, None, 422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_calendar)
def edit_ritual(request: MemberRequest, pk: int) -> HttpResponse:
    """Change what is to come; where somebody else did so meanwhile, what was typed stays (409)."""
    ritual = _ritual(pk)
    sent = request.POST if request.method == "POST" else None
    form = RitualForm(sent, community=request.community, by=request.membership, ritual=ritual)
    if not form.is_valid():
        return _form_page(request, form, ritual, 422 if request.method == "POST" else 200)
    said: dict[str, Any] = {"by": request.membership, "version": form.cleaned_data["version"]}
    try:
        rituals.edit_ritual(ritual, form.wishes(), community=request.community, **said)
    except MovedMeanwhile as refusal:
        return _form_page(request, form, ritual, 409, conflict=str(refusal))
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("animation:list-rituals"))


@require_POST
@team_page(can_edit_calendar)
def pause_ritual(request: MemberRequest, pk: int) -> HttpResponse:
    undo = reverse("animation:resume-ritual", args=[pk])
    return _done(request, lambda: rituals.pause_ritual(_ritual(pk), by=request.membership), undo=undo)


@require_POST
@team_page(can_edit_calendar)
def resume_ritual(request: MemberRequest, pk: int) -> HttpResponse:
    me, here = request.membership, request.community
    undo = reverse("animation:pause-ritual", args=[pk])
    return _done(request, lambda: rituals.resume_ritual(_ritual(pk), by=me, community=here), undo=undo)


@require_POST
@team_page(can_edit_calendar)
def end_ritual(request: MemberRequest, pk: int) -> HttpResponse:
    return _done(request, lambda: rituals.end_ritual(_ritual(pk), by=request.membership))


def _done(request: MemberRequest, act: Any, *, undo: str = "") -> HttpResponse:
    try:
        act()
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        say_done(request, _("Saved."), undo=undo)
    return HttpResponseRedirect(reverse("animation:list-rituals"))


def _ritual(pk: int) -> Ritual:
    """Raises Http404, also for one that has ended."""
    found: Ritual | None = Ritual.objects.living().select_related("space", "owner").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _form_page(
    request: MemberRequest, form: RitualForm, ritual: Ritual | None, status: int, *, conflict: str = ""
) -> HttpResponse:
    context = {"form": form, "ritual": ritual, "conflict": conflict}
    return private(render(request, "animation/calendar/edit_ritual.html", context, status=status))
