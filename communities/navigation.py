"""The places of a community's main navigation. Kinds of content register theirs when their app is ready."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True)
class Place:
    """One entry of the header: shown where its feature is open."""

    label: Promise
    url_name: str
    feature: str
    order: int
    members_only: bool = False


@dataclass(frozen=True)
class ShownPlace:
    label: str
    url: str
    current: bool


_places: list[Place] = []


def register_place(place: Place) -> None:
    if place not in _places:
        _places.append(place)
        _places.sort(key=lambda known: known.order)


def places_for(request: HttpRequest, open_features: frozenset[str], *, is_member: bool) -> list[ShownPlace]:
    shown = []
    for place in _places:
        if place.feature not in open_features or (place.members_only and not is_member):
            continue
        url = reverse(place.url_name)
        current = request.path == url or (url.count("/") > 1 and request.path.startswith(url))
        shown.append(ShownPlace(str(place.label), url, current))
    return shown
