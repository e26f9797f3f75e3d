"""The revisions of a text, for its author and the team."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.content.models import Post, Revision
from communities.content.permissions import can_see_history
from communities.content.text.differences import difference
from communities.content.text.extracts import plain_text
from communities.content.views.posts import address_of, own_post
from communities.exceptions import NotAllowed
from communities.middleware import CommunityRequest, MemberRequest

MOST_VERSIONS = 200


@require_safe
def list_revisions(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """Every kept version, newest first."""
    post = _post_with_history(request, public_id)
    revisions = (
        Revision.objects.filter(post=post).select_related("editor").order_by("-number")[:MOST_VERSIONS]
    )
    context = {"post": post, "thread": post.thread, "revisions": revisions, "back": address_of(post)}
    return render(request, "content/list_revisions.html", context)


@require_safe
def show_revision(request: MemberRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    """One version, and what the next one changed in it."""
    post = _post_with_history(request, public_id)
    if number > 32_767:
        raise Http404
    kept = list(
        Revision.objects.filter(post=post, number__gte=number).select_related("editor").order_by("number")[:2]
    )
    if not kept or kept[0].number != number:
        raise Http404
    after = kept[1].body_html if len(kept) > 1 else post.body_html
    context = {
        "post": post,
        "thread": post.thread,
        "revision": kept[0],
        "pieces": difference(plain_text(kept[0].body_html), plain_text(after)),
        "back": address_of(post),
    }
    return render(request, "content/show_revision.html", context)


def _post_with_history(request: CommunityRequest, public_id: uuid.UUID) -> Post:
    post = own_post(request, public_id)
    if not can_see_history(request.membership, post):
        raise NotAllowed
    return post
