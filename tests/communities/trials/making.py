"""Tests with testers and feedback as the checks need them, made through the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from communities.content.models import Space, Thread
from communities.memory import forget_all
from communities.models import Membership
from communities.trials.arranging import TrialWishes, edit_trial
from communities.trials.choosing import choose
from communities.trials.models import Also, Feedback, Participant, Trial
from communities.trials.reporting import report_feedback
from communities.trials.taking_part import accept_pledge, apply
from tests.conftest import Cast
from tests.factories import make_space

QUESTION = "Which boat?"


def make_trial(here: Cast, *, slug: str = "log-test", announces: bool = True, **said: Any) -> Trial:
    """A test with one question, announced."""
    space = make_space(kind="trials", slug=slug, name=slug.title(), audience="testers")
    wishes = {"product": "The new log", "pledge": "I keep it to myself.", "questions": (QUESTION,), **said}
    trial = edit_trial(space, TrialWishes(**wishes), by=here.manager, announces=announces)
    forget_all()
    return now(trial)


def now(trial: Trial) -> Trial:
    found: Trial = Trial.objects.select_related("space").get(pk=trial.pk)
    return found


def apply_all(trial: Trial, people: Sequence[Membership]) -> list[int]:
    return [apply(trial, ["A ketch"], by=person).pk for person in people]


def make_tester(trial: Trial, person: Membership, here: Cast, *, agrees: bool = True) -> Participant:
    """Somebody who applied, was chosen, and has accepted the text."""
    choose(trial, apply_all(trial, [person]), Participant.State.ACCEPTED, by=here.manager)
    if agrees:
        accept_pledge(trial, now(trial).pledge, by=person)
    mine: Participant = Participant.objects.get(trial=trial.pk, membership=person)
    return mine


def make_feedback(
    space: Space, by: Membership, here: Cast, title: str = "It sinks", severity: str = "major", **said: Any
) -> Thread:
    person = Membership.objects.get(pk=by.pk)
    thread = report_feedback(
        space,
        by=person,
        community=here.community,
        title=title,
        body=f"<p>{title} when it is wet.</p>",
        severity=severity,
        **said,
    )
    return fresh(thread)


def fresh(thread: Thread) -> Thread:
    """As an act finds it."""
    beside = ("space", "community", "feedback__trial")
    found: Thread = Thread.objects.select_related(*beside).get(pk=thread.pk)
    return found


def counted(thread: Thread) -> tuple[int, int]:
    """What the report says it has, and how many rows there are."""
    return Feedback.objects.get(pk=thread.pk).people, Also.objects.filter(feedback=thread.pk).count()
