"""What the home page shows of photographs: the latest ones, in albums that its reader may open."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from communities import homepage
from communities.albums.models import ALBUM, Photo
from communities.albums.permissions import FEATURE
from communities.albums.queries import readable_walls
from communities.albums.showing import SMALL, Tile, tile_of
from communities.content.models import Thread
from communities.content.showing.home import only
from communities.content.viewers import Viewer, unfolded
from communities.homepage import Block, Reader, Section, Visit
from communities.reads import CompiledRead

LATEST = 6
# So many of the newest are looked at first: by their own index, however many there are.
NEWEST = 120
# So many albums, where these are not enough.
LIVELY = 12


def _readable(viewer: Viewer) -> QuerySet[Photo]:
    rows: QuerySet[Photo] = Photo.objects.shown().read_by(viewer)
    return rows.select_related("picture", "post__author").order_by("-pk")


def _lately_added(viewer: Viewer) -> QuerySet[Photo]:
    newest = Photo.objects.order_by("-pk").values("pk")[:NEWEST]
    return _readable(viewer).filter(pk__in=newest)[:LATEST]


def _of_lively_albums(viewer: Viewer) -> list[Photo]:
    """For who may see few of the newest: the latest in the albums of each of their spaces in which something happened
    last. Looked for among all photographs, those that others see would be walked through."""
    albums = Thread.objects.visible_to(viewer).of_kind(ALBUM)
    parts = [
        albums.in_space(space).filter(pinned).order_by("-last_activity_at", "-pk")
        for space in viewer.space_ids
        for pinned in (Q(pinned=0), Q(pinned__gt=0))
    ]
    first, *others = [part.values_list("last_activity_at", "pk")[:LIVELY] for part in parts]
    lively = [pk for _at, pk in sorted(first.union(*others, all=True), reverse=True)[:LIVELY]]
    if not lively:
        return []
    shown = _readable(viewer)
    latest = [
        shown.filter(post__thread=pk).order_by("-post__position").values("pk")[:LATEST] for pk in lively
    ]
    return list(shown.filter(pk__in=latest[0].union(*latest[1:], all=True))[:LATEST])


_latest: CompiledRead[Photo] = CompiledRead(_lately_added)


def latest_photographs(visit: Visit) -> list[Tile]:
    """As they are shown on the home page: one statement, three where its reader may see few of the newest, and none
    where there is no space of photographs."""
    spaces = unfolded(readable_walls(visit.community, visit.viewer), visit.membership)
    if not spaces:
        return []
    viewer = only(visit.viewer, spaces)
    photos = _latest(viewer)
    if len(photos) < LATEST:
        photos = _of_lively_albums(viewer)
    return [tile_of(photo.post, photo, SMALL) for photo in photos]


class LatestPhotographs(Section):
    """Visitors and members: the photographs added last."""

    name, area, order = "photos.latest", "aside", 35
    feature, whom = FEATURE, Reader.VISITOR | Reader.MEMBER
    block = "photos"
    template = "photos/sections/latest.html"
    fills = False

    def context(self, visit: Visit) -> dict[str, Any] | None:
        tiles = latest_photographs(visit)
        return {"tiles": tiles} if tiles else None


def register() -> None:
    homepage.blocks.register(
        Block(
            "photos",
            _("Photographs"),
            _("The latest six."),
            68,
            _("Start an album."),
            "photos:choose-wall",
        )
    )
    homepage.sections.register(LatestPhotographs())
