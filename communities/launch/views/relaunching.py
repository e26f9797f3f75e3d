"""A plan in one press, and beginning one anew."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.exceptions import DomainError
from communities.launch.forms import ReasonForm
from communities.launch.models import Stage
from communities.launch.permissions import can_edit_plan
from communities.launch.services import begin_anew as begin
from communities.launch.services import propose_plan as propose
from communities.launch.views.planning import fetch_stage
from communities.middleware import MemberRequest
from communities.permissions import team_page


@require_POST
@team_page(can_edit_plan)
def propose_plan(request: MemberRequest) -> HttpResponse:
    try:
        propose(by=request.membership)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The plan is written. Change what you like; nothing has opened yet."))
    return redirect("launch:show-plan")


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_plan)
def begin_anew(request: MemberRequest, stage: int) -> HttpResponse:
    """Which stages close again, and why?"""
    row = fetch_stage(stage)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    form.fields["reason"].required = True
    if form.is_valid():
        try:
            begin(row, by=request.membership, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The plan begins anew. Everything written is kept."))
            return redirect("launch:show-plan")
    stages = Stage.objects.filter(place__gte=row.place).in_order()
    context = {"stage": row, "form": form, "stages": stages}
    return render(request, "launch/begin_anew.html", context, status=422 if form.errors else 200)
