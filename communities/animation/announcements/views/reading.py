"""What readers press: the cross that closes an announcement, and its link."""

from __future__ import annotations

import datetime
import json

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.animation.announcements.models import GRACE, Announcement
from communities.animation.announcements.permissions import FEATURE
from communities.animation.announcements.reading import (
    CLOSED,
    FOLLOWED,
    answering,
    count_visitor,
    may_follow,
)
from communities.animation.announcements.reading import (
    close_announcement as close,
)
from communities.animation.announcements.showing import COOKIE, bars_of, closed_in
from communities.animation.announcements.tasks import note_reader
from communities.launch.features import feature_required
from communities.middleware import CommunityRequest
from communities.permissions import public_page
from communities.promotions.targets import full_target
from members.limits import network_address
from members.origins import without_token
from members.views import own_path


@without_token
@public_page
@feature_required(FEATURE)
@require_POST
def close_announcement(request: CommunityRequest, pk: int) -> HttpResponse:
    """It stays away: from a member by a row, from a visitor by a cookie. Then back to the page.

    Exempt from the token, since pages of visitors are the same for all; the browser says who asks.
    """
    row = _answering(request, pk)
    response = _answer(request)
    if request.membership is not None:
        close(row, by=request.membership)
    elif row.can_be_closed:
        if pk not in closed_in(request):
            _count(request, row, CLOSED)
        _remember(request, response, row)
    return response


def _answer(request: CommunityRequest) -> HttpResponse:
    """With scripts the bar goes and nothing else on the page; without, the page comes back."""
    if "HX-Request" in request.headers:
        said = {"HX-Trigger": json.dumps({"toast": _("Closed.")}), "Cache-Control": "no-store"}
        return HttpResponse(headers=said)
    response = HttpResponseRedirect(own_path(request.POST.get("next", "")))
    response.headers["Cache-Control"] = "no-store"
    return response


def _remember(request: CommunityRequest, response: HttpResponse, row: Announcement) -> None:
    """The numbers of what this browser has closed and what still stands, until the last of it is over."""
    standing = {bar.id: bar.ends_at for bar in bars_of(request.community)} | {row.pk: row.ends_at}
    closed = {number for number in closed_in(request) if number in standing} | {row.pk}
    last = max(standing[number] for number in closed) + GRACE
    response.set_cookie(
        COOKIE,
        ".".join(map(str, sorted(closed))),
        max_age=max(last - timezone.now(), datetime.timedelta(minutes=1)),
        path=f"{request.community_prefix}/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


@public_page
@feature_required(FEATURE)
@require_safe
def follow_announcement(request: CommunityRequest, pk: int) -> HttpResponse:
    """Where its link leads, counted on the way. Looking ahead is not following."""
    row = _answering(request, pk)
    if not row.target or not may_follow(row, request.membership, request.GET.get("for", "")):
        raise Http404
    is_preview = getattr(request, "preview", None) is not None
    prefetched = "prefetch" in request.headers.get("Sec-Purpose", "")
    if request.method == "GET" and not prefetched and not is_preview:
        if request.membership is not None:
            note_reader.delay_on_commit(row.pk, request.membership.pk, community_id=request.community.pk)
        else:
            _count(request, row, FOLLOWED)
    response = HttpResponseRedirect(full_target(row.target))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _count(request: CommunityRequest, row: Announcement, what: str) -> None:
    agent = request.headers.get("User-Agent", "")
    count_visitor(row, what, address=network_address(request), agent=agent)


def _answering(request: CommunityRequest, pk: int) -> Announcement:
    row = answering(pk, to_visitor=request.membership is None)
    if row is None:
        raise Http404
    return row
