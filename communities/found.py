"""What a compiled read has found: rows as the database gave them, each an instance once somebody asks for it.

A page of which all parts are kept needs no instance: the row itself is all that a part is made of, and so its key.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any, Generic, NamedTuple, TypeVar, overload

Row = TypeVar("Row")


class Told(NamedTuple):
    """One row of an answer, its columns by name (those of what was read beside it as `author.handle`), where it holds
    lists, and how it becomes an instance."""

    values: tuple[Any, ...]
    columns: dict[str, int]
    lists: tuple[int, ...]
    make: Callable[[Sequence[Any]], Any]

    @property
    def key(self) -> Hashable:
        """All that the row says."""
        if not self.lists:
            return self.values
        values: list[Any] = list(self.values)
        for place in self.lists:
            values[place] = repr(values[place])
        return tuple(values)


class Found(Sequence[Row], Generic[Row]):
    """`told` are the rows themselves; as a sequence it holds their instances, each made once."""

    def __init__(self, told: Iterable[Told], settle: Callable[[Row], None] | None = None) -> None:
        """`settle` is called with each instance that is made."""
        self.told = tuple(told)
        self._settle = settle
        self._made: dict[int, Row] = {}

    def __len__(self) -> int:
        return len(self.told)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Found[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Found[Row]:
        if isinstance(place, slice):
            return Found(self.told[place], self._settle)
        number = place if place >= 0 else place + len(self.told)
        made = self._made.get(number)
        if made is None:
            told = self.told[place]
            made = told.make(told.values)
            if self._settle is not None:
                self._settle(made)
            self._made[number] = made
        return made

    def column(self, name: str) -> Iterator[Any]:
        """What each row says in one column, as the database gave it, without an instance."""
        return (told.values[told.columns[name]] for told in self.told)

    def followed_by(self, others: Found[Row]) -> Found[Row]:
        return Found(self.told + others.told, self._settle)
