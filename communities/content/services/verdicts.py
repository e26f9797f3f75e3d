"""What screening answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from communities.limits import without_limits


@dataclass
class Verdict:
    """What screening decides before anything is visible. Receivers may hold, never publish."""

    held: bool = False
    reasons: list[str] = field(default_factory=list)
    # The text was public before, as it is, and its author puts it back.
    returns: bool = False

    def hold(self, reason: str) -> None:
        self.held = True
        self.reasons.append(reason)


_history: ContextVar[bool] = ContextVar("history", default=False)


@contextmanager
def writing_history() -> Iterator[None]:
    """For texts that were written elsewhere or long ago: they are not screened again, nor counted."""
    token = _history.set(True)
    try:
        with without_limits():
            yield
    finally:
        _history.reset(token)


def is_history() -> bool:
    return _history.get()
