"""The manager's pages of the plan: its stages as a line, one stage, editing it, the log."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.exceptions import DomainError
from communities.launch.forms import StageForm
from communities.launch.gauges import what_is_folded
from communities.launch.models import LaunchLogEntry, Stage
from communities.launch.permissions import can_edit_plan, can_see_log, can_see_plan
from communities.launch.previewing import audiences_of, glimpse
from communities.launch.queries import page_of_log, people_named, read_with_forecasts, view_plan
from communities.launch.services import add_stage as add
from communities.launch.services import edit_stage as edit
from communities.launch.services import missing_identity, why_stuck
from communities.launch.services import remove_stage as remove
from communities.middleware import MemberRequest
from communities.models import Community
from communities.permissions import team_page


def fetch_stage(place: int) -> Stage:
    stage = Stage.objects.filter(place=place).first()
    if stage is None:
        raise Http404
    return stage


def missing_for(stage: Stage, community: Community) -> str:
    """What the legal identity lacks before this stage can open; empty where it lacks nothing, or is not asked."""
    if stage.has_effect or stage.audience != Stage.Audience.EVERYONE:
        return ""
    return ", ".join(missing_identity(community.legal))


@require_safe
@team_page(can_see_plan)
def show_plan(request: MemberRequest) -> HttpResponse:
    """Are we ready for the next stage? The line of stages, the next one's gauges, what is folded, the latest acts."""
    plan = view_plan(request.community)
    context = {
        "plan": plan,
        "folded": what_is_folded(),
        "log": list(LaunchLogEntry.objects.newest()[:5]),
        "may_edit": can_edit_plan(request.membership),
    }
    return render(request, "launch/show_plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_plan)
def add_stage(request: MemberRequest) -> HttpResponse:
    form = StageForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            stage = add(form.wishes(), by=request.membership)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("“%(name)s” has been added to the plan.") % {"name": stage.name})
            return redirect("launch:show-stage", stage=stage.place)
    status = 422 if form.errors else 200
    return render(request, "launch/edit_stage.html", {"form": form, "stage": None}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_plan)
def edit_stage(request: MemberRequest, stage: int) -> HttpResponse:
    row = fetch_stage(stage)
    initial = StageForm.values_of(row, people_named(row))
    form = StageForm(request.POST if request.method == "POST" else None, initial=initial, stage=row)
    if form.is_valid():
        try:
            edit(row, form.wishes(), by=request.membership)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("launch:show-stage", stage=row.place)
    status = 422 if form.errors else 200
    return render(request, "launch/edit_stage.html", {"form": form, "stage": row}, status=status)


@require_POST
@team_page(can_edit_plan)
def remove_stage(request: MemberRequest, stage: int) -> HttpResponse:
    row = fetch_stage(stage)
    try:
        remove(row, by=request.membership)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("launch:show-stage", stage=row.place)
    messages.success(request, _("“%(name)s” has been removed from the plan.") % {"name": row.name})
    return redirect("launch:show-plan")


@require_safe
@team_page(can_see_plan)
def show_stage(request: MemberRequest, stage: int) -> HttpResponse:
    """One stage: what it opens to whom, its gauges, its openings; the menu of an audience before and after."""
    row = fetch_stage(stage)
    seen = audiences_of(row)
    seen_as = request.GET.get("audience", "")
    seen_as = seen_as if seen_as in seen else ("inside" if "inside" in seen else "member")
    context = {
        "stage": row,
        "readings": read_with_forecasts(row, request.community),
        "people": people_named(row),
        "missing": missing_for(row, request.community),
        "stuck": why_stuck(row, request.community, timezone.now()),
        "openings": list(row.openings.select_related("opened_by").order_by("-opened_at")),
        "glimpse": glimpse(request.community, row, seen_as),
        "audiences": [glimpse(request.community, row, name) for name in seen],
        "may_edit": can_edit_plan(request.membership),
    }
    return render(request, "launch/show_stage.html", context)


@require_safe
@team_page(can_see_log)
def show_log(request: MemberRequest) -> HttpResponse:
    """Who did what to the plan, when, and why."""
    page = page_of_log(before=request.GET.get("before", ""))
    return render(request, "launch/show_log.html", {"page": page})
