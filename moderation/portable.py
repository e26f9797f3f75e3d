"""What of moderation travels: cases, reports, decisions, measures, words and the journal, all of it."""

from __future__ import annotations

from typing import Any

from communities.portable import Moved, Portable, Row, register_portable
from moderation.models import AuditEvent, Case, Decision, Report, Sanction, WatchWord
from moderation.subjects.registry import SUBJECTS


def register() -> None:
    register_portable(
        Portable(Case, numbers={"thing_id": _thing}, files=("snapshot",)),
        Portable(Report),
        Portable(Decision, files=("kept",)),
        Portable(Sanction),
        Portable(WatchWord),
        Portable(AuditEvent),
    )


def _thing(value: Any, row: Row, moved: Moved) -> Any:
    """What a case is about, where it is neither a text nor a person: a row of its subject’s table."""
    subject = SUBJECTS.get(str(row["subject"]))
    return None if value is None or subject is None else moved(subject.model, value)
