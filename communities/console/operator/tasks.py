from __future__ import annotations

from celery import shared_task

from communities.console.operator.figures import count_due


@shared_task
def keep_figures() -> int:
    """Every five minutes: count some hundred communities again for the operator’s pages; how many."""
    return count_due()
