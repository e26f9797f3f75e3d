from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.content.models import Thread
from communities.content.viewers import viewer_of
from communities.mailing.returns import forgive
from communities.middleware import CommunityRequest, MemberRequest
from communities.models import Membership
from communities.notices import notices
from communities.notifications.choices import can_be_muted, mute_thread
from communities.notifications.choices import edit_channels as change_channels
from communities.notifications.choices import unsubscribe as mute
from communities.notifications.forms import ChannelsForm
from communities.notifications.page import show_channels
from communities.notifications.queries import (
    about_thread,
    address_of,
    page_of_news,
    undelivered_mails,
    unread_news,
)
from communities.notifications.services import read_all_news, send_again
from communities.notifications.tokens import ALL, read_unsubscribe_token
from communities.permissions import can_configure_community, in_any_state, public_page, team_page
from members.models import OutgoingMail
from members.origins import without_token


@require_safe
def list_notifications(request: MemberRequest) -> HttpResponse:
    """What happened to what one follows, newest first."""
    only_unread = request.GET.get("show") == "unread"
    page = page_of_news(
        request.membership,
        viewer_of(request),
        before=request.GET.get("after", ""),
        only_unread=only_unread,
    )
    unread = unread_news(request.membership)
    tabs = [
        {"label": _("All"), "url": "?", "current": not only_unread},
        {
            "label": _("Unread"),
            "url": "?show=unread",
            "current": only_unread,
            "count": unread,
        },
    ]
    context = {"page": page, "tabs": tabs, "unread": unread}
    return render(request, "notifications/list_notifications.html", context)


@require_POST
def read_notifications(request: MemberRequest) -> HttpResponse:
    """Mark everything as read."""
    read_all_news(by=request.membership)
    return redirect("notifications:list-notifications")


@require_http_methods(["GET", "HEAD", "POST"])
def edit_channels(request: MemberRequest) -> HttpResponse:
    """Which news also send a mail."""
    membership = request.membership
    form = ChannelsForm(request.POST or None, membership=membership)
    if request.method == "POST" and form.is_valid():
        change_channels(membership, muted=form.muted(), rhythm=form.rhythm())
        messages.success(request, _("Your choices are saved."))
        return redirect("notifications:edit-channels")
    return show_channels(request, form=form, status=422 if request.method == "POST" else 200)


@require_POST
def resume_mails(request: MemberRequest) -> HttpResponse:
    """Take back that one called a mail from here spam: news come by mail again."""
    if forgive(address_of(request.membership)):
        messages.success(request, _("Mails come again, as you choose below."))
    return redirect("notifications:edit-channels")


@without_token
@public_page
@in_any_state
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: CommunityRequest, token: str) -> HttpResponse:
    """From the link of a mail, without signing in; mail programs press the POST by themselves (RFC 8058)."""
    way = read_unsubscribe_token(token, request.community)
    if way is None or not (way.kind == ALL or can_be_muted(way.kind)):
        raise Http404
    membership = get_object_or_404(Membership, pk=way.membership_id)
    thread = get_object_or_404(Thread, pk=way.thread_id) if way.thread_id else None
    done = request.method == "POST"
    if done and thread is not None:
        mute_thread(thread, by=membership)
    elif done:
        mute(membership, kind=way.kind)
    kind = _("All notifications by mail") if way.kind == ALL else notices[way.kind].label
    context = {"done": done, "kind": kind, "robots": "noindex"}
    context |= about_thread(thread, membership) if thread else {}
    response = render(request, "notifications/unsubscribe.html", context)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@require_safe
@team_page(can_configure_community)
def list_undelivered(request: MemberRequest) -> HttpResponse:
    """Mails of this community that could not be delivered, and what keeps those that still wait."""
    page = undelivered_mails(request.community)
    return render(request, "notifications/list_undelivered.html", {"page": page})


@require_POST
@team_page(can_configure_community)
def try_again(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Send a mail once more that was refused, or of which nobody knows whether it left."""
    mail = get_object_or_404(OutgoingMail.objects.of(request.community.pk).undelivered(), pk=pk)
    if send_again(mail):
        messages.success(request, _("Trying again now."))
    return redirect("notifications:list-undelivered")
