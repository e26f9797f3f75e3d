"""Pages as lists, menus and readers see them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import get_script_prefix

from communities.content.managers import ThreadQuerySet
from communities.content.models import Post, Space, Thread
from communities.content.viewers import Viewer, readable_spaces, spaces_of, unfolded, viewer_of
from communities.guides.models import GUIDE, GUIDES, MOST_LISTED, MOST_PAGES
from communities.memory import Memory
from communities.models import Community
from communities.own_places import OwnPlace
from communities.reads import CompiledRead
from communities.remembered_reads import RememberedRead

# A page in a menu: the space that it is in, its address within the community, its title.
Listed = tuple[int, str, str]


def in_order(pages: ThreadQuerySet) -> ThreadQuerySet:
    return pages.of_kind(GUIDE).select_related("guide").order_by("guide__place", "pk")


def _find(viewer: Viewer, slug: str) -> ThreadQuerySet:
    reachable: ThreadQuerySet = Thread.objects.reachable_by(viewer).of_kind(GUIDE)
    return reachable.select_related("space", "author", "guide").filter(slug=slug)[:1]


_page: CompiledRead[Thread] = CompiledRead(_find)


def find_page(viewer: Viewer, slug: str) -> Thread | None:
    """A page by its address, also a draft that this reader may write."""
    return _page.first(viewer, slug)


def _first_post(thread_id: int) -> QuerySet[Post]:
    return Post.objects.filter(thread_id=thread_id, position=1)[:1]


_text: CompiledRead[Post] = CompiledRead(_first_post)


def text_of(thread: Thread) -> Post:
    """The text of a page; of a draft, which has no place yet, the one that waits."""
    text: Post | None = _text.first(thread.pk) if thread.last_position else None
    if text is None:
        opening: Post = thread.opening()
        return opening
    text.thread, text.author = thread, thread.author
    return text


def _in_space(viewer: Viewer, space_id: int) -> ThreadQuerySet:
    visible: ThreadQuerySet = Thread.objects.visible_to(viewer)
    return in_order(visible.in_space(space_id))[: MOST_PAGES + 1]


_pages: CompiledRead[Thread] = CompiledRead(_in_space)


def pages_in(space: Space, viewer: Viewer) -> list[Thread]:
    """The published pages of a space, in their order."""
    found = list(_pages(viewer, space.pk))
    for one in found:
        one.space = space
    return found


def drafts_in(spaces: list[Space], viewer: Viewer) -> list[Thread]:
    """What is being written in these spaces, as far as this reader may go on with it."""
    by_id = {space.pk: space for space in spaces}
    reachable: ThreadQuerySet = Thread.objects.reachable_by(viewer)
    waiting = reachable.of_kind(GUIDE).waiting().filter(space_id__in=by_id).order_by("-pk")
    found = list(waiting[:MOST_PAGES])
    for one in found:
        one.space = by_id[one.space_id]
    return found


def _in_menu(community_id: int) -> Any:
    listed = Thread.objects.filter(community_id=community_id, guide__in_menu=True, state="published")
    rows = listed.order_by("space__place", "guide__place", "pk").values_list("space_id", "slug", "title")
    return rows[:MOST_LISTED]


_of_menu: RememberedRead[Listed] = RememberedRead(_in_menu)


def _read_listed(community_id: int) -> tuple[Listed, ...]:
    return tuple(_of_menu(community_id))


# What the menu of every page leads to. Of a community without such a space, nothing is asked.
_listed: Memory[tuple[Listed, ...]] = Memory(_read_listed, told=True)


def listed_pages(community: Community) -> tuple[Listed, ...]:
    """The pages that stand in the menu of a community, for whoever may read them."""
    spaces = [space for space in spaces_of(community) if space.kind == GUIDES]
    return _listed.get(community.pk) if spaces else ()


def places_of_pages(request: HttpRequest) -> list[OwnPlace]:
    """The pages in the menu that this reader may read."""
    community: Any = getattr(request, "community", None)
    if community is None or not readable_pages(request):
        return []
    allowed, start = set(viewer_of(request).space_ids), f"{get_script_prefix()}guides/"
    return [(title, f"{start}{slug}/") for space, slug, title in listed_pages(community) if space in allowed]


def readable_pages(request: HttpRequest) -> list[Space]:
    """The spaces of pages that this reader may read; costs nothing."""
    return readable_spaces(request.community, viewer_of(request), GUIDES)  # type: ignore[attr-defined]


def has_pages(request: HttpRequest) -> bool:
    """Whether there is something to be found: a space that is almost empty is listed for the team alone."""
    reader: Any = request
    return bool(unfolded(readable_pages(request), reader.membership))


def name_of_only_space(request: HttpRequest) -> str:
    """What the header calls the pages if there is only one space of them."""
    spaces = readable_pages(request)
    return spaces[0].name if len(spaces) == 1 else ""
