"""Challenges travel with what was entered, voted and judged, so that nobody votes twice for having moved."""

from __future__ import annotations

from typing import Any

from communities.challenges.models import Assessment, Challenge, Entry, Juror, Rules, Vote
from communities.content.models.declared import THREAD_KINDS
from communities.portable import Moved, Portable, Row, register_portable


def kinds_there(value: Any, row: Row, moved: Moved) -> list[str]:
    """Kinds of threads that this installation knows."""
    return [name for name in value or () if name in THREAD_KINDS]


def register() -> None:
    register_portable(
        Portable(Challenge, numbers={"entry_kinds": kinds_there}),
        Portable(Rules),
        Portable(Entry),
        Portable(Vote),
        Portable(Juror),
        Portable(Assessment),
    )
