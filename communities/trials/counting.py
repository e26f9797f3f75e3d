"""What a test has brought, counted from its rows: for good when it is closed, and before that whenever it is asked.

Of more than a thousand pieces of feedback a job counts what the page shows before that (`communities/counted.py`).
"""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from communities.counted import Counted, are_many, counted
from communities.trials.models import Also, Feedback, Participant, Release, Trial
from members.jobs import ask_for

# As they are kept, and the job that counts them.
FEEDBACK, COUNT = "feedback", "communities.trials.tasks.count_much_feedback"
SEVERITIES, STATES = Feedback.Severity.values, Feedback.State.values


def known_counts(trial: Trial) -> Counted:
    """What `count_trial` says, now or a while ago: six statements at most, however much there is."""
    return counted(
        FEEDBACK,
        trial.pk,
        many=are_many(Feedback.objects.filter(trial=trial.pk), Also.objects.filter(feedback__trial=trial.pk)),
        count=lambda: count_trial(trial),
        # By name, as services lie below the tasks.
        ask=lambda: ask_for(COUNT, community_id=trial.community_id, trial_id=trial.pk),
    )


def count_trial(trial: Trial) -> dict[str, Any]:
    """{"testers", "active", "releases", "feedback", "same", "cells": {severity: {state: n}}}.

    `testers` have a place; `active` are people who reported something that can be read, or said that they have it;
    `feedback` is counted without what was pointed to another, which is `same`. Four queries.
    """
    published = Feedback.objects.filter(trial=trial.pk, thread__state="published")
    rows = published.filter(same_as__isnull=True).values_list("severity", "state").annotate(n=Count("pk"))
    counted = {(severity, state): n for severity, state, n in rows.order_by()}
    cells = {one: {state: counted.get((one, state), 0) for state in STATES} for one in SEVERITIES}
    authors = published.filter(thread__author__isnull=False).values("thread__author_id")
    having = Also.objects.filter(feedback__trial=trial.pk, feedback__thread__state="published")
    people = authors.union(having.filter(person__isnull=False).values("person_id"))
    return {
        "testers": Participant.objects.accepted().filter(trial=trial.pk).count(),
        "active": people.count(),
        "releases": Release.objects.filter(trial=trial.pk).count(),
        "feedback": sum(counted.values()),
        "same": published.filter(same_as__isnull=False).count(),
        "cells": cells,
    }


def table_of(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """The cells as rows of a table, by severity, with the sum of each."""
    cells = figures.get("cells", {})
    return [
        {
            "label": label,
            "cells": [cells.get(severity, {}).get(state, 0) for state in STATES],
            "sum": sum(cells.get(severity, {}).values()),
        }
        for severity, label in Feedback.Severity.choices
    ]


def sums_of(figures: dict[str, Any]) -> list[int]:
    """The sum of each state, below the table."""
    cells = figures.get("cells", {}).values()
    return [sum(row.get(state, 0) for row in cells) for state in STATES]
