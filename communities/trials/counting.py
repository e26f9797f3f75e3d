"""What a test has brought, counted from its rows: for good when it is closed, and before that whenever it is asked."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from communities.trials.models import Also, Feedback, Participant, Release, Trial

SEVERITIES, STATES = Feedback.Severity.values, Feedback.State.values


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
