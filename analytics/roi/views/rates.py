"""Rates, and counts from other systems."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from analytics.roi import services
from analytics.roi.counting import counted_here, typed_counts
from analytics.roi.forms import CountForm, RateForm, first_of_month
from analytics.roi.models import Measure, Rate
from analytics.roi.permissions import can_edit_results
from analytics.roi.services.valuing import COUNTED_BY_DAY
from communities.calendar import today
from communities.middleware import MemberRequest
from communities.models import Community
from communities.permissions import team_page

# How far back the page says what is counted here.
SHOWN_DAYS = 30


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_results)
def set_rate(request: MemberRequest) -> HttpResponse:
    """All versions of the rates, and a form for the next one."""
    name = request.GET.get("name", Rate.Name.CPM)
    initial = {"valid_from": first_of_month(request.community), "name": name}
    form = RateForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.set_rate(request.community, by=request.membership, **form.cleaned_data)
        messages.success(request, _("Rate saved. Figures are recalculated from its first day on."))
        return redirect("roi:set-rate")
    rates = list(Rate.objects.newest_first()[:200])
    status = 422 if form.is_bound else 200
    return render(request, "roi/set_rate.html", {"form": form, "rates": rates}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_results)
def add_counts(request: MemberRequest) -> HttpResponse:
    """Impressions and visits that another system counted, day by day."""
    now = today(request.community)
    form = CountForm(request.POST or None, initial={"day": now - datetime.timedelta(days=1)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        days = {data.pop("day"): data.pop("n")}
        services.add_counts(request.community, data.pop("measure"), by=request.membership, days=days, **data)
        messages.success(request, _("Count saved."))
        return redirect("roi:add-counts")
    first = now - datetime.timedelta(days=SHOWN_DAYS - 1)
    context = {
        "form": form,
        "counts": typed_counts(request.community, most=60),
        "here": [(one, _sum_here(request.community, one, first, now)) for one in COUNTED_BY_DAY],
        "days": SHOWN_DAYS,
    }
    return render(request, "roi/add_counts.html", context, status=422 if form.is_bound else 200)


def _sum_here(community: Community, measure: Measure, first: datetime.date, last: datetime.date) -> int:
    return sum(one.n for one in counted_here(community, measure, first, last))
