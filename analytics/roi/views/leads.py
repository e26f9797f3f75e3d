"""Contacts people left, and what became of them."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics.roi import services
from analytics.roi.closing import closed_months
from analytics.roi.exceptions import MonthClosed
from analytics.roi.models import Lead
from analytics.roi.permissions import can_edit_results
from communities.calendar import Month, day_of
from communities.keysets import MOMENT, NUMBER, Keyset
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.tables import csv_response

BY_MOMENT = Keyset(("at", MOMENT), ("pk", NUMBER), size=50)
MOST_ROWS = 20_000


@require_safe
@team_page(can_edit_results)
def list_leads(request: MemberRequest) -> HttpResponse:
    asked = request.GET.get("q", "").replace("\0", "").strip()[:120]
    leads = Lead.objects.of_person(asked) if asked else Lead.objects.newest()
    page = BY_MOMENT.page_after(leads, request.GET.get("after", ""))
    days = {lead.pk: day_of(lead.at, request.community) for lead in page.rows}
    closed = closed_months(days.values())
    context = {
        "page": page,
        "asked": asked,
        "waiting": Lead.objects.waiting().count(),
        # Those whose verdict may still be another one.
        "open": {pk for pk, day in days.items() if Month.of(day).first not in closed},
    }
    return render(request, "roi/list_leads.html", context)


@require_safe
@team_page(can_edit_results)
def export_leads(request: MemberRequest) -> HttpResponse:
    """The contacts, for whoever follows them up."""
    header = ["date", "offer", "name", "email", "phone", "message", "state", "consent"]
    rows = (
        [
            lead.at.astimezone(request.community.zone).isoformat(timespec="seconds"),
            lead.offer.title,
            lead.name,
            lead.email,
            lead.phone,
            lead.message,
            lead.state,
            lead.consent_text,
        ]
        for lead in Lead.objects.newest().with_person()[:MOST_ROWS]
    )
    return csv_response(f"contacts-{request.community.slug}.csv", header, rows)


@require_POST
@team_page(can_edit_results)
def accept_lead(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    return _judge(request, public_id, Lead.State.ACCEPTED)


@require_POST
@team_page(can_edit_results)
def refuse_lead(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    return _judge(request, public_id, Lead.State.REFUSED)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_results)
def erase_lead(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """Asks first: there is no way back."""
    lead = get_object_or_404(Lead.objects.with_person().select_related("offer"), public_id=public_id)
    if request.method == "POST":
        services.erase_lead(lead, by=request.membership)
        messages.success(request, _("Details erased. The contact still counts."))
        return redirect("roi:list-leads")
    return render(request, "roi/erase_lead.html", {"lead": lead})


def _judge(request: MemberRequest, public_id: uuid.UUID, state: str) -> HttpResponse:
    lead = get_object_or_404(Lead.objects.with_person(), public_id=public_id)
    try:
        changed = services.judge_lead(lead, by=request.membership, state=state, community=request.community)
    except MonthClosed as refused:
        messages.error(request, str(refused))
        return redirect("roi:list-leads")
    if changed:
        said = _("Contact accepted.") if state == Lead.State.ACCEPTED else _("Contact refused.")
        messages.success(request, said)
    return redirect("roi:list-leads")
