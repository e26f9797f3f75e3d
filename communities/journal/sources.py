"""Where the lines of the one journal come from: what the team changed, and the logs that other packages keep.

A log that stays where it belongs is a `Source`, registered when its app is ready. The page, its filters and its exports
merge them by date and know none of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise

from communities.models import Membership
from communities.registries import Registry


@dataclass(frozen=True)
class Difference:
    """One value that changed, in words; `before` is empty for what is new, `after` for what is gone."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One line of the journal, in words for one reader."""

    at: datetime.datetime
    source: str
    pk: int
    act: str
    label: str
    what: str = ""
    # Empty for what happened by itself, and for people whom the reader may not know.
    who: str = ""
    who_id: int | None = None
    # As what they did it, in words; empty with `who`.
    role: str = ""
    differences: Sequence[Difference] = field(default_factory=tuple)
    reason: str = ""
    url: str = ""
    can_undo: bool = False


@dataclass(frozen=True)
class Wanted:
    """What a reader asks of the journal. `act` is the name of a source, or of one of its acts: “launch:opened”; `role`
    the one in which somebody acted."""

    person: int | None = None
    role: str = ""
    act: str = ""
    since: datetime.datetime | None = None
    before: datetime.datetime | None = None

    @property
    def source(self) -> str:
        return self.act.partition(":")[0]

    @property
    def act_name(self) -> str:
        return self.act.partition(":")[2]


class Source:
    """One log. `at`, `by` and `act` are the names of its columns; an index serves (community, -at, -id)."""

    name: str
    label: Promise
    order: int
    at, by, role, act = "at", "by_id", "role", "act"

    def may(self, reader: Membership) -> bool:
        """Whether somebody reads these lines: the right of the package that keeps them."""
        raise NotImplementedError

    def acts(self) -> Sequence[tuple[str, str]]:
        """The names of its acts, with their words, for the filter."""
        raise NotImplementedError

    def rows(self, reader: Membership, wanted: Wanted) -> Any:
        """Its rows as a QuerySet, with what `lines` needs of them."""
        raise NotImplementedError

    def lines(self, rows: Sequence[Any], reader: Membership) -> list[Line]:
        """The rows in words; in one query at most."""
        raise NotImplementedError

    def found(self, reader: Membership, wanted: Wanted) -> Any:
        """The rows that are asked for, newest first."""
        rows = self.rows(reader, wanted)
        if wanted.person is not None:
            rows = rows.filter(**{self.by: wanted.person})
        if wanted.role:
            rows = rows.filter(**{self.role: wanted.role})
        if wanted.act_name:
            rows = rows.filter(**{self.act: wanted.act_name})
        if wanted.since is not None:
            rows = rows.filter(**{f"{self.at}__gte": wanted.since})
        if wanted.before is not None:
            rows = rows.filter(**{f"{self.at}__lt": wanted.before})
        return rows.order_by(f"-{self.at}", "-pk")

    def after(self, rows: Any, place: tuple[datetime.datetime, int, int]) -> Any:
        """Those that come after a place in the merged order: by date, then by source, then by number."""
        at, order, pk = place
        if self.order < order:
            return rows.filter(**{f"{self.at}__lte": at})
        if self.order > order:
            return rows.filter(**{f"{self.at}__lt": at})
        later = Q(**{f"{self.at}__lt": at}) | Q(pk__lt=pk)
        return rows.filter(**{f"{self.at}__lte": at}).filter(later)


def role_words(role: str) -> str:
    """The role of a line in words; empty for what a rule did, or somebody from outside."""
    return str(Membership.Role(role).label) if role in Membership.Role.values else ""


sources: Registry[Source] = Registry("source of the journal")


def register_source(source: Source) -> None:
    sources.register(source)
