"""Challenges travel with what was entered and judged. Votes do not, and neither does the seed of a draw to come."""

from __future__ import annotations

from typing import Any

from communities.challenges.models import Assessment, Challenge, Entry, Juror, Rules, Vote
from communities.content.models.declared import THREAD_KINDS
from communities.portable import Moved, Portable, Row, Stays, register_portable


def kinds_there(value: Any, row: Row, moved: Moved) -> list[str]:
    """Kinds of threads that this installation knows."""
    return [name for name in value or () if name in THREAD_KINDS]


def once_decided(value: Any, row: Row, moved: Moved) -> Any:
    """Whoever read the seed before could choose the list that wins; where it arrives, the draw gets another one."""
    return value if row["decided_at"] else ""


def soon_where_drawn(value: Any, row: Row, moved: Moved) -> Any:
    """A draw that arrives without a seed is looked at as soon as it is open, for another one."""
    return row["opens_at"] if row["way"] == Challenge.Way.DRAW and value else value


def register() -> None:
    register_portable(
        Portable(
            Challenge,
            numbers={
                "entry_kinds": kinds_there,
                "seed": once_decided,
                "seed_digest": once_decided,
                "next_at": soon_where_drawn,
            },
        ),
        Portable(Rules),
        Portable(Entry),
        Stays(
            Vote,
            why="For whom it is nobody reads but its voter. Decided challenges keep their sums; in others each member "
            "votes anew.",
        ),
        Portable(Juror),
        Portable(Assessment),
    )
