"""The one journal, read: a page of it, all of it for a file, and what the team changed in words."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.journal.acts import Act, acts
from communities.journal.models import Change, came_along
from communities.journal.sources import Difference, Line, Source, Wanted, register_source, role_words, sources
from communities.keysets import MOMENT, NUMBER, Keyset
from communities.models import Membership
from communities.permissions import can_read_changes
from communities.setup import ways_for

PAGE = 50
# What one file holds; its last line says where the next one begins.
MOST_IN_FILE = 10_000


@dataclass(frozen=True)
class _Place:
    at: datetime.datetime
    order: int
    pk: int


BY_DATE = Keyset(("at", MOMENT), ("order", NUMBER), ("pk", NUMBER), size=PAGE)


@dataclass(frozen=True)
class JournalPage:
    """A part of the journal; `older` is the cursor of the next part, empty on the last."""

    lines: list[Line]
    older: str = ""


def journal_page(
    reader: Membership, wanted: Wanted | None = None, *, cursor: str = "", size: int = PAGE
) -> JournalPage:
    """The newest lines that somebody may read, of all sources; two queries for each at most."""
    asked = wanted or Wanted()
    place = BY_DATE.place(cursor)
    found: list[tuple[datetime.datetime, int, int, Source, Any]] = []
    for source in sources_for(reader, asked):
        rows = source.found(reader, asked)
        if place:
            rows = source.after(rows, place)
        found += [(getattr(row, source.at), source.order, row.pk, source, row) for row in rows[: size + 1]]
    found.sort(key=lambda one: one[:3], reverse=True)
    shown = found[:size]
    older = BY_DATE.cursor(_Place(*shown[-1][:3])) if len(found) > size else ""
    return JournalPage(_in_words(shown, reader), older)


def journal_lines(reader: Membership, wanted: Wanted) -> tuple[list[Line], str]:
    """For a file: up to MOST_IN_FILE lines, and the cursor of the rest."""
    lines: list[Line] = []
    cursor = ""
    for page in _pages(reader, wanted):
        lines += page.lines
        cursor = page.older
        if len(lines) >= MOST_IN_FILE:
            break
    return lines, cursor


def _pages(reader: Membership, wanted: Wanted) -> Iterator[JournalPage]:
    cursor = ""
    while True:
        page = journal_page(reader, wanted, cursor=cursor, size=1000)
        yield page
        cursor = page.older
        if not cursor:
            return


def sources_for(reader: Membership, wanted: Wanted | None = None) -> list[Source]:
    only = wanted.source if wanted else ""
    return [source for source in sources if source.may(reader) and only in ("", source.name)]


def _in_words(
    found: Sequence[tuple[datetime.datetime, int, int, Source, Any]], reader: Membership
) -> list[Line]:
    """Each source puts all of its rows into words at once; the order stays."""
    by_source: dict[str, list[Any]] = {}
    for _at, _order, _pk, source, row in found:
        by_source.setdefault(source.name, []).append(row)
    words = {
        (name, line.pk): line
        for name, rows in by_source.items()
        for line in sources[name].lines(rows, reader)
    }
    return [words[source.name, pk] for _at, _order, pk, source, _row in found]


class Changes(Source):
    """What the team changed in the settings."""

    name, label, order = "settings", _("Settings"), 10

    def may(self, reader: Membership) -> bool:
        return can_read_changes(reader)

    def acts(self) -> list[tuple[str, str]]:
        return [(act.name, str(act.label)) for act in acts]

    def rows(self, reader: Membership, wanted: Wanted) -> Any:
        undone = Change.objects.filter(undoes=OuterRef("pk"))
        return Change.objects.select_related("by").annotate(is_undone=Exists(undone))

    def lines(self, rows: Sequence[Change], reader: Membership) -> list[Line]:
        is_open = ways_for(reader)
        return [_line(change, reader, is_open) for change in rows]


CHANGES = Changes()


def _line(change: Any, reader: Membership, is_open: Callable[[str], bool]) -> Line:
    act = acts.get(change.act)
    came = came_along(change, reader.community)
    url = act.url(change) if act and act.url else ""
    label = str(act.label) if act else change.act
    return Line(
        at=change.at,
        source=Changes.name,
        pk=change.pk,
        act=change.act,
        label=gettext("Taken back: %(act)s") % {"act": label} if change.undoes_id else label,
        what=act.named(change) if act and act.named else change.what,
        who=_who(change),
        who_id=change.by_id,
        role=role_words(change.role),
        differences=_differences(change, act),
        # A page for the owner alone is no link for others.
        url=url if is_open(url) else "",
        can_undo=_can_undo(change, act) and not change.is_undone and not came,
    )


def _can_undo(change: Change, act: Act | None) -> bool:
    return act is not None and act.undo is not None and not (act.lasts is not None and act.lasts(change))


def _who(change: Change) -> str:
    if change.by_platform:
        return gettext("The platform")
    return str(change.by) if change.by else ""


def _differences(change: Change, act: Act | None) -> list[Difference]:
    """What differs, as far as the act has words for it: the rest is kept for undoing."""
    return [
        Difference(
            str(act.fields.get(name, name)) if act else name,
            _said(act, name, change.before[name]) if name in change.before else "",
            _said(act, name, change.after[name]) if name in change.after else "",
        )
        for name in {**change.before, **change.after}
        if act is None or not act.fields or name in act.fields
    ]


def _said(act: Act | None, name: str, value: Any) -> str:
    said = act.shown(name, value) if act and act.shown else None
    if said is not None:
        return said
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if value is None or value in ("", [], {}):
        return gettext("not set")
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return str(value)


def register() -> None:
    register_source(CHANGES)
