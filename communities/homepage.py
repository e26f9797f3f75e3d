"""The home page is composed of sections: each package registers its own, when its app is ready.

What is shown follows from three things alone: the sections, what is open to the reader, and who reads. A section
says where it stands (`area`, `order`), for whom it is and which feature it belongs to; it fetches its own content,
or shares what another has fetched for this page (`Visit.once`), so that no statement is sent twice.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar, cast

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
    """

    name: str = ""
    area: str = "main"
    order: int = 50
    feature: str = ""
    whom: Reader = Reader.MEMBER
    template: str = ""
    # “Read first” on the visitors’ page leads here.
    anchor: bool = False
    # Where more of it is: the name of a page and what its link says.
    more: tuple[str, Any] | None = None

    def threads(self, visit: Visit) -> Sequence[Any]:
        """The threads it shows: their authors are listed on the page, and they may be new to a member."""
        return ()

    def waiting(self, visit: Visit) -> Sequence[Any]:
        """What somebody could pick up: the greeting counts it."""
        return ()

    def context(self, visit: Visit) -> dict[str, Any] | None:
        """What its template shows, as `section`; None: it is not there today."""
        return {}


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


@dataclass(frozen=True)
class Home:
    areas: dict[str, list[Shown]]

    @property
    def is_anchored(self) -> bool:
        """Whether what to read first stands across the page, above its columns."""
        return any(shown.section.anchor for shown in self.areas.get("wide", ()))


sections: Registry[Section] = Registry("section of the home page")


def offered(known: Iterable[Section], features: frozenset[str], reader: Reader) -> list[Section]:
    """The sections that there are for a reader, in their order: of what is open, for who reads."""
    return [
        section
        for section in known
        if reader in section.whom and (not section.feature or section.feature in features)
    ]


def compose(known: Iterable[Section], visit: Visit) -> Home:
    """The page of one reader: each section that has something to show, in its area."""
    visit.sections = offered(known, visit.features, visit.reader)
    areas: dict[str, list[Shown]] = {}
    for section in visit.sections:
        content = section.context(visit)
        if content is not None:
            areas.setdefault(section.area, []).append(Shown(section, content))
    return Home(areas)
