"""Automations travel, switched off; what they did here stays here."""

from __future__ import annotations

from typing import Any

from communities.animation.automations.models import Automation, Firing, Origin
from communities.animation.automations.shapes import kept_pairs, kept_values
from communities.portable import Moved, Portable, Row, Stays, register_about, register_portable

ACTS = (
    "automation_made", "automation_edited", "automation_switched", "automation_stopped", "automation_removed",
    "firing_undone",
)  # fmt: skip


def _values(value: Any, row: Row, moved: Moved) -> dict[str, Any]:
    return kept_values(value)


def register() -> None:
    register_portable(
        Portable(
            Automation,
            named=True,
            blank={
                "state": Automation.State.OFF,
                "why": "",
                "stopped_at": None,
                "on_since": None,
                "look_at": None,
                "looked_until": None,
            },
            numbers={
                "trigger_values": _values,
                "act_values": _values,
                "conditions": lambda value, row, moved: kept_pairs(value),
            },
            why="Nothing begins to run by itself where it arrives: somebody there switches it on.",
        ),
        Stays(
            Firing, why="What was done here on its days; it names things by the numbers that they have here."
        ),
        Stays(Origin, why="It names things by the numbers that they have here."),
    )
    register_about(Automation, acts=ACTS)
