"""Products and places in the search of the whole community: by any part of their name, or of where they are."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.content.finding.beside import Beside, Link, register_beside
from communities.content.viewers import Viewer
from communities.models import Community
from communities.navigation import address_of
from communities.reviews.models import Thing
from communities.reviews.permissions import FEATURE
from communities.reviews.queries import readable_shelves, things_named


def register() -> None:
    register_beside(Beside("things", _("Products and places"), FEATURE, _find))


def _find(community: Community, viewer: Viewer, words: str, most: int) -> list[Link]:
    shelves = [space.pk for space in readable_shelves(community, viewer)]
    named = things_named(words) if shelves else []
    # None where so many have these words, or these are so short, that they say nothing: their own list shows them.
    if not named:
        return []
    things = Thing.objects.in_spaces(shelves).filter(pk__in=named).newest().only("name", "slug")
    return [(thing.name, address_of("reviews:show-thing", thing.slug)) for thing in things[:most]]
