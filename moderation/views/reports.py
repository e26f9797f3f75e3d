"""Two forms on one page: a community rule is broken (members), or content is illegal (everybody)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from communities.launch.features import is_open
from communities.middleware import CommunityRequest
from communities.permissions import public_page
from members.limits import limited
from moderation import services
from moderation.exceptions import CannotReport
from moderation.forms import NoticeForm, ReportForm
from moderation.models import Report
from moderation.receipts import read_receipt_token, receipt_token
from moderation.subjects.base import Subject, subject_behind, subject_of


def reported_thing(request: CommunityRequest, kind: str, id: str) -> tuple[Subject[Any], Any]:
    """What this reader may read behind an address, and its subject."""
    subject = subject_behind(kind)
    if subject is None or (
        subject.feature and not is_open(request.community, request.membership, subject.feature)
    ):
        raise Http404
    thing = subject.find(request, kind, id)
    if thing is None:
        raise Http404
    return subject, thing


@public_page
@limited("report")
@require_http_methods(["GET", "HEAD", "POST"])
def report_content(request: CommunityRequest, kind: str, id: str) -> HttpResponse:
    """Members say which rule is broken; illegal content is for everybody, without an account."""
    subject, thing = reported_thing(request, kind, id)
    back = subject.address_of(thing)
    if not subject.can_report(request.membership, thing):
        messages.info(request, str(subject.words.own))
        return redirect(back)
    door = "law" if request.membership is None or request.GET.get("door") == "law" else "rule"
    form = _form(request, door)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        context = _context(subject, thing) | {"form": form, "door": door}
        return render(request, "moderation/report_content.html", context, status=status)
    try:
        reported = services.report_thing(thing, by=request.membership, **form.arguments())
    except CannotReport as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    return redirect("moderation:show-receipt", token=receipt_token(reported))


def _context(subject: Subject[Any], thing: Any) -> dict[str, Any]:
    return {
        "subject": subject,
        "words": subject.words,
        "thing": thing,
        "title": subject.title_of(thing),
        "back_url": subject.address_of(thing),
        "robots": "noindex",
        **subject.report_context(thing),
    }


@public_page
@require_safe
def show_receipt(request: CommunityRequest, token: str) -> HttpResponse:
    """The outcome of a report: for anybody who has its key."""
    report_id = read_receipt_token(token, request.community.pk)
    report: Report | None = (
        Report.objects.filter(pk=report_id).select_related("case").first() if report_id else None
    )
    if report is None:
        raise Http404
    decision = report.case.decisions.newest().exclude(actor=None).first()
    answer = subject_of(report.case).answer_to(report.case.outcome)
    context = {
        "report": report,
        "case": report.case,
        "decision": decision,
        "answer": answer,
        "robots": "noindex",
    }
    response = render(request, "moderation/show_receipt.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _form(request: CommunityRequest, door: str) -> ReportForm | NoticeForm:
    data = request.POST if request.method == "POST" else None
    if door == "law":
        return NoticeForm(data, signed_in=request.membership is not None)
    return ReportForm(data)
