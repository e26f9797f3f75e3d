"""Photographs as a kind of content: spaces that hold albums."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.translation import gettext_lazy as _

from communities.albums.models import ALBUM, PHOTOS, Album
from communities.albums.permissions import FEATURE
from communities.albums.queries import covers_of, has_walls
from communities.albums.services import settle_album
from communities.albums.telling import tell_followers_of_photograph
from communities.content.addresses import absolute_address
from communities.content.attachments import FULL
from communities.content.kinds import Filed, Kind, ThreadKind
from communities.content.managers import ThreadQuerySet
from communities.content.models import Post, Thread
from communities.launch.features import Feature
from communities.models import Community


class PhotoKind(Kind):
    name = PHOTOS
    label, label_many = _("Photographs"), _("Spaces of photographs")
    icon = "image"
    order = 50
    header_label, header_order = _("Photographs"), 45
    features = (Feature(FEATURE, _("Photographs"), 50, frozenset({"texts"}), is_place=True),)
    thread_kinds = (
        ThreadKind(
            ALBUM, _("Album"), proposes=True, may_wait=True, draws_insets=True, insets_in_replies=False
        ),
    )
    path, urls = "photos", "communities.albums.urls"
    list_route, space_route = "list-albums", "show-wall"
    thread_route, start_route = "show-album", "start-album"
    threads_name, threads_label = "albums", _("Albums")
    tab_order = 40
    # Members bring all there is, so they find it while it is empty.
    minimum = 0
    reply_label = _("Photograph")
    start_label = _("Start an album")
    reply_offers: ClassVar[frozenset[str]] = frozenset()
    replies_are_texts = False
    side = Album
    demo_spaces = frozenset({"photographs"})
    demo_parts: ClassVar[Mapping[str, str]] = {"photographs": FEATURE}

    def header_asks(self) -> Callable[[HttpRequest], bool]:
        return has_walls

    def thread_url(self, thread: Thread) -> str:
        # In every row of every list, so not looked up; a test compares it with the route.
        return f"{get_script_prefix()}photos/a/{thread.slug}/"

    def tells_itself(self, post: Post) -> bool:
        """Followers hear once of all photographs that came together."""
        return tell_followers_of_photograph(post)

    def pictures(self, community: Community, threads: ThreadQuerySet) -> dict[int, str]:
        covers = covers_of(threads.values_list("pk", flat=True))
        return {
            pk: absolute_address(community, f"/media/{picture.pk}/{FULL}") for pk, picture in covers.items()
        }

    def file_sides(self, filed: Sequence[Filed]) -> None:
        for one in filed:
            settle_album(one.thread)
