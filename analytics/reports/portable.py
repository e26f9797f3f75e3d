"""What of the reports travels: closed months as they were reported, and who gets them."""

from __future__ import annotations

from analytics.reports.models import ClosedMonth, Recipient
from communities.portable import Portable, register_portable


def register() -> None:
    register_portable(
        Portable(ClosedMonth),
        Portable(Recipient, blank={"owed_month": None}, why="A report that is owed leaves from here."),
    )
