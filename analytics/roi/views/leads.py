"""Contacts people left, and what became of them."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from analytics.roi import services
from analytics.roi.models import Lead
from analytics.roi.pages import page_by_day
from analytics.roi.permissions import can_edit_results
from analytics.roi.tables import csv_response
from communities.middleware import MemberRequest
from communities.permissions import team_page

MOST_ROWS = 20_000


@require_safe
@team_page(can_edit_results)
def list_leads(request: MemberRequest) -> HttpResponse:
    page = page_by_day(Lead.objects.newest(), "at", request.GET.get("after", ""))
    return render(request, "roi/list_leads.html", {"page": page, "waiting": Lead.objects.waiting().count()})


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
        for lead in Lead.objects.newest()[:MOST_ROWS]
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


def _judge(request: MemberRequest, public_id: uuid.UUID, state: str) -> HttpResponse:
    lead = get_object_or_404(Lead.objects.all(), public_id=public_id)
    if services.judge_lead(lead, by=request.membership, state=state, community=request.community):
        said = _("Contact accepted.") if state == Lead.State.ACCEPTED else _("Contact refused.")
        messages.success(request, said)
    return redirect("roi:list-leads")
