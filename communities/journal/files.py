"""The journal as files: a line of a table, and of JSON."""

from __future__ import annotations

from typing import Any

from communities.journal.sources import Line

HEADER = ("at", "log", "act", "label", "what", "who", "role", "changes", "reason")


def cells_of(line: Line) -> list[Any]:
    """In the order of HEADER; moments in UTC."""
    changes = "; ".join(f"{one.label}: {one.before} → {one.after}" for one in line.differences)
    return [
        line.at.isoformat(timespec="seconds"),
        line.source,
        line.act,
        line.label,
        line.what,
        line.who,
        line.role,
        changes,
        line.reason,
    ]


def as_json(line: Line) -> dict[str, Any]:
    return {
        "at": line.at.isoformat(),
        "log": line.source,
        "act": line.act,
        "label": line.label,
        "what": line.what,
        "who": line.who,
        "role": line.role,
        "changes": [
            {"label": one.label, "before": one.before, "after": one.after} for one in line.differences
        ],
        "reason": line.reason,
    }
