"""Work of the settings outside requests."""

from __future__ import annotations

from celery import shared_task

from communities.console.place.erasing import erase_due


@shared_task
def erase_communities() -> int:
    """Go on deleting communities whose time to change one's mind is over; how many are gone."""
    return erase_due()
