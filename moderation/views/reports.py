"""Two doors on one page: a rule of the place is broken (members), or content is illegal (everybody)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.content.models import Post, Thread
from communities.content.viewers import viewer_of
from communities.content.views.posts import address_of
from communities.launch.features import feature_required
from communities.middleware import CommunityRequest
from communities.people.queries import find_member
from communities.permissions import public_page
from members.limits import limited
from moderation import services
from moderation.exceptions import CannotReport
from moderation.forms import NoticeForm, ReportForm
from moderation.models import Report
from moderation.permissions import can_report_content, can_report_member
from moderation.receipts import read_receipt_token, receipt_token


def reported_post(request: CommunityRequest, kind: str, id: str) -> Post:
    """The text of a post or a thread that this reader may read."""
    posts = Post.objects.visible_to(viewer_of(request)).select_related("thread__space", "author")
    if kind == "thread":
        post = posts.filter(thread__slug=id, position=1).first()
    elif kind == "post" and is_uuid(id):
        post = posts.filter(public_id=id).first()
    else:
        post = None
    if post is None or not Thread.objects.visible_to(viewer_of(request)).filter(pk=post.thread_id).exists():
        raise Http404
    return post  # type: ignore[no-any-return]


@public_page
@limited("report")
@require_http_methods(["GET", "HEAD", "POST"])
def report_content(request: CommunityRequest, kind: str, id: str) -> HttpResponse:
    """Members say which rule is broken; illegal content is for everybody, without an account."""
    post = reported_post(request, kind, id)
    member, back = request.membership, post.thread.url_of(post.position or 1)
    if not can_report_content(member, post):
        messages.info(request, _("This is your own text: you can edit or delete it."))
        return redirect(back)
    context = {"post": post, "thread": post.thread, "back_url": address_of(post)}
    return _report(request, partial(services.report_post, post, by=member), back=back, context=context)


@public_page
@limited("report")
@require_http_methods(["GET", "HEAD", "POST"])
@feature_required("member_pages")
def report_member(request: CommunityRequest, handle: str) -> HttpResponse:
    """The same of what a member's page says, where that page can be read."""
    person = find_member(handle)
    if person is None or not person.is_active:
        raise Http404
    member, back = request.membership, reverse("people:show-member", args=[handle])
    if not can_report_member(member, person):
        messages.info(request, _("This is your own page: you can edit your profile."))
        return redirect(back)
    context = {"person": person, "back_url": back}
    return _report(request, partial(services.report_member, person, by=member), back=back, context=context)


def _report(
    request: CommunityRequest, report: Callable[..., Report], *, back: str, context: dict[str, Any]
) -> HttpResponse:
    """The form behind one of its two doors, then the receipt."""
    door = "law" if request.membership is None or request.GET.get("door") == "law" else "rule"
    form = _form(request, door)
    if request.method != "POST" or not form.is_valid():
        context |= {"form": form, "door": door, "robots": "noindex"}
        status = 422 if request.method == "POST" else 200
        return render(request, "moderation/report_content.html", context, status=status)
    try:
        reported = report(**form.arguments())
    except CannotReport as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    return redirect("moderation:show-receipt", token=receipt_token(reported))


@public_page
@require_safe
def show_receipt(request: CommunityRequest, token: str) -> HttpResponse:
    """What became of a report: for whoever holds its key."""
    report_id = read_receipt_token(token, request.community.pk)
    report: Report | None = (
        Report.objects.filter(pk=report_id).select_related("case").first() if report_id else None
    )
    if report is None:
        raise Http404
    decision = report.case.decisions.newest().exclude(actor=None).first()
    context = {"report": report, "case": report.case, "decision": decision, "robots": "noindex"}
    response = render(request, "moderation/show_receipt.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _form(request: CommunityRequest, door: str) -> ReportForm | NoticeForm:
    data = request.POST if request.method == "POST" else None
    if door == "law":
        return NoticeForm(data, signed_in=request.membership is not None)
    return ReportForm(data)


def is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
