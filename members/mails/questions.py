"""Questions about a mail to those who know: what fails over one is a failure of this mail, and of no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


class NotLookedAt(Exception):
    """Whoever knows something of a mail failed over it; the cause says how."""


def asked(question: Callable[[], Answer]) -> Answer:
    """The answer. Raises NotLookedAt from whatever was raised over it."""
    try:
        return question()
    except Exception as problem:
        raise NotLookedAt from problem
