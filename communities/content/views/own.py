"""A member's own texts: what they published, what still waits."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.content.kinds import asking_url
from communities.content.models import Post, Thread
from communities.content.permissions import spaces_offered_to
from communities.content.showing.reading import own_posts
from communities.content.viewers import readable_spaces, viewer_of
from communities.launch.features import open_features
from communities.middleware import CommunityRequest

SHOWN = 30


@require_safe
def list_own_content(request: CommunityRequest) -> HttpResponse:
    """Everything one wrote, newest first; what one deleted today can be restored here."""
    before = request.GET.get("before", "")
    last_id = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    posts = own_posts(request.membership, before=last_id, count=SHOWN + 1)  # type: ignore[arg-type]
    older = f"?before={posts[SHOWN - 1].pk}" if len(posts) > SHOWN else ""
    context = {"posts": posts[:SHOWN], "older_url": older, "newer_url": request.path if last_id else ""}
    context["ask_url"] = asking_url(open_features(request.community, request.membership))
    return render(request, "content/list_own_content.html", context)


@require_safe
def list_drafts(request: CommunityRequest) -> HttpResponse:
    """Where one may begin to write, and what only its author sees yet: drafts, scheduled and held texts."""
    me = request.membership
    assert me is not None  # members only: the page is not public
    threads = Thread.objects.waiting_of(me.pk).select_related("space")[:100]
    replies = Post.objects.waiting_by(me.pk).select_related("thread__space")[:100]
    starts = spaces_offered_to(me, readable_spaces(request.community, viewer_of(request)))
    return render(
        request, "content/list_drafts.html", {"threads": threads, "replies": replies, "starts": starts}
    )
