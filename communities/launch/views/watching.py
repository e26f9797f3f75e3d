"""The first 72 hours of a stage: where its limits stand, and where they lie."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.exceptions import DomainError
from communities.launch.limit_forms import LimitsForm
from communities.launch.permissions import can_edit_plan, can_see_plan
from communities.launch.services import set_limits
from communities.launch.views.planning import fetch_stage
from communities.launch.watched import view_watch
from communities.middleware import MemberRequest
from communities.permissions import team_page


@require_safe
@team_page(can_see_plan)
def show_watch(request: MemberRequest, stage: int) -> HttpResponse:
    """Is all well since it opened, and if not: what is too high, and since when?"""
    row = fetch_stage(stage)
    context = {
        "stage": row,
        "watch": view_watch(row, timezone.now()),
        "may_edit": can_edit_plan(request.membership),
    }
    return render(request, "launch/show_watch.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_plan)
def edit_limits(request: MemberRequest, stage: int) -> HttpResponse:
    row = fetch_stage(stage)
    form = LimitsForm(request.POST if request.method == "POST" else None, stage=row)
    if form.is_valid():
        try:
            set_limits(row, form.limits(), by=request.membership)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("launch:show-watch", stage=row.place)
    status = 422 if form.errors else 200
    return render(request, "launch/edit_limits.html", {"form": form, "stage": row}, status=status)
