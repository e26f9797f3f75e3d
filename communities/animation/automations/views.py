"""Automations: the list, the sentence as a form with its rehearsal, the log; and the note that somebody was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.animation.automations import ready, services
from communities.animation.automations.exceptions import AutomationChanged
from communities.animation.automations.forms import AutomationForm, PartsForm
from communities.animation.automations.models import Automation, Firing
from communities.animation.automations.permissions import can_edit_automations
from communities.animation.automations.reaching import parts_of
from communities.animation.automations.rehearsing import Rehearsal, rehearse
from communities.animation.automations.running import FEATURE
from communities.animation.automations.showing import ON_LIST, log_page, rows_of
from communities.automatic import triggers
from communities.content.models import Thread
from communities.content.viewers import viewer_of
from communities.exceptions import DomainError, NotAllowed
from communities.launch.features import feature_required
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.responses import private

State, Why = Automation.State, Automation.Why


@require_safe
@feature_required(FEATURE)
@team_page(can_edit_automations)
def list_automations(request: MemberRequest) -> HttpResponse:
    """All of them as the sentences that made them, and the newest lines of the log."""
    rows = rows_of(request.community, list(Automation.objects.living()[: services.MOST]))
    context = {
        "rows": rows,
        "on": sum(row.automation.is_on for row in rows),
        "stopped_together": any(row.automation.why == Why.ALL for row in rows),
        "times": sum(row.times for row in rows),
        "log": log_page(request.community, request.membership, size=ON_LIST),
        "ready": ready.offered(),
    }
    return private(render(request, "animation/automations/list_automations.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_edit_automations)
def start_automation(request: MemberRequest) -> HttpResponse:
    """First what begins it and what is done, then the rest: the address says how far one is."""
    proposal = ready.named(request.GET.get("ready", ""))
    asked = {"when": proposal.trigger, "then": proposal.act} if proposal is not None else request.GET
    parts = PartsForm(asked if "when" in asked or "then" in asked else None)
    if not parts.is_valid():
        status = 422 if parts.is_bound else 200
        context = {"form": parts, "ready": ready.offered()}
        return private(render(request, "animation/automations/choose_parts.html", context, status=status))
    trigger, act = parts.parts
    form = AutomationForm(
        request.POST if request.method == "POST" else None,
        community=request.community,
        trigger=trigger,
        act=act,
        initial=proposal.values() if proposal is not None else None,
    )
    return _edited(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_edit_automations)
def edit_automation(request: MemberRequest, pk: int) -> HttpResponse:
    """Change one; where somebody else did so meanwhile, what was typed stays (409)."""
    automation = _automation(pk)
    parts = parts_of(automation)
    if parts is None:
        raise Http404
    form = AutomationForm(
        request.POST if request.method == "POST" else None,
        community=request.community,
        trigger=parts[0],
        act=parts[1],
        automation=automation,
    )
    return _edited(request, form, automation)


def _edited(request: MemberRequest, form: AutomationForm, automation: Automation | None) -> HttpResponse:
    """Rehearse, save, or save and switch on."""
    do = request.POST.get("do", "rehearse")
    if not form.is_valid():
        return _form_page(request, form, automation, 422 if request.method == "POST" else 200)
    if do not in ("save", "on"):
        return _form_page(request, form, automation, 200, rehearsal=_rehearsed(request, form))
    try:
        _saved(request, form, automation, on=do == "on")
    except NotAllowed:
        raise
    except AutomationChanged as refusal:
        return _form_page(request, form, automation, 409, conflict=str(refusal))
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _form_page(request, form, automation, 422)
    said = _("It is on, and applies from now on.") if do == "on" else _("Saved.")
    messages.success(request, said)
    return HttpResponseRedirect(reverse("animation:list-automations"))


def _saved(request: MemberRequest, form: AutomationForm, automation: Automation | None, *, on: bool) -> None:
    me, wishes = request.membership, form.wishes()
    if automation is None:
        services.make_automation(wishes, by=me, on=on)
        return
    services.edit_automation(automation, wishes, by=me, version=form.cleaned_data["version"], on=on)


def _rehearsed(request: MemberRequest, form: AutomationForm) -> Rehearsal:
    imagined = Automation(signed_by=request.membership)
    form.wishes().put_into(imagined)
    return rehearse(imagined, request.community, by=request.membership)


def _form_page(
    request: MemberRequest,
    form: AutomationForm,
    automation: Automation | None,
    status: int,
    *,
    conflict: str = "",
    rehearsal: Rehearsal | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "automation": automation,
        "conflict": conflict,
        "rehearsal": rehearsal,
        "readable": _readable(request, rehearsal),
        "signed_by_other": automation is not None and automation.signed_by_id != request.membership.pk,
    }
    return private(render(request, "animation/automations/edit_automation.html", context, status=status))


def _readable(request: MemberRequest, rehearsal: Rehearsal | None) -> set[int]:
    """The threads of a rehearsal that its reader may read: a title may tell what a closed space is about."""
    ids = [case.found.thread.pk for case in rehearsal.shown if case.found.thread] if rehearsal else []
    visible = Thread.objects.visible_to(viewer_of(request)).filter(pk__in=ids)
    return set(visible.values_list("pk", flat=True)) if ids else set()


@require_POST
@feature_required(FEATURE)
@team_page(can_edit_automations)
def switch_on(request: MemberRequest, pk: int) -> HttpResponse:
    said = _("It is on, and applies from now on.")
    return _done(request, lambda: services.switch_on(_automation(pk), by=request.membership), said)


@require_POST
@feature_required(FEATURE)
@team_page(can_edit_automations)
def switch_off(request: MemberRequest, pk: int) -> HttpResponse:
    said = _("It is off.")
    return _done(request, lambda: services.switch_off(_automation(pk), by=request.membership), said)


@require_POST
@feature_required(FEATURE)
@team_page(can_edit_automations)
def remove_automation(request: MemberRequest, pk: int) -> HttpResponse:
    said = _("Automation removed. What it did stays in the log; the journal can bring it back.")
    return _done(request, lambda: services.remove_automation(_automation(pk), by=request.membership), said)


@require_POST
@feature_required(FEATURE)
@team_page(can_edit_automations)
def stop_automations(request: MemberRequest) -> HttpResponse:
    """All at once."""
    n = services.stop_all(by=request.membership)
    said = ngettext("%(n)s automation is stopped.", "%(n)s automations are stopped.", n) % {"n": n}
    messages.success(request, said if n else _("None was running."))
    return HttpResponseRedirect(reverse("animation:list-automations"))


@require_POST
@feature_required(FEATURE)
@team_page(can_edit_automations)
def resume_automations(request: MemberRequest) -> HttpResponse:
    """Those that were stopped all at once."""
    n = services.go_on(by=request.membership)
    said = ngettext("%(n)s automation has resumed.", "%(n)s automations have resumed.", n) % {"n": n}
    messages.success(request, said if n else _("None was stopped with the others, or none can go on."))
    return HttpResponseRedirect(reverse("animation:list-automations"))


@require_safe
@feature_required(FEATURE)
@team_page(can_edit_automations)
def show_log(request: MemberRequest) -> HttpResponse:
    """What was done, and what was left out and why, the newest first."""
    page = log_page(request.community, request.membership, after=request.GET.get("before", ""))
    return private(render(request, "animation/automations/show_log.html", {"log": page}))


@require_POST
@feature_required(FEATURE)
@team_page(can_edit_automations)
def undo_firing(request: MemberRequest, pk: int) -> HttpResponse:
    firing = Firing.objects.filter(pk=pk).first()
    if firing is None:
        raise Http404
    me, here = request.membership, request.community
    return _done(
        request,
        lambda: services.undo_firing(firing, by=me, community=here),
        _("Undone."),
        to="animation:show-automation-log",
    )


@require_safe
def show_note(request: MemberRequest, pk: int) -> HttpResponse:
    """What an automation has written to a member, in whose name; theirs alone."""
    me = request.membership
    rows = Firing.objects.done().select_related("by", "thread__space", "automation")
    firing = rows.filter(pk=pk, person=me).exclude(words="").first()
    if firing is None:
        raise Http404
    trigger = triggers.get(firing.automation.trigger)
    context = {
        "note": firing,
        "why": trigger.said(firing.automation.trigger_values) if trigger is not None else "",
        "robots": "noindex",
    }
    return private(render(request, "animation/automations/show_note.html", context))


def _done(
    request: MemberRequest, act: Callable[[], Any], said: str = "", *, to: str = "animation:list-automations"
) -> HttpResponse:
    try:
        act()
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said or _("Saved."))
    return HttpResponseRedirect(reverse(to))


def _automation(pk: int) -> Automation:
    """Raises Http404, also for one that was removed."""
    found: Automation | None = Automation.objects.living().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
