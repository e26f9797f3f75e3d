"""What the installation itself does by the clock."""

from __future__ import annotations

from celery import shared_task

from config.backups.daily import back_up_if_due

LONGEST = 6 * 60 * 60  # seconds


# Not given out again when it takes long, or its worker dies: the next hour asks whether one is still due.
@shared_task(acks_late=False, soft_time_limit=LONGEST, time_limit=LONGEST + 600)
def back_up() -> str:
    """Every hour, where the settings have backups on: make the backup of the day, if it is due; its name."""
    return back_up_if_due()
