"""What of the audience travels: the events as they are kept, and what was counted from them."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from analytics.capture.models import (
    AudienceDay,
    AudienceHour,
    DirtyHour,
    Event,
    FilteredDay,
    Kind,
    Position,
)
from communities.portable import Moved, Portable, Row, Stays, register_portable

ABOUT_OFFERS = frozenset({Kind.OFFER_CLICK, Kind.LEAD})


def register() -> None:
    register_portable(
        Portable(Event, numbers={"object_id": _object}),
        Portable(AudienceHour),
        Portable(AudienceDay),
        Portable(FilteredDay),
        Portable(DirtyHour),
        Stays(Position, why="How far this installation has read its stream."),
    )


def _object(value: Any, row: Row, moved: Moved) -> Any:
    """Acts are about offers, which stand a package above."""
    if value is None or row["kind"] not in ABOUT_OFFERS:
        return None
    return moved(apps.get_model("roi", "Offer"), value)
