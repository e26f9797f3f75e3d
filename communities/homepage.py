"""The home page is composed of sections: each package registers its own, when its app is ready.

What is shown follows from four things alone: the sections, how the owner arranged them, what is open to the reader, and
who reads. A section says where it stands (`area`, `order`), for whom it is, which feature it belongs to and which block
of the owner's page; it fetches its own content, or shares what another has fetched (`Visit.once`), so that no statement
is sent twice.

Owners see blocks: one is what a visitor and a member are shown for the same purpose. They order and switch them, and
choose one of three layouts, which say where an area of the page stands (`Layout.areas`).
"""

from __future__ import annotations

import datetime
import enum
import itertools
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar, cast

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.drawing import lasts_until
from communities.models import Community, Membership
from communities.registries import Registry

Value = TypeVar("Value")


class Reader(enum.Flag):
    """Visitors get what is this place; members what is new for them."""

    VISITOR = enum.auto()
    MEMBER = enum.auto()


class Section:
    """One part of the home page. `name` is its own and begins with its package: `forums.waiting`.

    Areas, from the top down: `top`; for visitors `wide`, then `main` and `aside` beside each other, then `end`;
    for members `main` and `aside`, in the main one `new` (what is new) and `first` (an empty place's first steps).
    A layout may put `top` at the `side`, read before the main column and shown beside it.
    """

    name: str = ""
    area: str = "main"
    order: int = 50
    feature: str = ""
    whom: Reader = Reader.MEMBER
    template: str = ""
    # The block that it is a part of; without one, no owner moves it or puts it away.
    block: str = ""
    # Whether a page can consist of it; not of what its template may leave out in the end.
    fills: bool = True
    # “Browse first” on the visitors’ page leads here.
    anchor: bool = False
    # Where more of it is: the name of a page and what its link says.
    more: tuple[str, Any] | None = None
    # How many threads from elsewhere stand in for its own while they are quiet; 0: none ever do.
    stand_ins: int = 0
    # Whether it is itself such a stand-in.
    is_stand_in: bool = False
    # Whether it is drawn around other sections: it stays when its own block gives up its place.
    is_frame: bool = False

    def threads(self, visit: Visit) -> Sequence[Any]:
        """The threads it shows: their authors are listed on the page, and they may be new to a member."""
        return ()

    def waiting(self, visit: Visit) -> Sequence[Any]:
        """What somebody could pick up: the greeting counts it."""
        return ()

    def has_source(self, visit: Visit) -> bool:
        """Whether there is something that this reader could read in it: what is closed to somebody is not quiet."""
        return True

    def is_quiet(self, visit: Visit, since: datetime.datetime) -> bool:
        """Whether nothing in it was published or answered since; asked only of one that others may stand in for."""
        return all((one.last_activity_at or one.published_at) < since for one in self.threads(visit))

    def context(self, visit: Visit) -> dict[str, Any] | None:
        """What its template shows, as `section`; None: it is not there today."""
        return {}

    def made_of(self, content: dict[str, Any]) -> tuple[Hashable, ...] | None:
        """All that its template shows besides the community, for one that may be kept by it; None: it is drawn."""
        return None


@dataclass(frozen=True)
class Block:
    """What an owner orders and switches: one purpose, for visitors and for members. `hint` says what each sees.

    `lacking` tells the owner what to do where it has nothing to show; `way` is the name of the page where one does it,
    or the place on the owner’s page, beginning with #.
    """

    name: str
    label: Promise
    hint: Promise
    order: int
    lacking: Promise | str = ""
    way: str = ""


@dataclass(frozen=True)
class Layout:
    """A way to lay out the page. `areas` moves a section's area to another one: an area that it has no place for."""

    name: str
    label: Promise
    hint: Promise
    areas: Mapping[str, str] = field(default_factory=dict)
    # The order of its blocks until the owner gives another.
    order: tuple[str, ...] = ()

    def area_of(self, section: Section) -> str:
        return self.areas.get(section.area, section.area)


# The block that brings the heading of the page.
WELCOME = "welcome"
# A block is quiet after so many days without anything new, until the owner says another number; 0: none ever is.
QUIET_DAYS = 60
MOST_QUIET_DAYS = 730
LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout("magazine", _("Magazine"), _("A wide welcome, then texts beside people.")),
        Layout(
            "desk",
            _("Help desk"),
            _("A search at the top, then one column: whatever stands first is read first."),
            {"wide": "main", "aside": "main"},
            ("welcome", "unanswered", "week", "talk", "featured", "articles", "text", "links"),
        ),
        Layout(
            "club",
            _("Club"),
            _("What is talked about at once, with the welcome and the people at its side."),
            {"wide": "main", "top": "side"},
            ("welcome", "week", "talk", "unanswered", "featured", "articles", "newcomers", "people"),
        ),
    )
}
MAGAZINE = LAYOUTS["magazine"]
# Drawings of static/art.svg that suit a wide frame.
USUAL_DRAWING = "square"
DRAWINGS = {
    "square": _("Square"),
    "arches": _("Arches"),
    "columns": _("Columns"),
    "paving": _("Paving"),
    "pages": _("Pages"),
    "balance": _("Scales"),
    "radar": _("Radar"),
    "bowls": _("Bowls"),
    "pan": _("Pan"),
    "plums": _("Plums"),
    "knife": _("Knife"),
    "kitchen-hero": _("Kitchen"),
    "sea-hero": _("Harbour"),
    "sea-wide": _("Sea"),
    "chart-sea": _("Chart"),
    "rope": _("Rope"),
    "block": _("Block"),
}


@dataclass(frozen=True)
class Arrangement:
    """How an owner arranged the page: its layout, its blocks in their order, those put away."""

    layout: Layout = MAGAZINE
    order: tuple[str, ...] = ()
    off: frozenset[str] = frozenset()
    quiet_days: int = QUIET_DAYS

    def blocks(self) -> list[Block]:
        """All blocks in the owner's order; those that came later stand where their packages put them, at the end."""
        known = list(blocks)
        rank = {name: place for place, name in enumerate(self.order or self.layout.order)}
        return sorted(known, key=lambda block: (rank.get(block.name, len(rank)), block.order))

    def sort(self, among: list[Section]) -> list[Section]:
        """Sections in the order of their blocks, area by area; one without a block keeps its place."""
        if not self.order and not self.layout.order:
            return among
        rank = {block.name: place for place, block in enumerate(self.blocks())}
        places: dict[str, list[int]] = {}
        for place, section in enumerate(among):
            if section.block in rank:
                places.setdefault(self.layout.area_of(section), []).append(place)
        sorted_ones = list(among)
        for taken in places.values():
            ranked = sorted(taken, key=lambda place: rank[among[place].block])
            for place, source in zip(taken, ranked, strict=True):
                sorted_ones[place] = among[source]
        return sorted_ones


def arrangement_of(community: Community) -> Arrangement:
    """What `Community.settings["home"]` says; damaged values are as if they were not there."""
    kept = community.settings.get("home")
    return read_arrangement(kept if isinstance(kept, Mapping) else {})


def read_arrangement(kept: Mapping[str, Any]) -> Arrangement:
    order, off, days = kept.get("order"), kept.get("off"), kept.get("quiet_days")
    return Arrangement(
        LAYOUTS.get(str(kept.get("layout")), MAGAZINE),
        tuple(name for name in order if name in blocks) if isinstance(order, (list, tuple)) else (),
        frozenset(name for name in off if name in blocks) if isinstance(off, (list, tuple)) else frozenset(),
        days if isinstance(days, int) and 0 <= days <= MOST_QUIET_DAYS else QUIET_DAYS,
    )


@dataclass
class Visit:
    """One rendering of the home page for one reader, and what its sections fetch together."""

    community: Community
    viewer: Any
    features: frozenset[str]
    membership: Membership | None = None
    # Who is signed in, member or not.
    user: Any = None
    sections: list[Section] = field(default_factory=list)
    _kept: dict[str, Any] = field(default_factory=dict)

    @property
    def reader(self) -> Reader:
        return Reader.VISITOR if self.membership is None else Reader.MEMBER

    def once(self, name: str, fetch: Callable[[], Value]) -> Value:
        """What several sections need, fetched by the first that asks."""
        if name not in self._kept:
            self._kept[name] = fetch()
        return cast("Value", self._kept[name])

    @cached_property
    def quiet_since(self) -> datetime.datetime | None:
        """Since when nothing may have happened in a block that is quiet, on the hour; None: no block ever is."""
        days = arrangement_of(self.community).quiet_days
        if not days:
            return None
        hour = timezone.now().replace(minute=0, second=0, microsecond=0)
        lasts_until(hour + datetime.timedelta(hours=1))
        return hour - datetime.timedelta(days=days)

    @cached_property
    def threads(self) -> list[Any]:
        """All threads that the page shows, in the order of its sections."""
        return [thread for section in self.sections for thread in section.threads(self)]

    @cached_property
    def waiting(self) -> list[Any]:
        return [thread for section in self.sections for thread in section.waiting(self)]


@dataclass(frozen=True)
class Shown:
    """A section with what it shows, for the template of the page."""

    section: Section
    content: dict[str, Any]

    @property
    def template(self) -> str:
        return self.section.template

    @property
    def made_of(self) -> tuple[Hashable, ...] | None:
        return self.section.made_of(self.content)


@dataclass(frozen=True)
class Home:
    areas: dict[str, list[Shown]]
    layout: Layout = MAGAZINE

    @property
    def is_named(self) -> bool:
        """Whether a section brings the heading of the page."""
        return any(shown.section.block == WELCOME for area in self.areas.values() for shown in area)

    @property
    def is_anchored(self) -> bool:
        """Whether what to read first stands across the page, above its columns."""
        return any(shown.section.anchor for area in self.areas.values() for shown in area)


class Filler:
    """Finds what stands in for quiet blocks. There is one, registered above content."""

    name = "filler"

    def alive(self, visit: Visit, since: datetime.datetime, but: frozenset[Any]) -> list[Any]:
        """The liveliest threads of all that the reader may read, without those of the ids in `but`: one statement."""
        raise NotImplementedError

    def in_place_of(self, section: Section, threads: list[Any]) -> Section:
        """A section that stands where another does, and shows these threads."""
        raise NotImplementedError


sections: Registry[Section] = Registry("section of the home page")
blocks: Registry[Block] = Registry("block of the home page")
fillers: Registry[Filler] = Registry("filler of the home page")


def offered(
    known: Iterable[Section],
    features: frozenset[str],
    reader: Reader,
    arrangement: Arrangement = Arrangement(),
) -> list[Section]:
    """The sections that there are for a reader, in their order: of what is open, for who reads, not put away."""
    among = [
        section
        for section in known
        if reader in section.whom
        and (not section.feature or section.feature in features)
        and section.block not in arrangement.off
    ]
    return arrangement.sort(among)


def compose(known: Iterable[Section], visit: Visit) -> Home:
    """The page of one reader: each section that has something to show, in its area."""
    arrangement = arrangement_of(visit.community)
    visit.sections = offered(known, visit.features, visit.reader, arrangement)
    visit.sections = _filled(visit)
    shown = [
        Shown(section, content)
        for section in visit.sections
        if (content := section.context(visit)) is not None
    ]
    layout = _layout_for(shown, arrangement.layout)
    areas: dict[str, list[Shown]] = {}
    for one in shown:
        areas.setdefault(layout.area_of(one.section), []).append(one)
    return Home(areas, layout)


def _layout_for(shown: list[Shown], wanted: Layout) -> Layout:
    """The owner’s, unless its main column would be a hole: a place that visitors cannot read yet, or ever."""
    filling = (one.section for one in shown if one.section.block and one.section.fills)
    return wanted if any(wanted.area_of(section) == "main" for section in filling) else MAGAZINE


def quiet_blocks(visit: Visit) -> dict[str, Section]:
    """The blocks with nothing new for this reader, each with the section whose place others’ threads may take.

    A block is as lively as the liveliest of its sections; asked before anything stands in.
    """
    since = visit.quiet_since
    if since is None:
        return {}
    found: dict[str, Section] = {}
    for section in visit.sections:
        if section.stand_ins and section.has_source(visit) and section.is_quiet(visit, since):
            found.setdefault(section.block, section)
    return found


def _filled(visit: Visit) -> list[Section]:
    """The sections with those of quiet blocks replaced, as far as something is alive elsewhere."""
    quiet, since = quiet_blocks(visit), visit.quiet_since
    filler = next(iter(fillers), None)
    if not quiet or since is None or filler is None:
        return visit.sections
    others = [section for section in visit.sections if section.block not in quiet]
    shown = frozenset(
        thread.pk
        for section in others
        for thread in itertools.chain(section.threads(visit), section.waiting(visit))
    )
    pool = filler.alive(visit, since, shown)
    filled: dict[str, Section] = {}
    for block, section in quiet.items():
        taken, pool = pool[: section.stand_ins], pool[section.stand_ins :]
        if taken:
            filled[block] = filler.in_place_of(section, taken)
    sections = [
        section if section.is_frame else filled.get(section.block, section)
        for section in visit.sections
        if section.block not in filled or section is quiet[section.block] or section.is_frame
    ]
    # Among what is new they come last: the others are newer.
    return sorted(sections, key=lambda section: section.is_stand_in and section.area == "new")
