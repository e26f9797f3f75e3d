"""The results pages."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics.reports import services
from analytics.reports.emails import read_leave_token, write_month
from analytics.reports.exceptions import NotOver, TooManyRecipients
from analytics.reports.explaining import explain, rows_behind
from analytics.reports.exporting import ROW_HEADER, archive, row_cells
from analytics.reports.figure_page import aim_table, figure_page
from analytics.reports.forms import RecipientForm
from analytics.reports.models import Recipient
from analytics.reports.permissions import can_edit_results, can_read_results
from analytics.reports.queries import CASH, SPREAD, History
from analytics.reports.screen import results_page
from analytics.roi.models import Measure
from communities.calendar import Month
from communities.content.figure_pages import shown_figures
from communities.content.viewers import viewer_of
from communities.keysets import DAY, NUMBER, Keyset
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page, team_page
from communities.tables import csv_response
from members.origins import without_token

BY_DAY = Keyset(("day", DAY), ("pk", NUMBER), size=50)
MOST_ROWS = 100_000


@require_safe
@team_page(can_read_results)
def show_results(request: MemberRequest) -> HttpResponse:
    """Does it pay off, since when, which objective is off track, and what to do."""
    mode = SPREAD if request.GET.get("costs") == SPREAD else CASH
    than = "year" if request.GET.get("than") == "year" else ""
    context = results_page(request.community, _month(request), mode=mode, than=than)
    context["may_edit"] = can_edit_results(request.membership)
    return render(request, "reports/show_results.html", context)


@require_safe
@team_page(can_read_results)
def explain_figure(request: MemberRequest, ref: str) -> HttpResponse:
    """How one figure is computed, down to its rows."""
    explanation = explain(ref)
    if explanation is None:
        raise Http404
    may_edit = can_edit_results(request.membership)
    context = figure_page(request.community, _month(request), explanation, may_edit=may_edit)
    context["page"] = BY_DAY.page_after(context.pop("rows"), request.GET.get("after", ""))
    if explanation.ref == Measure.OUTCOME:
        by = member_of(request)
        shown = shown_figures(request.community, viewer_of(request), by, of_outcomes=True)
        context["figure_pages"] = list(shown)
    return render(request, "reports/explain_figure.html", context)


@require_safe
@team_page(can_read_results)
def export_rows(request: MemberRequest, ref: str) -> HttpResponse:
    month = _month(request)
    if explain(ref) is None:
        raise Http404
    table = aim_table(History(request.community, month), ref)
    if table:
        return csv_response(f"{ref}-{month:%Y-%m}.csv", table["heads"], table["aim_rows"])
    rows = (row_cells(entry) for entry in rows_behind(ref, month, Month.of(month).last)[:MOST_ROWS])
    return csv_response(f"{ref}-{month:%Y-%m}.csv", ROW_HEADER, rows)


@require_safe
@team_page(can_read_results)
def export_results(request: MemberRequest) -> HttpResponse:
    """The view as tables, with a text that says what each column is."""
    month = _month(request)
    response = HttpResponse(archive(request.community, month), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="results-{month:%Y-%m}.zip"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@team_page(can_edit_results)
def close_month(request: MemberRequest, month: str) -> HttpResponse:
    first = _known(month)
    try:
        services.close_month(request.community, first, by=request.membership)
        messages.success(request, _("Month closed: its figures no longer change."))
    except NotOver as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse('reports:show-results')}?month={month}")


@require_POST
@team_page(can_edit_results)
def reopen_month(request: MemberRequest, month: str) -> HttpResponse:
    if services.reopen_month(_known(month), by=request.membership):
        messages.success(request, _("Month reopened."))
    return redirect(f"{reverse('reports:show-results')}?month={month}")


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_results)
def schedule_report(request: MemberRequest) -> HttpResponse:
    """Who gets the figures by mail on the first of each month."""
    form = RecipientForm(request.POST or None, initial={"language": request.community.language})
    if request.method == "POST" and form.is_valid():
        try:
            services.add_recipient(by=request.membership, **form.cleaned_data)
        except TooManyRecipients as refused:
            form.add_error("email", str(refused))
        else:
            words = _("The monthly report will be sent there on the first of each month.")
            messages.success(request, words)
            return redirect("reports:schedule-report")
    context = {
        "form": form,
        "recipients": Recipient.objects.select_related("author").order_by("id")[: services.MOST_RECIPIENTS],
        "last_month": Month.current(request.community).before.first,
    }
    return render(request, "reports/schedule_report.html", context, status=422 if form.is_bound else 200)


@require_POST
@team_page(can_edit_results)
def stop_report(request: MemberRequest, pk: int) -> HttpResponse:
    services.remove_recipient(get_object_or_404(Recipient.objects.all(), pk=pk), by=request.membership)
    messages.success(request, _("Reports are no longer sent there."))
    return redirect("reports:schedule-report")


@require_POST
@team_page(can_edit_results)
def send_report(request: MemberRequest) -> HttpResponse:
    """Send last month’s report now, to the person who asks."""
    month = Month.current(request.community).before.first
    closed = services.close_month(request.community, month, by=request.membership)
    member = request.membership.member
    assert member is not None  # a membership that is signed in has a person
    write_month(request.community, closed, Recipient(email=member.email, language=request.LANGUAGE_CODE))
    messages.success(request, _("The report is on its way to you."))
    return redirect("reports:schedule-report")


@without_token
@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def leave_report(request: CommunityRequest, token: str) -> HttpResponse:
    """The link in each report; mail programs press it by POST, people after a look."""
    pk = read_leave_token(token, request.community)
    recipient = Recipient.objects.filter(pk=pk).first() if pk is not None else None
    if pk is None:
        raise Http404
    if request.method == "POST" and recipient is not None:
        services.remove_recipient(recipient, by=None)
        recipient = None
    return render(request, "reports/leave_report.html", {"recipient": recipient})


def _month(request: HttpRequest) -> datetime.date:
    community: Any = getattr(request, "community", None)
    # The month that is running: what was kept today must be seen today.
    return (Month.read(request.GET.get("month", "")) or Month.current(community)).first


def _known(text: str) -> datetime.date:
    month = Month.read(text)
    if month is None:
        raise Http404
    return month.first
