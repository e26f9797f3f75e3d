"""What is planned travels; the ways in for calendars do not."""

from __future__ import annotations

from communities.animation.calendar.models import CalendarFeed, Entry, Ritual
from communities.portable import Portable, Stays, register_about, register_portable

ABOUT_ENTRIES = (
    "text_planned", "plan_edited", "plan_moved", "plan_begun", "plan_scheduled", "plan_deleted",
)  # fmt: skip


def register() -> None:
    register_portable(
        Portable(Ritual, named=True),
        Portable(Entry, named=True),
        Stays(CalendarFeed, why="A way in to this installation, of use to nobody elsewhere."),
    )
    register_about(
        Ritual,
        acts=("ritual_started", "ritual_edited", "ritual_paused", "ritual_resumed", "ritual_ended"),
    )
    register_about(Entry, acts=ABOUT_ENTRIES)
