from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.content.viewers import viewer_of
from communities.models import Membership
from communities.notices import notices
from communities.notifications.emails import read_unsubscribe_token
from communities.notifications.forms import ChannelsForm
from communities.notifications.queries import page_of_news
from communities.notifications.services import can_be_muted, read_all_news
from communities.notifications.services import edit_channels as change_channels
from communities.notifications.services import unsubscribe as mute
from communities.permissions import public_page


@require_safe
def list_notifications(request: HttpRequest) -> HttpResponse:
    """What happened to what one follows, newest first."""
    only_unread = request.GET.get("show") == "unread"
    page = page_of_news(
        request.membership,  # type: ignore[attr-defined]
        viewer_of(request),
        before=request.GET.get("after", ""),
        only_unread=only_unread,
    )
    tabs = [
        {"label": _("All"), "url": "?", "current": not only_unread},
        {
            "label": _("Unread"),
            "url": "?show=unread",
            "current": only_unread,
            "count": request.membership.unread_count,  # type: ignore[attr-defined]
        },
    ]
    return render(request, "notifications/list_notifications.html", {"page": page, "tabs": tabs})


@require_POST
def read_notifications(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    read_all_news(by=request.membership)  # type: ignore[attr-defined]
    return redirect("notifications:list-notifications")


@require_http_methods(["GET", "HEAD", "POST"])
def edit_channels(request: HttpRequest) -> HttpResponse:
    """Which news also send a mail."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    form = ChannelsForm(request.POST or None, membership=membership)
    if request.method == "POST" and form.is_valid():
        change_channels(membership, muted=form.muted())
        messages.success(request, _("Your choices are saved."))
        return redirect("notifications:edit-channels")
    return render(request, "notifications/edit_channels.html", {"form": form})


@csrf_exempt
@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """From the link of a mail, without signing in; mail programs press the POST by themselves (RFC 8058)."""
    read = read_unsubscribe_token(token, request.community)  # type: ignore[attr-defined]
    if read is None or not can_be_muted(read[1]):
        raise Http404
    membership = Membership.objects.filter(pk=read[0]).first()
    if membership is None:
        raise Http404
    done = request.method == "POST"
    if done:
        mute(membership, kind=read[1])
    context = {"done": done, "kind": notices[read[1]].label, "robots": "noindex"}
    response = render(request, "notifications/unsubscribe.html", context)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
