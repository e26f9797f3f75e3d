"""Applications, places, and that each is told once; what was reported, and the sums of it."""

from __future__ import annotations

import random

import pytest

from communities.content.models import Thread
from communities.exceptions import NotAllowed
from communities.notifications.models import Notification
from communities.trials.arranging import close_trial, edit_trial, release, wishes_of_trial
from communities.trials.choosing import choose, free_places
from communities.trials.counting import count_trial
from communities.trials.exceptions import (
    AnswerMissing,
    AppliedAlready,
    NothingChosen,
    NotTheSame,
    ReleaseThere,
    TooFewPlaces,
    TrialClosed,
)
from communities.trials.models import Also, Feedback, Participant
from communities.trials.reporting import have_it_too, no_longer_have_it, point_to, set_state, take_apart
from communities.trials.taking_part import apply, leave, withdraw
from tests.communities.trials.making import (
    apply_all,
    counted,
    fresh,
    make_feedback,
    make_tester,
    make_trial,
    now,
)
from tests.conftest import Cast
from tests.factories import make_membership

State = Participant.State


def test_the_first_who_applied_get_the_places_and_each_is_told_once(here: Cast) -> None:
    with here.scope():
        trial = make_trial(here, places=2)
        people = [make_membership() for _n in range(4)]
        rows = apply_all(trial, people)
        with pytest.raises(NothingChosen):
            choose(trial, [], State.ACCEPTED, by=here.manager)
        with pytest.raises(NotAllowed):
            choose(trial, rows, State.ACCEPTED, by=here.moderator)
        done = choose(trial, list(reversed(rows)), State.ACCEPTED, by=here.manager)
        assert (done.done, done.without_place) == (2, 2)
        assert [one.state for one in Participant.objects.order_by("pk")] == ["accepted"] * 2 + ["applied"] * 2
        assert choose(trial, rows[:2], State.WAITING, by=here.manager).done == 0
        assert choose(trial, rows[2:], State.WAITING, by=here.manager).done == 2
        assert choose(trial, rows[2:], State.WAITING, by=here.manager).done == 0
        told = Notification.objects.filter(kind="trial_news").order_by("membership").values_list("occasion")
        assert [said[0].split()[1] for said in told] == ["accepted", "accepted", "waiting", "waiting"]
        leave(trial, by=people[0])
        assert free_places(trial) == 1
        assert choose(trial, rows[2:], State.ACCEPTED, by=here.manager).done == 1
        assert sorted(Participant.objects.accepted().values_list("place", flat=True)) == [1, 2]
        wishes = wishes_of_trial(now(trial))
        fewer = type(wishes)(**{**wishes.__dict__, "places": 1})
        with pytest.raises(TooFewPlaces):
            edit_trial(trial.space, fewer, by=here.manager)


def test_who_withdraws_or_leaves_may_apply_again_and_who_was_declined_may_not(here: Cast) -> None:
    with here.scope():
        trial = make_trial(here)
        with pytest.raises(AnswerMissing):
            apply(trial, [" "], by=here.member)
        apply_all(trial, [here.member])
        with pytest.raises(AppliedAlready):
            apply_all(trial, [here.member])
        assert withdraw(trial, by=here.member)
        assert not withdraw(trial, by=here.member)
        rows = apply_all(trial, [here.member])
        choose(trial, rows, State.DECLINED, by=here.manager)
        with pytest.raises(AppliedAlready):
            apply_all(trial, [here.member])
        with pytest.raises(NotAllowed):
            apply_all(trial, [here.moderator])


def test_what_is_the_same_counts_once_and_is_taken_apart_as_it_was(here: Cast) -> None:
    with here.scope():
        trial = make_trial(here)
        people = [make_membership() for _n in range(5)]
        for person in people:
            make_tester(trial, person, here)
        one = make_feedback(trial.space, people[0], here, "It sinks")
        two = make_feedback(trial.space, people[1], here, "It goes down")
        for person, thread in ((people[2], one), (people[2], two), (people[3], two)):
            assert have_it_too(fresh(thread), by=person)
        assert not have_it_too(fresh(two), by=people[3])
        with pytest.raises(NotAllowed):
            have_it_too(fresh(one), by=people[0])
        before = counted(one), counted(two)
        point_to(fresh(two), fresh(one), by=here.moderator)
        # The one who had both is one; the author of the other, and who had it, came along.
        assert counted(one) == (3, 3)
        with pytest.raises(NotTheSame):
            have_it_too(fresh(two), by=people[4])
        with pytest.raises(NotTheSame):
            point_to(fresh(one), fresh(two), by=here.moderator)
        assert take_apart(fresh(two), by=here.moderator)
        assert not take_apart(fresh(two), by=here.moderator)
        assert (counted(one), counted(two)) == before
        assert no_longer_have_it(fresh(one), by=people[2])
        assert not no_longer_have_it(fresh(one), by=people[2])
        assert counted(one) == (0, 0)


def test_a_state_is_told_to_who_has_it_and_a_closed_test_stands_still(here: Cast) -> None:
    with here.scope():
        trial = make_trial(here)
        for person in (here.member, here.ambassador):
            make_tester(trial, person, here)
        thread = make_feedback(trial.space, here.member, here)
        have_it_too(thread, by=here.ambassador)
        version = release(trial, name="2.0", changes="Corks", to_try="Drop it\n\nLift it", by=here.manager)
        assert version.things_to_try == ["Drop it", "Lift it"]
        with pytest.raises(ReleaseThere):
            release(trial, name="2.0", changes="Again", by=here.manager)
        assert Notification.objects.filter(kind="trial_release").count() == 2
        with pytest.raises(NotTheSame):
            set_state(fresh(thread), "mended", by=here.moderator)
        with pytest.raises(NotAllowed):
            set_state(fresh(thread), "confirmed", by=here.member)
        assert set_state(fresh(thread), "mended", by=here.moderator, mended_in=version)
        assert not set_state(fresh(thread), "mended", by=here.moderator, mended_in=version)
        told = Notification.objects.filter(kind="feedback_state").values_list("membership_id", flat=True)
        assert set(told) == {here.member.pk, here.ambassador.pk}
        assert close_trial(trial, words="Thank you", report_for="all", by=here.manager)
        assert not close_trial(trial, words="Again", report_for="all", by=here.manager)
        assert Notification.objects.filter(kind="trial_report").count() == 2
        for act in (
            lambda: set_state(fresh(thread), "confirmed", by=here.moderator),
            lambda: no_longer_have_it(fresh(thread), by=here.ambassador),
            lambda: release(trial, name="3", changes="Late", by=here.manager),
        ):
            with pytest.raises(TrialClosed):
                act()


def test_figures_are_what_the_rows_say_and_stay_so(here: Cast) -> None:
    """Counted by hand, row by row, from what was drawn by lot; frozen when the test is closed."""
    lot = random.Random(107)
    with here.scope():
        trial = make_trial(here)
        people = [make_membership() for _n in range(4)]
        for person in people:
            make_tester(trial, person, here)
        version = release(trial, name="1", changes="All", by=here.manager)
        threads = []
        for n in range(8):
            severity = lot.choice(Feedback.Severity.values)
            thread = make_feedback(trial.space, lot.choice(people[:3]), here, f"Report {n}", severity)
            state = lot.choice(Feedback.State.values)
            release_of = version if state == "mended" else None
            set_state(fresh(thread), state, by=here.manager, mended_in=release_of)
            threads.append(thread)
        point_to(fresh(threads[0]), fresh(threads[1]), by=here.manager)
        Thread.objects.filter(pk=threads[2].pk).update(state="hidden")
        close_trial(trial, words="So it was", report_for="testers", by=here.manager)
        frozen = now(trial).figures
        cells = {one: dict.fromkeys(Feedback.State.values, 0) for one in Feedback.Severity.values}
        active = set()
        for row in Feedback.objects.select_related("thread"):
            if row.thread.state == "published":
                active.add(row.thread.author_id)
                if row.same_as_id is None:
                    cells[row.severity][row.state] += 1
        active |= set(Also.objects.exclude(feedback__thread__state="hidden").values_list("person", flat=True))
        assert frozen == {
            "testers": 4, "active": len(active), "releases": 1, "feedback": 6, "same": 1, "cells": cells,
        }  # fmt: skip
        leave(trial, by=people[3])
        Thread.objects.filter(pk=threads[3].pk).update(state="hidden")
        assert now(trial).figures == frozen
        assert count_trial(trial) != frozen
