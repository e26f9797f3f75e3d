"""An in-process cache of one second, for rows that every request needs and that seldom change."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from communities.drawing import is_made_of_the_untold

Value = TypeVar("Value")

LIFETIME = 1.0  # seconds: a change is right on every process within one
# Bytes. Longer pages are drawn each time: a memory of so many pages must not be one of so many of the longest texts,
# under as many addresses as somebody makes up.
LARGEST = 256 * 1024


class Memory(Generic[Value]):
    """Remembers what `load(key)` returned for a second, `size` keys at most. `lifetime` is in seconds: longer for what
    has a new key whenever it changes.

    What was asked for lately stays when there is no more room: somebody who asks for ever new keys (an address with
    another word at its end) takes it from nobody.
    """

    def __init__(
        self,
        load: Callable[..., Value],
        *,
        size: int = 4096,
        lifetime: float | None = None,
        told: bool = False,
    ) -> None:
        """`told`: what it remembers is among the facts of pages that are kept (`communities.middleware.facts_of`)."""
        self._load = load
        self._told = told
        self._lifetime = lifetime
        self._size = size
        self._kept: dict[Hashable, tuple[float, Value]] = {}
        # The half before it: what is still asked for moves over, the rest goes with it.
        self._former: dict[Hashable, tuple[float, Value]] = {}
        self._sweep_at = 0.0
        memories.append(self)

    def get(self, *key: Hashable) -> Value:
        # As `keep` below; asked some thirty times for a page, it goes without its steps.
        kept = self._kept.get(key)
        if kept is not None and self._told and kept[0] > time.monotonic():
            return kept[1]
        return self.keep(key, lambda: self._load(*key))

    def keep(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """What is remembered under a key; made, where nothing is, by what the caller has at hand."""
        if not self._told:
            is_made_of_the_untold()
        kept = self._living(key)
        if kept is not None:
            return kept[1]
        value = make()
        self.put(key, value)
        return value

    def peek(self, key: Hashable) -> Value | None:
        """What is remembered under a key; None where nothing is."""
        kept = self._kept.get(key)
        if kept is None or kept[0] <= time.monotonic():
            kept = self._living(key)
        return kept[1] if kept is not None else None

    def put(self, key: Hashable, value: Value) -> None:
        now = time.monotonic()
        lifetime = self._lifetime or LIFETIME
        if now >= self._sweep_at:
            # What nobody is given any more takes no memory for longer than it would have been given.
            self._kept, self._former = _living_in(self._kept, now), _living_in(self._former, now)
            self._sweep_at = now + lifetime
        self._store(key, (now + lifetime, value))

    def forget(self) -> None:
        self._kept, self._former = {}, {}

    def _living(self, key: Hashable) -> tuple[float, Value] | None:
        kept = self._kept.get(key)
        if kept is None:
            kept = self._former.get(key)
            if kept is not None and kept[0] > time.monotonic():
                self._store(key, kept)
                return kept
        return kept if kept is not None and kept[0] > time.monotonic() else None

    def _store(self, key: Hashable, kept: tuple[float, Value]) -> None:
        if key not in self._kept and len(self._kept) >= max(self._size // 2, 1):
            self._former, self._kept = self._kept, {}
        self._kept[key] = kept


def _living_in(kept: dict[Hashable, tuple[float, Value]], now: float) -> dict[Hashable, tuple[float, Value]]:
    # Other threads put things in meanwhile: of a copy, which is made at once.
    return {key: one for key, one in kept.copy().items() if one[0] > now}


memories: list[Memory[Any]] = []


def forget_all() -> None:
    """For the process that has just changed something, and for tests."""
    for memory in memories:
        memory.forget()
