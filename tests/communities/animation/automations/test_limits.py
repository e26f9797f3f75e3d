"""Cool-downs and limits against an oracle that counts by brute force; the log and the rehearsal agree with it."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from communities.animation.automations.limits import Imagined, Stored, limited
from communities.animation.automations.models import Automation, Firing
from communities.scoping import community_scope
from tests.communities.animation.automations.making import make
from tests.conftest import Cast
from tests.factories import make_membership

START = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)

# Steps between two things that happen, in minutes: moments at once, the edges of spans, and days.
steps = st.lists(
    st.tuples(st.sampled_from([0, 1, 9, 10, 11, 59, 60, 720, 1439, 1440, 1441, 10080]), st.integers(0, 3)),
    max_size=40,
)
bounds = st.tuples(st.integers(1, 4), st.sampled_from([1, 7]), st.sampled_from([0, 10, 60, 1440]))


def oracle(happened: list[tuple[int, int]], daily: int, days: int, pause: int) -> list[bool]:
    """What runs, by whole minutes and by looking at every earlier one."""
    ran: list[tuple[int, int]] = []
    answers = []
    for minute, person in happened:
        in_a_day = [one for one, _who in ran if minute - one < 1440]
        same = [one for one, who in ran if who == person and minute - one < days * 1440]
        close = [one for one, _who in ran if minute - one < pause]
        may = len(in_a_day) < daily and not same and not close
        answers.append(may)
        if may:
            ran.append((minute, person))
    return answers


def in_minutes(told: list[tuple[int, int]]) -> list[tuple[int, int]]:
    minute, happened = 0, []
    for step, person in told:
        minute += step
        happened.append((minute, person))
    return happened


@settings(max_examples=300, deadline=None)
@given(told=steps, limits=bounds)
def test_what_is_rehearsed_keeps_every_limit(
    told: list[tuple[int, int]], limits: tuple[int, int, int]
) -> None:
    daily, days, pause = limits
    automation = Automation(daily=daily, person_days=days, pause=pause)
    history, answers = Imagined(), []
    happened = in_minutes(told)
    for minute, person in happened:
        at = START + minute * MINUTE
        reason = limited(automation, history, person=person, now=at)
        answers.append(not reason)
        if not reason:
            history.add(at, person)
    assert answers == oracle(happened, daily, days, pause)


@pytest.mark.django_db
def test_the_log_keeps_every_limit(here: Cast) -> None:
    """The same against rows: what was left out and what was undone counts as it should."""
    row = make(here, "joined", "note")
    with here.scope():
        people = [make_membership() for _n in range(4)]

    @settings(max_examples=30, deadline=None)
    @given(told=steps, limits=bounds)
    def runs(told: list[tuple[int, int]], limits: tuple[int, int, int]) -> None:
        daily, days, pause = limits
        with community_scope(here.community):
            Firing.objects.all().delete()
            automation = Automation.objects.get(pk=row.pk)
            automation.daily, automation.person_days, automation.pause = daily, days, pause
            answers, happened = [], in_minutes(told)
            for number, (minute, person) in enumerate(happened):
                at = START + minute * MINUTE
                reason = limited(automation, Stored(automation), person=people[person].pk, now=at)
                answers.append(not reason)
                Firing.objects.create(
                    automation=automation,
                    subject=f"thing {number}",
                    moment=at,
                    person=people[person],
                    state="skipped" if reason else "done",
                    reason=reason,
                    ended_at=at,
                    undone_at=timezone.now() if not reason and number % 3 == 0 else None,
                )
            assert answers == oracle(happened, daily, days, pause)

    runs()


def test_without_a_person_only_the_automation_is_limited() -> None:
    history = Imagined()
    history.add(START, None)
    automation = Automation(daily=2, person_days=30, pause=0)
    assert limited(automation, history, person=None, now=START) == ""
    history.add(START, None)
    assert limited(automation, history, person=None, now=START + DAY - MINUTE) == "daily"
    assert limited(automation, history, person=None, now=START + DAY) == ""
