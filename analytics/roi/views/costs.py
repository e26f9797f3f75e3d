from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from analytics.roi import services
from analytics.roi.forms import CostForm, first_of_month
from analytics.roi.models import Cost
from analytics.roi.permissions import can_edit_results
from communities.keysets import DAY, NUMBER, Keyset
from communities.middleware import MemberRequest
from communities.permissions import team_page

BY_START = Keyset(("starts_on", DAY), ("pk", NUMBER), size=50)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_results)
def record_cost(request: MemberRequest) -> HttpResponse:
    """Costs: the list, and a form for the next entry."""
    form = CostForm(request.POST or None, initial={"starts_on": first_of_month(request.community)})
    if request.method == "POST" and form.is_valid():
        services.record_cost(request.community, by=request.membership, **form.acts(request.community))
        messages.success(request, _("Cost saved."))
        return redirect("roi:record-cost")
    page = BY_START.page_after(Cost.objects.newest(), request.GET.get("after", ""))
    status = 422 if form.is_bound else 200
    return render(request, "roi/record_cost.html", {"form": form, "page": page}, status=status)


@require_POST
@team_page(can_edit_results)
def remove_cost(request: MemberRequest, pk: int) -> HttpResponse:
    services.remove_cost(get_object_or_404(Cost.objects.all(), pk=pk), by=request.membership)
    messages.success(request, _("Cost removed. Closed months keep their figures."))
    return redirect("roi:record-cost")
