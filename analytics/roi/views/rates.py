"""What one counted thing is worth, and counts from outside."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from analytics.roi import services
from analytics.roi.forms import CountForm, RateForm, first_of_month
from analytics.roi.models import Count, Rate
from analytics.roi.permissions import can_edit_results
from communities.middleware import MemberRequest
from communities.permissions import team_page


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_results)
def set_rate(request: MemberRequest) -> HttpResponse:
    """All versions of the rates, and a form for the next one."""
    name = request.GET.get("name", Rate.Name.CPM)
    initial = {"valid_from": first_of_month(request.community), "name": name}
    form = RateForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.set_rate(request.community, by=request.membership, **form.cleaned_data)
        messages.success(request, _("Rate kept. The figures from its first day on are computed again."))
        return redirect("roi:set-rate")
    rates = list(Rate.objects.newest_first()[:200])
    status = 422 if form.is_bound else 200
    return render(request, "roi/set_rate.html", {"form": form, "rates": rates}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_results)
def add_counts(request: MemberRequest) -> HttpResponse:
    """Impressions and visits that another system counted, day by day."""
    yesterday = datetime.datetime.now(request.community.zone).date() - datetime.timedelta(days=1)
    form = CountForm(request.POST or None, initial={"day": yesterday})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        services.add_counts(
            request.community,
            data["measure"],
            by=request.membership,
            source=data["source"],
            days={data["day"]: data["n"]},
        )
        messages.success(request, _("Count kept."))
        return redirect("roi:add-counts")
    counts = Count.objects.select_related("author").order_by("-day", "-id")[:60]
    status = 422 if form.is_bound else 200
    return render(request, "roi/add_counts.html", {"form": form, "counts": counts}, status=status)
