"""What forums do by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.forums.open_questions import ask_askers
from communities.forums.reminding import remind_of_answers
from communities.queries import communities_by_question
from communities.tasks import inside_each
from members.rounds import Periodic


@shared_task(base=Periodic)
def remind_of_threads() -> int:
    """Remind those who are to answer a thread today, every minute; of how many."""
    ids = communities_by_question("select communities_with_threads_to_answer(%s)", [timezone.now()])
    return inside_each(ids, remind_of_answers)


@shared_task(base=Periodic)
def ask_whether_solved() -> int:
    """Ask those whose question was answered three days ago whether it is solved, every five minutes; of how many."""
    ids = communities_by_question("select communities_with_open_questions(%s)", [timezone.now()])
    return inside_each(ids, ask_askers)
