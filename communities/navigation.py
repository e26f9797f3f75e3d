"""The navigation around every page: header, dock, account menu, top bar, foot, and the team's desk.

Each package registers its own when its app is ready; the frame knows none of them by name. What a person is shown
follows from the place, what is open to them and who they are: a place without its page, feature or right is left out.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext

from communities.own_places import own_places
from communities.registries import Registry


class Who(enum.Flag):
    """Who sees a place."""

    VISITOR = enum.auto()  # not signed in
    STRANGER = enum.auto()  # signed in, and no member here
    MEMBER = enum.auto()
    OPERATOR = enum.auto()  # runs the platform; on its own host only
    OUTSIDER = VISITOR | STRANGER
    ANYBODY = VISITOR | STRANGER | MEMBER


class Host(enum.Flag):
    """On which host a place is shown: the one where its address exists."""

    COMMUNITY = enum.auto()
    PLATFORM = enum.auto()
    ANY = COMMUNITY | PLATFORM


class Spot(enum.StrEnum):
    """The parts of the frame. The first is the main navigation, the second what is under the thumb on a phone."""

    HEADER = "header"
    DOCK = "dock"
    ACCOUNT = "account"
    BAR = "bar"
    FOOT = "foot"


@dataclass(frozen=True)
class Place:
    """One entry of the frame: shown where its feature is open, to those for whom it is."""

    label: Promise | str
    url_name: str
    feature: str = ""
    order: int = 50
    icon: str = ""
    args: tuple[str, ...] = ()
    whom: Who = Who.ANYBODY
    # A right of members: never asked for anybody else.
    may: Callable[[Any], bool] | None = None
    host: Host = Host.COMMUNITY
    # Whether it is there at all for this request; asked on every page, so it must cost nothing.
    shown: Callable[[HttpRequest], bool] | None = None
    # A name of its own, where this community or person has one: “Journal” says more than “Blog”. Empty: the label.
    named: Callable[[HttpRequest], str] | None = None
    # How much waits there for a member; called on every page, so it must cost nothing.
    count: Callable[[Any], int] | None = None
    # The label read aloud in place of the icon, which may say how much waits there.
    said: Callable[[int], str] | None = None
    # How it looks in the top bar: a `search`, a `main` or `plain` button, a `bell`; empty: a button.
    look: str = ""

    @property
    def name(self) -> str:
        return " ".join((self.url_name, *self.args))


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
    # People whose day begins with it: for them it is in the header of every page.
    in_header: Callable[[Any], bool] | None = None
    # Other pages of the same place, where their addresses do not say so: names without arguments.
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.url_name


@dataclass(frozen=True)
class StartPage:
    """A page that somebody can land on after signing in, instead of the home page."""

    name: str
    label: Promise
    url_name: str
    order: int
    may: Callable[[Any], bool]
    # For whom it is the usual one; of several the first.
    begins: Callable[[Any], bool]


@dataclass(frozen=True)
class ShownPlace:
    label: str
    url: str
    current: bool
    icon: str = ""
    count: int = 0
    in_header: bool = False
    said: str = ""
    look: str = ""
    # A link of the community’s own that leads out of it.
    outside: bool = False

    def __hash__(self) -> int:
        """Of what tells places apart: each page looks up its frame by all of them."""
        return hash((self.label, self.url, self.current, self.count))


# So many entries has a menu of a community’s own; without one, so many places stand in the bar beside each other.
MOST_IN_MENU = 5
HOME = "front:show-home"
# How somebody says that they want to land there, whatever their role.
HOME_PAGE = "home"
places: dict[Spot, Registry[Place]] = {spot: Registry(f"place in the {spot.value}") for spot in Spot}
desk: Registry[DeskPlace] = Registry("place at the desk")
start_pages: Registry[StartPage] = Registry("start page")


def register_place(place: Place, spot: Spot = Spot.HEADER) -> None:
    places[spot].register(place)


def register_desk_place(place: DeskPlace) -> None:
    desk.register(place)


def address_of(url_name: str, *args: str, **named: str) -> str:
    """The address of a page in the present community, looked up once: a page says some twenty of its frame, and as many
    of its lists."""
    urlconf, prefix = _whereabouts()
    return f"{prefix}{_path_of(urlconf, url_name, *args, **named)}"


def _whereabouts() -> tuple[str, str]:
    """By which addresses pages are known here, and what all of them begin with."""
    return get_urlconf() or settings.ROOT_URLCONF, get_script_prefix()


@lru_cache(maxsize=2048)
def _path_of(urlconf: str, url_name: str, *args: str, **named: str) -> str:
    return reverse(url_name, urlconf, args, named).removeprefix(get_script_prefix())


@lru_cache(maxsize=1024)
def _offered(
    spot: Spot,
    _changes: int,
    host: Host,
    reader: Who,
    features: frozenset[str],
    _language: str | None,
    urlconf: str,
    prefix: str,
) -> tuple[tuple[str, Place, ShownPlace], ...]:
    """The places of a spot for such readers, by name, as they are while nothing waits there: every page shows some
    thirty."""
    return tuple(
        (
            place.name,
            place,
            ShownPlace(
                str(place.label),
                f"{prefix}{_path_of(urlconf, place.url_name, *place.args)}",
                current=False,
                icon=place.icon,
                look=place.look,
            ),
        )
        for place in places[spot]
        if host in place.host
        and reader & place.whom
        and (not place.feature or place.feature in features)
        and (place.may is None or reader is Who.MEMBER)
    )


@lru_cache(maxsize=8)
def _asked_each_time(_changes: int) -> tuple[Callable[[HttpRequest], Any], ...]:
    every = (place for spot in places.values() for place in spot if Who.VISITOR in place.whom)
    return tuple([ask for place in every for ask in (place.shown, place.named) if ask is not None])


def register_start_page(page: StartPage) -> None:
    start_pages.register(page)


def start_pages_of(membership: Any) -> list[StartPage]:
    """Those that this person may choose, in their order."""
    return [page for page in start_pages if page.may(membership)]


def landing_of(membership: Any) -> str:
    """Where somebody lands after signing in: the page they chose, as long as they may open it, else the usual one of
    their role, else home."""
    offered = start_pages_of(membership)
    chosen = [page for page in offered if page.name == membership.start_page]
    home = membership.start_page == HOME_PAGE
    usual = [] if home else [page for page in offered if page.begins(membership)]
    return reverse(next(iter([*chosen, *usual])).url_name) if chosen or usual else reverse(HOME)


@dataclass
class Frame:
    """What surrounds one page for one reader. Each part is built once, when it is first needed."""

    request: HttpRequest
    community: Any
    membership: Any
    features: frozenset[str]

    @cached_property
    def home(self) -> str:
        return address_of(HOME) if self.community is not None else "/"

    @cached_property
    def header(self) -> list[ShownPlace]:
        """The main navigation, home first; on the platform’s host the operator’s pages."""
        return [*self.menu, *self.more]

    @cached_property
    def menu(self) -> list[ShownPlace]:
        """What stands side by side in the bar: home, then what the community has chosen, or the first places."""
        return self._parts[0]

    @cached_property
    def more(self) -> list[ShownPlace]:
        """The open places that are not in the menu."""
        return self._parts[1]

    @cached_property
    def _parts(self) -> tuple[list[ShownPlace], list[ShownPlace]]:
        if self.community is None:
            every = self._shown(Spot.HEADER, is_current=self._is_nearest)
            return every[:MOST_IN_MENU], every[MOST_IN_MENU:]
        home = ShownPlace(gettext("Home"), self.home, self.request.path == self.home)
        # One stands on a page of the community’s own, not on the place that it belongs to as well.
        on_own = any(place.current for place in self.own)
        shown = self._shown_by_name(Spot.HEADER, None if on_own else self._is_within)
        chosen = menu_of(self.community)
        if not chosen:
            every = [home, *shown.values(), *self.own]
            return every[:MOST_IN_MENU], every[MOST_IN_MENU:]
        menu = [home]
        for entry in chosen:
            if "url" in entry:
                menu.append(ShownPlace(entry["label"], entry["url"], current=False, outside=True))
            elif entry["place"] in shown:
                menu.append(shown.pop(entry["place"]))
        return menu, [*shown.values(), *self.own]

    @cached_property
    def own(self) -> list[ShownPlace]:
        """What the community itself has put into its menu, after the places of the packages."""
        return [ShownPlace(label, url, self.request.path == url) for label, url in own_places(self.request)]

    @cached_property
    def dock(self) -> list[ShownPlace]:
        return self._shown(Spot.DOCK, is_current=lambda url: self.request.path == url)

    @cached_property
    def account(self) -> list[ShownPlace]:
        return self._shown(Spot.ACCOUNT)

    @cached_property
    def foot(self) -> list[ShownPlace]:
        return self._shown(Spot.FOOT)

    @cached_property
    def acts(self) -> list[ShownPlace]:
        """The buttons at the end of the top bar."""
        return [place for place in self._bar if place.look != "search"]

    @cached_property
    def search(self) -> ShownPlace | None:
        return next((place for place in self._bar if place.look == "search"), None)

    @cached_property
    def desk(self) -> list[ShownPlace]:
        """The team's pages that this person may open."""
        return [] if self.membership is None else desk_for(self.request, self.membership)

    @cached_property
    def _bar(self) -> list[ShownPlace]:
        return self._shown(Spot.BAR)

    @cached_property
    def reader(self) -> Who:
        if self.membership is not None:
            return Who.MEMBER
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            return Who.VISITOR
        runs_it = self.community is None and user.is_operator
        return Who.STRANGER | Who.OPERATOR if runs_it else Who.STRANGER

    def _shown(self, spot: Spot, *, is_current: Callable[[str], bool] | None = None) -> list[ShownPlace]:
        return list(self._shown_by_name(spot, is_current).values())

    def _shown_by_name(self, spot: Spot, is_current: Callable[[str], bool] | None) -> dict[str, ShownPlace]:
        by, shown = self.membership, {}
        for key, place, known in _offered(spot, places[spot].changes, *self.reading):
            if place.may is not None and not place.may(by):
                continue
            if place.shown is not None and not place.shown(self.request):
                continue
            count = place.count(by) if place.count and by is not None else 0
            name = place.named(self.request) if place.named else ""
            said = place.said(count) if place.said else ""
            current = is_current is not None and is_current(known.url)
            if count or name or said or current:
                known = replace(known, label=name or known.label, current=current, count=count, said=said)
            shown[key] = known
        return shown

    @cached_property
    def reading(self) -> tuple[Host, Who, frozenset[str], str | None, str, str]:
        """Who reads, where, and in which language: what all spots have in common."""
        host = Host.PLATFORM if self.community is None else Host.COMMUNITY
        return host, self.reader, self.features, get_language(), *_whereabouts()

    @cached_property
    def asked(self) -> tuple[Any, ...]:
        """What visitors’ places ask of each request, answered once for all parts of the frame."""
        changes = sum([registry.changes for registry in places.values()])
        return changes, *own_places(self.request), *[ask(self.request) for ask in _asked_each_time(changes)]

    def _is_nearest(self, url: str) -> bool:
        """The page itself; what lies below belongs to the first of them, whose address all others begin with."""
        path = self.request.path
        inner = path.startswith(f"{url}communities/")
        return path == url or inner or (url.count("/") > 2 and path.startswith(url))

    def _is_within(self, url: str) -> bool:
        path = self.request.path
        return path == url or (url.count("/") > 1 and path.startswith(url))


def menu_of(community: Any) -> list[dict[str, str]]:
    """The menu of a community’s own, on its row: {"place": its name} or {"label", "url"}; empty: the usual one."""
    return list(community.settings.get("menu") or ())[:MOST_IN_MENU]


def desk_for(request: HttpRequest, membership: Any) -> list[ShownPlace]:
    """The team's pages that this person may open."""
    urls = {place.url_name: address_of(place.url_name) for place in desk if place.may(membership)}
    if not urls:
        return []
    # One page is inside another's address; only the nearest is where one stands.
    pages = [(address_of(name), place) for place in desk for name in (place.url_name, *place.also)]
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
        for place in desk
        if place.url_name in urls
    ]
