"""Visits and members, of a month or of other days."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analytics.reports.engagement_page import engagement_page, engagement_rows
from analytics.reports.forms import PeriodForm
from analytics.reports.periods import PRESETS, Period
from analytics.reports.permissions import can_read_results
from communities.calendar import Month, today
from communities.content.figure_pages import shown_figures
from communities.content.viewers import viewer_of
from communities.middleware import MemberRequest, member_of
from communities.permissions import team_page
from communities.tables import csv_response


@require_safe
@team_page(can_read_results)
def show_engagement(request: MemberRequest) -> HttpResponse:
    """Where visits come from, who is active, who comes back."""
    community = request.community
    if preset := PRESETS.get(request.GET.get("days", "")):
        return _leads_to(preset.of(today(community)).query)
    form = _asked(request)
    context: dict[str, Any] = {"presets": PRESETS.values(), "form": form}
    if form and not form.is_valid():
        return render(request, "reports/show_engagement.html", context, status=422)
    period = _period(request, form)
    context |= engagement_page(community, period)
    context["figure_pages"] = list(shown_figures(community, viewer_of(request), member_of(request)))
    context["form"] = PeriodForm(place=community, shown=period)
    return render(request, "reports/show_engagement.html", context)


@require_safe
@team_page(can_read_results)
def show_engagement_rows(request: MemberRequest, name: str) -> HttpResponse:
    """What one figure of visits or members is made of, day by day or thread by thread."""
    form = _asked(request)
    if form and not form.is_valid():
        return _leads_to(request.GET.urlencode())
    found = engagement_rows(request.community, _period(request, form), name)
    return render(request, "reports/engagement_rows.html", found)


@require_safe
@team_page(can_read_results)
def export_engagement(request: MemberRequest, name: str) -> HttpResponse:
    """The same as a table."""
    form = _asked(request)
    if form and not form.is_valid():
        return _leads_to(request.GET.urlencode())
    period = _period(request, form)
    found = engagement_rows(request.community, period, name)
    return csv_response(f"{name}-{period.file_name}.csv", found["heads"], found["rows"])


def _leads_to(query: str) -> HttpResponse:
    """To the page itself, which says of days that make no sense what is wrong with them."""
    return redirect(f"{reverse('reports:show-engagement')}?{query}")


def _asked(request: MemberRequest) -> PeriodForm | None:
    """The days of the address; None where it says none."""
    asked = request.GET
    return PeriodForm(asked, place=request.community) if {"from", "to"} & asked.keys() else None


def _period(request: MemberRequest, form: PeriodForm | None) -> Period:
    if form:
        return form.period
    # The month that is running: what was kept today must be seen today.
    return Period.of_month(Month.read(request.GET.get("month", "")) or Month.current(request.community))
