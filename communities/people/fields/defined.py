"""The profile fields of a community as its row keeps them, so that no page asks the database for them.

The rows of `ProfileField` are what the team edits; `put_in_force` copies them into `Community.settings`. A field and
its options are known by keys that never change: names are for people, in each language of the community.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as filled_by
from typing import Any

from communities.languages import plain_language
from communities.memory import Memory
from communities.models import Community
from communities.scoping import active_community_id

IN_FORCE = "profile_fields"
EVERYBODY, MEMBERS, TEAM = SEEN_BY = ("everybody", "members", "team")

Names = Mapping[str, str]


@dataclass(frozen=True)
class Option:
    """One answer that can be chosen. One that is `off` is offered to nobody else than those who have it."""

    id: int
    names: Names
    off: bool = False


@dataclass(frozen=True)
class Field:
    """One thing that members are asked. `main` is the community’s own language."""

    key: str
    kind: str
    names: Names
    helps: Names = filled_by(default_factory=dict)
    options: tuple[Option, ...] = ()
    seen_by: str = EVERYBODY
    required: bool = False
    at_joining: bool = False
    filters: bool = False
    retired: bool = False
    main: str = ""

    @property
    def label(self) -> str:
        return said_in(self.names, self.main) or self.key

    @property
    def help(self) -> str:
        return said_in(self.helps, self.main)

    def option(self, id: Any) -> Option | None:
        return next((one for one in self.options if one.id == id), None)

    def name_of(self, id: Any) -> str:
        """An option in the language of the page; empty for one that is gone."""
        found = self.option(id)
        return said_in(found.names, self.main) if found is not None else ""


def said_in(names: Names, main: str) -> str:
    """In the language of the page, else in the community’s own, else in any."""
    return names.get(plain_language()) or names.get(main) or next(filter(None, names.values()), "")


def every_field(community: Community) -> list[Field]:
    """All fields in their order, those that were put away too. No query."""
    return _fields_of(community.settings.get(IN_FORCE, ()), community.language)


def fields_of(community: Community) -> list[Field]:
    """Those that members are asked now. No query."""
    return [field for field in every_field(community) if not field.retired]


def asks_for_files(community: Community) -> bool:
    return any(field.kind == "file" for field in every_field(community))


def fields_here() -> dict[str, Field]:
    """All fields of the community in scope by key, for callers without its row; remembered for a second."""
    return _here.get(active_community_id())


def _load(community_id: int) -> dict[str, Field]:
    community = Community.objects.only("settings", "language").get(pk=community_id)
    return {field.key: field for field in every_field(community)}


_here: Memory[dict[str, Field]] = Memory(_load)


def _fields_of(kept: Sequence[Mapping[str, Any]], main: str) -> list[Field]:
    return [
        Field(**{**one, "options": tuple(Option(**option) for option in one["options"])}, main=main)
        for one in kept
    ]
