"""The frame shows what is registered: in its spot, in its order, to those for whom it is, and nowhere when closed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.functional import Promise

from communities import navigation
from communities.memory import forget_all
from communities.navigation import Host, Place, Spot, Who, register_place
from tests.conftest import Cast

Register = Callable[..., Place]
LANDMARKS = {
    Spot.HEADER: 'class="nav bar-only"',
    Spot.DOCK: 'class="dock dock-',
    Spot.ACCOUNT: 'aria-label="My account"',
    Spot.FOOT: 'aria-label="Legal"',
}


@pytest.fixture
def add() -> Iterator[Register]:
    """A place of the test’s own, gone when it ends."""
    added: list[tuple[Spot, str]] = []

    def register(spot: Spot, label: str, url_name: str = "front:show-rules", **fields: Any) -> Place:
        place = Place(cast("Promise", label), url_name, **fields)
        register_place(place, spot)
        added.append((spot, place.name))
        return place

    yield register
    for spot, name in added:
        navigation.places[spot].unregister(name)


def words(html: str, spot: Spot) -> list[str]:
    """The labels that a part of the frame shows, in their order."""
    part = html.partition(LANDMARKS[spot])[2]
    end = "</details>" if spot is Spot.ACCOUNT else "</nav>"
    links = re.findall(r"<a\b[^>]*>(.*?)</a>", part.partition(end)[0], re.DOTALL)
    return [re.sub(r"<[^>]+>", "", link).strip() for link in links]


def page(here: Cast, who: Any = None, path: str = "/about/") -> str:
    forget_all()
    return here.sign_in(who).get(here.url(path)).content.decode()


@pytest.mark.parametrize(
    ("spot", "order", "before", "after"),
    [
        (Spot.HEADER, 50, "Forum", "Members"),
        (Spot.DOCK, 15, "Home", "Explore"),
        (Spot.ACCOUNT, 25, "My profile", "Drafts"),
        (Spot.FOOT, 15, "About us", "Legal notice"),
    ],
)
def test_a_place_stands_where_it_says(
    here: Cast, add: Register, spot: Spot, order: int, before: str, after: str
) -> None:
    # The foot knows the rules already: another page stands in for it.
    add(spot, "Tide table", "front:show-manifest", order=order, icon="map")
    labels = words(page(here, here.member), spot)
    place = labels.index("Tide table")
    assert (labels[place - 1], labels[place + 1]) == (before, after)


@pytest.mark.parametrize("spot", list(Spot))
def test_a_place_of_a_closed_feature_is_nowhere(here: Cast, add: Register, spot: Spot) -> None:
    add(spot, "Tide table", "front:show-manifest", feature="tides", icon="map")
    for who in (None, here.member, here.owner):
        assert "Tide table" not in page(here, who)


@pytest.mark.parametrize("spot", [Spot.HEADER, Spot.DOCK, Spot.BAR, Spot.FOOT])
def test_a_place_is_shown_to_those_for_whom_it_is(
    here: Cast, stranger: Any, add: Register, spot: Spot
) -> None:
    for who in (Who.VISITOR, Who.STRANGER, Who.MEMBER):
        add(spot, f"For {who.name}", "front:show-legal-text", args=(str(who.name).lower(),), whom=who)
    outsider = Client()
    outsider.force_login(stranger)
    seen = {
        "VISITOR": page(here),
        "STRANGER": outsider.get(here.url("/about/")).content.decode(),
        "MEMBER": page(here, here.member),
    }
    for reader, html in seen.items():
        assert {who for who in seen if f"For {who}" in html} == {reader}


def test_a_right_is_asked_of_members_only(here: Cast, add: Register) -> None:
    add(Spot.HEADER, "Log book", may=lambda membership: membership.can_manage)
    assert "Log book" in page(here, here.manager)
    assert "Log book" not in page(here, here.member)
    assert "Log book" not in page(here)


def test_a_count_stands_beside_its_bell_and_is_read_aloud(here: Cast, add: Register) -> None:
    add(
        Spot.BAR,
        "Signals",
        icon="bell",
        whom=Who.MEMBER,
        look="bell",
        count=lambda membership: 7,
        said=lambda count: f"Signals, {count} flying",
    )
    html = page(here, here.member)
    assert 'aria-label="Signals, 7 flying"' in html
    assert re.search(r'aria-label="Signals.*?badge-count"[^>]*>7<', html, re.DOTALL)


def test_the_dock_marks_where_one_stands_for_visitors_too(here: Cast, add: Register) -> None:
    add(Spot.DOCK, "Rules", order=15, icon="map")
    for who in (None, here.member):
        for path, current in (("/rules/", "Rules"), ("/", "Home"), ("/about/", "")):
            dock = page(here, who, path).partition(LANDMARKS[Spot.DOCK])[2].partition("</nav>")[0]
            marked = re.findall(r'aria-current="page"[^>]*>(.*?)</a>', dock, re.DOTALL)
            assert [re.sub(r"<[^>]+>", "", one).strip() for one in marked] == ([current] if current else [])


def test_the_platform_shows_what_stands_there_only(here: Cast, add: Register) -> None:
    add(Spot.BAR, "Inside", look="plain")
    add(Spot.BAR, "Everywhere", "members:show-security", look="plain", host=Host.ANY)
    html = Client().get("/").content.decode()
    assert "Inside" not in html
    assert "Everywhere" in html
    assert "Sign in" in html


def test_every_registered_address_exists_where_it_stands(here: Cast) -> None:
    """The frame takes an address for granted: a typo fails here, not on every page."""
    for registry in navigation.places.values():
        for place in registry:
            if Host.COMMUNITY in place.host:
                assert reverse(place.url_name, args=place.args)
            if Host.PLATFORM in place.host:
                assert reverse(place.url_name, args=place.args, urlconf="config.platform_urls")
    for desk_place in navigation.desk:
        assert all(reverse(name) for name in (desk_place.url_name, *desk_place.also))


def test_the_frame_costs_no_query(here: Cast, queries: Any) -> None:
    request = RequestFactory().get("/")
    frame = navigation.Frame(request, here.community, here.member, frozenset({"search", "invitations"}))
    with queries(exactly=0):
        assert [place.label for place in frame.dock] == ["Home", "Write", "Notifications", "Me"]
        assert frame.foot
        assert frame.acts
        assert frame.search is not None
