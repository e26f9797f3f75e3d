from __future__ import annotations

from itertools import groupby

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.content.addresses import absolute_address
from communities.content.managers import BY_PUBLICATION, INDEXED_FROM
from communities.content.models import Tag, Thread
from communities.content.showing.sharing import share_address
from communities.content.showing.syndication import public_tag_feed
from communities.content.viewers import readable_spaces, viewer_of
from communities.fields import one_line
from communities.launch.features import feature_required
from communities.letters import fold
from communities.limits import Limited, asks_quietly
from communities.middleware import CommunityRequest, MemberRequest
from communities.permissions import public_page

MOST_LISTED = 300
MOST_OFFERED = 8


@public_page
@feature_required("tags")
@require_safe
def list_tags(request: CommunityRequest) -> HttpResponse:
    tags = list(Tag.objects.used().seen_by(viewer_of(request)).by_use()[:MOST_LISTED])
    context = {
        "groups": _in_groups(tags),
        "page_title": _("Tags"),
        "canonical_url": absolute_address(request.community, reverse("content:list-tags")),
        "robots": "" if len(tags) >= INDEXED_FROM else "noindex",
    }
    return render(request, "content/list_tags.html", context)


@public_page
@feature_required("tags")
@require_safe
def show_tag(request: CommunityRequest, tag: str) -> HttpResponse:
    """Everything visible under a tag, of all kinds, newest first."""
    viewer = viewer_of(request)
    found = get_object_or_404(Tag.objects.seen_by(viewer), slug=tag)
    cursor = request.GET.get("after", "")
    place = BY_PUBLICATION.place(cursor)
    threads = Thread.objects.visible_to(viewer).tagged_before(found.pk, *place).select_related("author")
    page = BY_PUBLICATION.page(threads)
    if not page.rows and not place:
        raise Http404
    spaces = {space.pk: space for space in readable_spaces(request.community, viewer)}
    for thread in page.rows:
        thread.space = spaces[thread.space_id]
    context = {
        "tag": found,
        "page": page,
        "older_url": f"?after={page.older}" if page.older else "",
        "page_title": found.name,
        "canonical_url": absolute_address(request.community, found.get_absolute_url()),
        "share_image": share_address(request.community),
        "feed_url": public_tag_feed(request.community, found, viewer),
        "robots": _robots(found.thread_count, cursor),
    }
    return render(request, "content/show_tag.html", context)


@feature_required("tags")
@require_safe
@asks_quietly(Limited.SUGGEST)
def suggest_tags(request: MemberRequest) -> JsonResponse:
    """While somebody types one: at most eight that the place has; those used most, before a letter is typed."""
    words = one_line(request.GET.get("q", "").replace("\0", ""))[:60]
    tags = Tag.objects.used().seen_by(viewer_of(request))
    found = tags.beginning_with(words) if words else tags.by_use()
    response = JsonResponse({"tags": [tag.name for tag in found[:MOST_OFFERED]]})
    response.headers["Cache-Control"] = "private, max-age=30"
    return response


def _in_groups(tags: list[Tag]) -> list[tuple[str, list[Tag]]]:
    """Those without a group first, then each group with its tags."""
    ordered = sorted(tags, key=lambda tag: (fold(tag.group), tag.slug))
    return [(group, list(among)) for group, among in groupby(ordered, key=lambda tag: tag.group)]


def _robots(thread_count: int, cursor: str) -> str:
    if cursor:
        return "noindex, follow"
    return "" if thread_count >= INDEXED_FROM else "noindex"
