from __future__ import annotations

from celery import shared_task
from django.core.management import call_command


@shared_task
def clear_sessions() -> None:
    """Every day: sessions that ended are deleted, or their table grows for ever."""
    call_command("clearsessions")
