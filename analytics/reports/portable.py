"""What of the reports travels: closed months as they were reported, and who gets them."""

from __future__ import annotations

from analytics.reports.models import ClosedEntry, ClosedMonth, Recipient
from analytics.roi.portable import moved_unit
from communities.portable import Portable, register_portable


def register() -> None:
    register_portable(
        Portable(ClosedMonth),
        Portable(ClosedEntry, numbers={"unit_id": moved_unit}),
        Portable(Recipient, blank={"owed_month": None}, why="A report that is owed leaves from here."),
    )
