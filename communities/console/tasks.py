"""Work of the settings outside requests."""

from __future__ import annotations

from celery import shared_task

from communities.console.brand.former_files import sweep_former
from communities.console.place.erasing import erase_due
from communities.console.reach.checking import check_due_domains, check_due_senders, sweep_old_returns
from members.rounds import Periodic


@shared_task(base=Periodic)
def erase_communities() -> int:
    """Go on deleting communities whose time to change one's mind is over; how many are gone."""
    return erase_due()


@shared_task(base=Periodic)
def sweep_former_files() -> int:
    """Every day: delete files that a brand has not shown for thirty days, whether anybody saves or not; of how many
    communities."""
    return sweep_former()


@shared_task(base=Periodic)
def check_domains() -> int:
    """Every minute, and when an owner asks: look up the domains that are due; how many. Safe to run twice at once."""
    return check_due_domains()


@shared_task(base=Periodic)
def check_senders() -> int:
    """Every five minutes, and when an owner asks: look up the records of the senders that are due; how many."""
    return check_due_senders()


@shared_task(base=Periodic)
def sweep_returns() -> int:
    """Every day: forget mails that came back more than three months ago; how many."""
    return sweep_old_returns()
