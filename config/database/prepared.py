"""Statements that the database reads and plans once for each kept connection, and not each time.

Reading and planning is most of what a small statement costs the database. PostgreSQL keeps one that is prepared, with a
plan as soon as that plan is as good as one made for the values at hand, and it keeps them in the session: a connection
to a pooler may have another one in each transaction, and is recognised by the process that it names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from django.db import DatabaseError

# Of one connection: each takes memory there until it has made room for another one.
MOST = 48
# A session that somebody has emptied; a column that has another type since, which a plan does not outlive.
_OUTDATED = ("26000", "0A000")
_numbers = count(1)
_PLACE = re.compile(r"%%|%(?:\((\w+)\))?s")


class Prepared:
    """A statement with places for values as the driver writes them: `%s`, or `%(name)s` where values have names.

    `fixed` says which places always hold the same, by number; the plan may depend on it. The name is what logs show.
    """

    def __init__(self, name: str, text: str, fixed: Mapping[int, Any] | None = None) -> None:
        self.name, self.text, self._fixed = name, text, fixed or {}
        places = [place[1] for place in _PLACE.finditer(text) if place[0] != "%%"]
        names = list(dict.fromkeys(places))
        self._names: Sequence[str] | None = None if None in names else names
        self._open = [place for place in range(len(places)) if place not in self._fixed]

    def run(self, cursor: Any, values: Any) -> None:
        """Execute it, with all values, those that are fixed among them. The first time on a connection, and where
        sessions are shared, as any other statement."""
        kept: Kept = cursor.db.kept_statements
        known = kept.name_of(self)
        if known is None:
            cursor.execute(self.text, values)
        elif known:
            self._run(cursor, self._call(known), values)
        elif not kept.is_session_of(cursor.db):
            cursor.execute(self.text, values)
        else:
            self._prepare(cursor, kept, values)

    def _prepare(self, cursor: Any, kept: Kept, values: Any) -> None:
        name = f"{self.name}_{next(_numbers)}"
        prepare = f"prepare {name} as {self._numbered(cursor.cursor)}; {self._call(name)}"
        try:
            self._run(cursor, kept.to_give_back() + prepare, values)
        except BaseException:
            # Nobody knows whether it is there now, and to give back what is not there is an error.
            cursor.db.kept_statements = Kept(unsure=True)
            raise
        kept.keep(self, name)

    def _run(self, cursor: Any, text: str, values: Any) -> None:
        try:
            cursor.execute(text, self._given(values))
        except DatabaseError as error:
            # What comes next is not to fail for it.
            if getattr(error.__cause__, "pgcode", "") in _OUTDATED:
                cursor.db.kept_statements = Kept(unsure=True)
            raise

    def _given(self, values: Any) -> list[Any]:
        if self._names is not None:
            return [values[name] for name in self._names]
        return [values[place] for place in self._open]

    def _call(self, name: str) -> str:
        places = ", ".join(["%s"] * len(self._open if self._names is None else self._names))
        return f"execute {name}({places})" if places else f"execute {name}"

    def _numbered(self, driver: Any) -> str:
        """The text as `prepare` wants it, `$1` for the first value; what is fixed stands in it."""
        order = {key: number for number, key in enumerate(self._names or self._open, 1)}
        places = count()

        def written(place: re.Match[str]) -> str:
            if place[0] == "%%":
                return "%%"
            number = next(places)
            key = number if self._names is None else place[1]
            if key in order:
                return f"${order[key]}"
            literal: bytes = driver.mogrify("%s", [self._fixed[number]])
            return literal.decode().replace("%", "%%")

        return _PLACE.sub(written, self.text)


class Kept:
    """What one connection has prepared: names by statement, empty for those that were run once.

    The one that was run last stands last. Where there is no place left, the first makes room: many of them are shapes
    of one read, as communities differ in their spaces, and those that were met first are not those that are met most.
    `unsure`: the session may have some that are not known here.
    """

    def __init__(self, *, unsure: bool = False) -> None:
        self.names: dict[Prepared, str] = {}
        self._left: list[str] = []
        self._unsure = unsure
        self._is_session: bool | None = None

    def name_of(self, statement: Prepared) -> str | None:
        """Its name here, which it has from the second time on; None the first time, from which on it has a place."""
        known = self.names.pop(statement, None)
        self.names[statement] = known or ""
        if known is None and len(self.names) > MOST:
            longest_ago = next(iter(self.names))
            if name := self.names.pop(longest_ago):
                self._left.append(name)
        return known

    def to_give_back(self) -> str:
        """What to send before the next one is prepared, so that the database never keeps more than there are places:
        it costs no way of its own."""
        if self._unsure:
            return "deallocate all; "
        return "".join(f"deallocate {name}; " for name in self._left)

    def keep(self, statement: Prepared, name: str) -> None:
        """It is prepared under that name, and what was to be given back is so."""
        self.names[statement] = name
        self._left.clear()
        self._unsure = False

    def is_session_of(self, db: Any) -> bool:
        if self._is_session is not None:
            return self._is_session
        # By the driver, since it is no question of the page’s; what fails there is the database’s failure all the same.
        with db.wrap_database_errors:
            return self.is_session(db.connection)

    def is_session(self, connection: Any) -> bool:
        """Whether it leads to one process of the database alone, and so to what was prepared there."""
        if self._is_session is None:
            with connection.cursor() as cursor:
                cursor.execute("select pg_backend_pid()")
                [(process,)] = cursor.fetchall()
            self._is_session = process == connection.info.backend_pid
        return self._is_session
