"""A member's own texts: what they published, what still waits."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.content.kinds import KINDS, asking_url
from communities.content.models import Post, Thread, UnsentText
from communities.content.permissions import spaces_offered_to
from communities.content.services.keeping_unsent import MOST_UNSENT
from communities.content.showing.reading import own_posts
from communities.content.showing.unsent import rows_of
from communities.content.viewers import readable_spaces, viewer_of
from communities.keysets import NUMBER, Keyset
from communities.launch.features import open_features
from communities.middleware import MemberRequest

BY_NUMBER = Keyset(("pk", NUMBER), size=30)


@require_safe
def list_own_content(request: MemberRequest) -> HttpResponse:
    """Everything one wrote, newest first; what one deleted today can be restored here."""
    place = BY_NUMBER.place(request.GET.get("before", ""))
    page = BY_NUMBER.page(own_posts(request.membership, before=place[0] if place else None))
    older = f"?before={page.older}" if page.older else ""
    context = {
        "posts": page.rows,
        "older_url": older,
        "newer_url": request.path if place else "",
        "ask_url": asking_url(open_features(request.community, request.membership)),
    }
    return render(request, "content/list_own_content.html", context)


@require_safe
def list_drafts(request: MemberRequest) -> HttpResponse:
    """Where this member may start a text, and what only they can see so far: what they did not
    send, drafts, scheduled and held texts."""
    me = request.membership
    signed = [number for kind in KINDS for number in kind.co_signed(me)]
    threads = Thread.objects.waiting_of(me.pk, signed).select_related("space")[:100]
    replies = Post.objects.waiting_by(me.pk).select_related("thread__space")[:100]
    viewer = viewer_of(request)
    unsent = UnsentText.objects.filter(membership=me).order_by("-kept_at")[:MOST_UNSENT]
    context = {
        "unsent": rows_of(list(unsent), viewer),
        "threads": threads,
        "replies": replies,
        "starts": spaces_offered_to(me, readable_spaces(request.community, viewer)),
    }
    return render(request, "content/list_drafts.html", context)
