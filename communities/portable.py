"""What of a community travels to another installation, declared by each package for its own tables.

    register_portable(
        Portable(Invitation, blank={"mail_due_at": None}, numbers={"role_spaces": narrow_to(Space)}, why="…"),
        Stays(OwnerLink, why="A way in, of use only to whoever got the mail."),
    )

Every table is one or the other (`tests/communities/archive/test_declared.py`). Keys are followed by themselves; a
column that holds a number without being a key says what it leads to, since every number is another one where the rows
arrive. Written and read by `communities/archive`. Why so: docs/decisions/0042-export.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from communities.registries import Registry

Row = dict[str, Any]
# The number, on the other side, of a row of a table; None for one that is not there.
Moved = Callable[[type[models.Model], Any], Any]
# A column’s value on the other side; the row as it was says of which kind it is.
Rewrite = Callable[[Any, Row, Moved], Any]


@dataclass(frozen=True)
class Portable:
    """A table that travels.

    `blank` are the columns that do not, with what stands in them where they arrive; `why` says why. `numbers` rewrites
    columns that lead to rows without being keys, `files` are those that name stored files, `html` those that pages show
    as they are. `among` narrows the rows.
    `named` says that others lead to its rows in such columns. `once` are columns whose values are given once in an
    installation.
    """

    model: type[models.Model]
    blank: Mapping[str, Any] = field(default_factory=dict)
    numbers: Mapping[str, Rewrite] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    html: tuple[str, ...] = ()
    among: Mapping[str, Any] = field(default_factory=dict)
    named: bool = False
    once: tuple[str, ...] = ()
    why: str = ""

    @property
    def name(self) -> str:
        """As its file is called: `content.post`."""
        return self.model._meta.label_lower


@dataclass(frozen=True)
class Stays:
    """A table that does not travel, and why."""

    model: type[models.Model]
    why: str

    @property
    def name(self) -> str:
        return self.model._meta.label_lower


# A number that no row has.
NOWHERE = "0"
tables: Registry[Portable | Stays] = Registry("table of an export")
# What the lines of the team’s journal are about, by the name of the act.
_ABOUT: dict[str, tuple[type[models.Model], ...]] = {}


def register_portable(*declared: Portable | Stays) -> None:
    for one in declared:
        tables.register(one)


def register_about(*leads_to: type[models.Model], acts: tuple[str, ...]) -> None:
    """Lines of these acts are about rows of this table; of several, where `about` holds several numbers."""
    for act in acts:
        _ABOUT[act] = leads_to


def one_of(model: type[models.Model]) -> Rewrite:
    """A column that holds one number, or none."""
    return lambda value, row, moved: None if value is None else moved(model, value)


def each_of(model: type[models.Model]) -> Rewrite:
    """A list of numbers; those that lead nowhere are left out."""

    def rewrite(value: Any, row: Row, moved: Moved) -> Any:
        return [new for new in (moved(model, one) for one in value or ()) if new is not None]

    return rewrite


def narrow_to(model: type[models.Model]) -> Rewrite:
    """The same of a list that narrows something, and where none means everything: it never becomes a wide one."""
    each = each_of(model)

    def rewrite(value: Any, row: Row, moved: Moved) -> Any:
        return each(value, row, moved) or ([int(NOWHERE)] if value else [])

    return rewrite


def about_of(value: Any, row: Row, moved: Moved) -> str:
    """What a line of the journal is about; nothing, where no number of it would be understood there."""
    leads_to = _ABOUT.get(str(row.get("act")), ())
    parts = str(value or "").split()
    if not leads_to:
        return "" if any(part.isdigit() for part in parts[:1]) else str(value or "")
    if len(parts) != len(leads_to) or not all(part.isdigit() for part in parts):
        return NOWHERE
    found = [moved(model, int(part)) for model, part in zip(leads_to, parts, strict=True)]
    return NOWHERE if None in found else " ".join(map(str, found))
