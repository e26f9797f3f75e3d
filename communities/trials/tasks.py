"""What is counted of tests beside their pages."""

from __future__ import annotations

from celery import shared_task

from communities.counted import keep_counted
from communities.tasks import CommunityTask
from communities.trials.counting import FEEDBACK, count_trial
from communities.trials.models import Trial


@shared_task(base=CommunityTask)
def count_much_feedback(trial_id: int) -> None:
    """What a test has brought, for the page on which it is closed; asked for by that page, as often as is needed."""
    trial = Trial.objects.filter(pk=trial_id).first()
    if trial is not None:
        keep_counted(FEEDBACK, trial.pk, count_trial(trial))
