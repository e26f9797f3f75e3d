"""Products and places in the sitemap: those that somebody has reviewed, as their pages ask search engines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef

from communities.content.addresses import absolute_address
from communities.content.showing.sitemaps import Location, Mapped, register_mapped
from communities.content.viewers import Viewer
from communities.models import Community
from communities.navigation import address_of
from communities.reviews.models import Review, Thing
from communities.reviews.permissions import FEATURE
from communities.reviews.queries import readable_shelves


def register() -> None:
    register_mapped(Mapped("things", FEATURE, _reviewed, _located))


def _reviewed(community: Community, viewer: Viewer) -> Any:
    shelves = [space.pk for space in readable_shelves(community, viewer)]
    # A review may have been moved where this viewer does not read it.
    shown = Review.objects.filter(thing=OuterRef("pk"), replaced=False, shown_in__in=viewer.space_ids)
    return Thing.objects.in_spaces(shelves).filter(Exists(shown)).only("slug", "picture")


def _located(community: Community, things: Sequence[Thing]) -> list[Location]:
    return [_location(community, thing) for thing in things]


def _location(community: Community, thing: Thing) -> Location:
    address = absolute_address(community, address_of("reviews:show-thing", thing.slug))
    picture = absolute_address(community, default_storage.url(thing.picture)) if thing.picture else ""
    return Location(address, pictures=(picture,) if picture else ())
