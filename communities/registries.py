"""Small registries: what a lower layer offers and upper layers fill when their apps are ready.

No plug-in framework: an entry is a value with a name, declared in code, found by its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from types import FunctionType
from typing import Any, Generic, Protocol, TypeVar


class Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


def _alike(one: Any, other: Any) -> bool:
    """Equal, or made by the same lines: a function that is defined anew is another object of the same code."""
    if type(one) is not type(other):
        return False
    if isinstance(one, FunctionType):
        held = [[cell.cell_contents for cell in function.__closure__ or ()] for function in (one, other)]
        return one.__code__ is other.__code__ and all(map(_alike, *held))
    if is_dataclass(one):
        return all(_alike(getattr(one, part.name), getattr(other, part.name)) for part in fields(one))
    return bool(one == other)


class Registry(Generic[T]):
    """Entries by name, in their order (`order` where they have one, else as registered).

    Registering the same entry twice changes nothing; another one under a taken name is an error of the code.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._entries: dict[str, T] = {}
        # Another number whenever entries came or went: for what is remembered of them.
        self.changes = 0

    def register(self, entry: T) -> T:
        """Raises ValueError when the name is taken by another entry."""
        known = self._entries.setdefault(entry.name, entry)
        if known is not entry and not _alike(known, entry):
            raise ValueError(f"{self._what} {entry.name!r} is registered twice")
        self.changes += 1
        ordered = sorted(self._entries.values(), key=lambda one: getattr(one, "order", 0))
        self._entries = {one.name: one for one in ordered}
        return entry

    def unregister(self, name: str) -> None:
        """For tests that bring an entry of their own."""
        self.changes += 1
        self._entries.pop(name, None)

    def __getitem__(self, name: str) -> T:
        """Raises KeyError with words where nothing of this name is registered."""
        try:
            return self._entries[name]
        except KeyError:
            raise KeyError(f"no {self._what} is registered as {name!r}") from None

    def get(self, name: str) -> T | None:
        return self._entries.get(name)

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[T]:
        return iter(list(self._entries.values()))

    def __len__(self) -> int:
        return len(self._entries)
