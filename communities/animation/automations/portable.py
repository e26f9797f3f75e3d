"""Automations travel, switched off; what they did here stays here."""

from __future__ import annotations

from communities.animation.automations.models import Automation, Firing, Origin
from communities.portable import Portable, Stays, register_about, register_portable

ACTS = (
    "automation_made", "automation_edited", "automation_switched", "automation_stopped", "automation_removed",
    "firing_undone",
)  # fmt: skip


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
            why="Nothing begins to run by itself where it arrives: somebody there switches it on.",
        ),
        Stays(
            Firing, why="What was done here on its days; it names things by the numbers that they have here."
        ),
        Stays(Origin, why="It names things by the numbers that they have here."),
    )
    register_about(Automation, acts=ACTS)
