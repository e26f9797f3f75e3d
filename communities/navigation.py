"""The places of a community's main navigation. Kinds of content register theirs when their app is ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """One entry of the header: shown where its feature is open."""

    label: Promise | str
    url_name: str
    feature: str
    order: int
    members_only: bool = False
    # A name of its own, where this community has one: “Journal” says more than “Blog”. Empty: the label.
    named: Callable[[HttpRequest], str] | None = None


@dataclass(frozen=True)
class DeskPlace:
    """One entry of the team's desk, for those whom `may` lets in."""

    label: Promise
    url_name: str
    icon: str
    order: int
    may: Callable[[Any], bool]
    # How much waits there, for the figure beside the name; asked on every page of the team, so it must cost nothing.
    count: Callable[[Any], int] | None = None
    # For whom it is what the day begins with, and stands in the header of every page.
    in_header: Callable[[Any], bool] | None = None
    # Other pages of the same place, where their addresses do not say so: names without arguments.
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownPlace:
    label: str
    url: str
    current: bool
    icon: str = ""
    count: int = 0
    in_header: bool = False


_places: list[Place] = []
_desk: list[DeskPlace] = []
# Pages about the place itself, at the foot of each page.
FOOT = (
    (_("Who runs this place"), "front:show-about", ()),
    (_("Legal notice"), "front:show-legal", ()),
    (_("House rules"), "front:show-rules", ()),
    (_("Privacy"), "front:show-legal-text", ("privacy",)),
    (_("Accessibility"), "front:show-legal-text", ("accessibility",)),
    (_("Help"), "front:show-help", ()),
)


def register_place(place: Place) -> None:
    if place not in _places:
        _places.append(place)
        _places.sort(key=lambda known: known.order)


def register_desk_place(place: DeskPlace) -> None:
    if place not in _desk:
        _desk.append(place)
        _desk.sort(key=lambda known: known.order)


def desk_for(request: HttpRequest, membership: Any) -> list[ShownPlace]:
    """The team's pages that this person may open."""
    urls = {place.url_name: reverse(place.url_name) for place in _desk if place.may(membership)}
    # One page is inside another's address; only the nearest is where one stands.
    pages = [(reverse(name), place) for place in _desk for name in (place.url_name, *place.also)]
    near = max(
        (page for page in pages if request.path.startswith(page[0])), key=lambda p: len(p[0]), default=None
    )
    return [
        ShownPlace(
            str(place.label),
            urls[place.url_name],
            current=near is not None and near[1] is place,
            icon=place.icon,
            count=place.count(membership) if place.count else 0,
            in_header=place.in_header is not None and place.in_header(membership),
        )
        for place in _desk
        if place.url_name in urls
    ]


def foot_places() -> list[ShownPlace]:
    return [ShownPlace(str(label), reverse(name, args=args), current=False) for label, name, args in FOOT]


def places_for(request: HttpRequest, open_features: frozenset[str], *, is_member: bool) -> list[ShownPlace]:
    """The header’s places, home first."""
    home = reverse("front:show-home")
    shown = [ShownPlace(gettext("Home"), home, request.path == home)]
    for place in _places:
        if place.feature not in open_features or (place.members_only and not is_member):
            continue
        url = reverse(place.url_name)
        current = request.path == url or (url.count("/") > 1 and request.path.startswith(url))
        label = (place.named(request) if place.named else "") or str(place.label)
        shown.append(ShownPlace(label, url, current))
    return shown
