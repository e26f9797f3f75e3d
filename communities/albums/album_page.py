"""What the page of an album shows."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from communities.albums.models import Photo
from communities.albums.permissions import can_add_photographs, can_edit_album
from communities.albums.queries import gathering_of
from communities.albums.showing import Tile, tile_of
from communities.content.addresses import absolute_address
from communities.content.insets import draw_inset
from communities.content.models import Post, Thread
from communities.content.permissions import can_edit_post, shows_body
from communities.content.showing.reading import read_posts
from communities.content.showing.sharing import share_address
from communities.content.text.extracts import excerpt
from communities.content.viewers import public_viewer, viewer_of
from communities.content.views.thread_pages import reading_of, waiting_for
from communities.middleware import CommunityRequest

LONGEST_DESCRIPTION = 160


def album_page(request: CommunityRequest, thread: Thread, number: int) -> dict[str, Any]:
    """One page of an album that was fetched with `album_for_page`: the places of its thread, as of any other, so that
    the address of a photograph leads to the page that shows it."""
    by, url = request.membership, thread.get_absolute_url()
    posts = list(read_posts(thread, number, by=by))
    first = posts[0] if posts and posts[0].is_body else None
    tiles, others = _parted([post for post in posts if post is not first], request)
    context: dict[str, Any] = {
        "thread": thread,
        "thread_url": url,
        "body": first if first is not None and first.is_published else None,
        "inset": draw_inset(thread, request) if first is not None and first.is_published else "",
        "tiles": tiles,
        "others": others,
        "posts": others,
        "waiting": waiting_for(request, thread) if number >= thread.last_page else [],
        "reading": reading_of(request, thread, number),
        "gathering": gathering_of(thread, viewer_of(request)),
        "may_add": can_add_photographs(by, thread),
        "may_edit": can_edit_album(by, thread),
        "may_write": first is not None and can_edit_post(by, first),
        "older_url": f"{url}?page={number + 1}" if number < thread.last_page else "",
        "newer_url": f"{url}?page={number - 1}" if number > 1 else "",
        "crumbs": [
            {"label": _("Photographs"), "url": reverse("photos:list-albums")},
            {"label": thread.space.name, "url": thread.space.get_absolute_url()},
            {"label": thread.title},
        ],
    }
    return context | _for_machines(request, thread, first, number)


def _parted(posts: list[Post], request: CommunityRequest) -> tuple[list[Tile], list[Post]]:
    """The photographs that everybody sees; and apart what else stands in the thread: words that came along from
    elsewhere, and what was withdrawn, for those who may still read it."""
    photos: dict[int, Photo] = {photo.pk: photo for photo in Photo.objects.of_posts(posts)} if posts else {}
    tiles = [tile_of(post, photos[post.pk]) for post in posts if post.pk in photos and post.is_published]
    shown = {tile.post.pk for tile in tiles}
    others = [post for post in posts if post.pk not in shown and shows_body(request.membership, post)]
    return tiles, others


def _for_machines(
    request: CommunityRequest, thread: Thread, first: Post | None, number: int
) -> dict[str, Any]:
    """What other sites and search engines are told; they are never signed in."""
    url = thread.get_absolute_url() + (f"?page={number}" if number > 1 else "")
    is_public = thread.is_published and thread.space_id in public_viewer(request.community).space_ids
    return {
        "page_title": thread.title,
        "page_description": excerpt(first.body_html, LONGEST_DESCRIPTION) if first is not None else "",
        "canonical_url": absolute_address(request.community, url),
        "share_image": share_address(request.community, thread) if is_public else "",
        "share_type": "article",
        "robots": "" if is_public else "noindex",
    }
