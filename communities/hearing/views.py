"""The one address that open pages ask: how things stand, and where the server can keep them open, what happens next."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from communities.hearing.handing import can_be_handed, is_framed, take_over
from communities.hearing.hub import ENDS, OpenPage, hub_of_this_process, state_event
from communities.hearing.news import channel_here, channel_of_member, channel_of_session
from communities.hearing.topics import Look, about, look_at
from communities.middleware import MemberRequest
from communities.unasked import is_unasked

STREAM = "text/event-stream"


@require_safe
def hear(request: MemberRequest) -> HttpResponseBase:
    """What there is to hear of the topics `t`, as JSON by topic; for who takes `text/event-stream`, that first, and
    then whenever something has happened which topics to ask again.

    Each topic is looked at by what this member may read now; what they may not is left out. A page that cannot be kept
    open is answered by JSON, and asks again by itself.
    """
    if not settings.OPEN_PAGES:
        raise Http404
    began = time.monotonic()
    if getattr(request, "preview", None) is not None or request.membership.is_operator_looking:
        return JsonResponse({})
    looks = look_at(request, request.GET.getlist("t"))
    state = {topic: look.state for topic, look in looks.items()}
    if not _can_stay(request):
        return JsonResponse(state)
    heard = _heard(request, looks)
    answer = StreamingHttpResponse(
        _begun(request, state_event(state), heard, began), content_type=f"{STREAM}; charset=utf-8"
    )
    # Proxies pass it on as it comes: nginx obeys the second, Caddy and others the first.
    answer.headers["Cache-Control"] = "private, no-store, no-transform"
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def _can_stay(request: MemberRequest) -> bool:
    """Only our own scripts can say that nobody asked: a page of another site opens no line in somebody’s name."""
    if request.method != "GET" or STREAM not in request.headers.get("Accept", "") or not is_unasked(request):
        return False
    return can_be_handed(request.META) and hub_of_this_process().has_room_for(request.membership.pk)


def _heard(request: MemberRequest, looks: dict[str, Look]) -> dict[str, str]:
    heard = {channel_here(look.channel): about(topic) for topic, look in looks.items()}
    heard[channel_of_member(request.membership.pk)] = ENDS
    heard[channel_of_session(request.session.session_key or "")] = ENDS
    return heard


def _begun(request: MemberRequest, first: bytes, heard: dict[str, str], began: float) -> Iterator[bytes]:
    """The beginning of the answer is written by this thread; when more is asked for, the hub takes the connection."""
    yield first
    hub_of_this_process().take(
        OpenPage(take_over(request.META), heard, request.membership.pk, is_framed(request.META), began)
    )
