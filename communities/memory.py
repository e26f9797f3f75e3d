"""An in-process cache of one second, for rows that every request needs and that seldom change."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")

LIFETIME = 1.0  # seconds: a change is right on every process within one


class Memory(Generic[Value]):
    """Remembers what `load(key)` returned for a second, `size` keys at most. `lifetime` is in seconds: longer for what
    has a new key whenever it changes."""

    def __init__(
        self, load: Callable[..., Value], *, size: int = 4096, lifetime: float | None = None
    ) -> None:
        self._load = load
        self._lifetime = lifetime
        self._size = size
        self._kept: dict[Hashable, tuple[float, Value]] = {}
        memories.append(self)

    def get(self, *key: Hashable) -> Value:
        return self.keep(key, lambda: self._load(*key))

    def keep(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """What is remembered under a key; made, where nothing is, by what the caller has at hand."""
        now = time.monotonic()
        kept = self._kept.get(key)
        if kept is not None and kept[0] > now:
            return kept[1]
        value = make()
        if len(self._kept) >= self._size:
            self._kept.clear()
        self._kept[key] = (now + (self._lifetime or LIFETIME), value)
        return value

    def forget(self) -> None:
        self._kept.clear()


memories: list[Memory[Any]] = []


def forget_all() -> None:
    """For the process that has just changed something, and for tests."""
    for memory in memories:
        memory.forget()
