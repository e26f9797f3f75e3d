from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics.roi import services
from analytics.roi.forms import ObjectiveForm, first_of_month
from analytics.roi.models import Objective
from analytics.roi.permissions import can_edit_results
from analytics.roi.standing import standing_of
from communities.middleware import MemberRequest
from communities.permissions import team_page


@require_safe
@team_page(can_edit_results)
def list_objectives(request: MemberRequest) -> HttpResponse:
    """Where each objective stands."""
    rows = [standing_of(request.community, one) for one in Objective.objects.by_deadline()[:40]]
    return render(request, "roi/list_objectives.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_results)
def set_objective(request: MemberRequest) -> HttpResponse:
    return _edit(request, Objective(starts_on=first_of_month(request.community)))


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_results)
def show_objective(request: MemberRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(Objective.objects.all(), pk=pk))


@require_POST
@team_page(can_edit_results)
def close_objective(request: MemberRequest, pk: int) -> HttpResponse:
    if services.close_objective(get_object_or_404(Objective.objects.all(), pk=pk), by=request.membership):
        messages.success(request, _("Objective closed."))
    return redirect("roi:list-objectives")


def _edit(request: MemberRequest, objective: Objective) -> HttpResponse:
    form = ObjectiveForm(request.POST or None, instance=objective)
    if request.method == "POST" and form.is_valid():
        known = objective if objective.pk else None
        services.set_objective(by=request.membership, objective=known, **form.cleaned_data)
        messages.success(request, _("Objective saved."))
        return redirect("roi:list-objectives")
    status = 422 if form.is_bound else 200
    return render(request, "roi/set_objective.html", {"form": form, "objective": objective}, status=status)
