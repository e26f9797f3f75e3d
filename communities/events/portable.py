"""Events travel with who is registered; addresses of calendars do not: they are signed by the installation."""

from __future__ import annotations

from communities.events.models import Event, OwnCalendar, Registration
from communities.events.series import Series
from communities.events.teams import Team
from communities.portable import Portable, Stays, register_portable


def register() -> None:
    register_portable(
        Portable(Series),
        Portable(Event),
        Portable(Team),
        Portable(Registration),
        Stays(OwnCalendar, why="An address signed by this installation; its owner makes a new one."),
    )
