"""The last place of a test given to two at once, an act that meets the closing: real connections, with a control."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError

from communities.models import Membership
from communities.scoping import community_scope
from communities.trials.arranging import close_trial
from communities.trials.choosing import Chosen, choose
from communities.trials.counting import count_trial
from communities.trials.exceptions import TrialClosed
from communities.trials.models import Participant, Trial
from communities.trials.reporting import set_state
from tests.communities.content.test_races import at_once
from tests.communities.trials.making import apply_all, fresh, make_feedback, make_tester, make_trial, now
from tests.conftest import Cast, make_cast
from tests.factories import make_membership

pytestmark = pytest.mark.django_db(transaction=True)


def cast_with(places: int) -> tuple[Cast, Trial, list[int]]:
    cast = make_cast()
    with cast.scope():
        trial = make_trial(cast, places=places)
        return cast, trial, apply_all(trial, [make_membership() for _n in range(2)])


def manager_of(cast: Cast) -> Membership:
    found: Membership = Membership.objects.get(pk=cast.manager.pk)
    return found


def test_the_last_place_is_given_once() -> None:
    cast, trial, rows = cast_with(1)

    def give(number: int) -> Chosen:
        with community_scope(cast.community):
            return choose(trial, [rows[number]], Participant.State.ACCEPTED, by=manager_of(cast))

    answers = at_once(2, give)
    assert sorted((one.done, one.without_place) for one in answers) == [(0, 1), (1, 0)], answers
    with cast.scope():
        assert Participant.objects.accepted().count() == 1


def test_a_state_comes_before_the_closing_or_is_refused() -> None:
    cast, trial, _rows = cast_with(5)
    with cast.scope():
        make_tester(trial, cast.member, cast)
        thread = make_feedback(trial.space, cast.member, cast)

    def do(number: int) -> object:
        with community_scope(cast.community):
            by = manager_of(cast)
            if number:
                return set_state(fresh(thread), "confirmed", by=by)
            return close_trial(trial, words="Done", report_for="all", by=by)

    closed, said = at_once(2, do)
    assert closed is True
    assert said is True or isinstance(said, TrialClosed), said
    with cast.scope():
        assert now(trial).figures == count_trial(trial)


def test_control_without_the_lock_both_want_the_same_place() -> None:
    """Both find place 1 free before either has written: the key refuses the second."""
    cast, _trial, rows = cast_with(1)
    looked = threading.Barrier(2)

    def take(number: int) -> int:
        with community_scope(cast.community):
            taken = Participant.objects.accepted().count()
            looked.wait(timeout=60)
            row = Participant.objects.filter(pk=rows[number])
            return int(row.update(state=Participant.State.ACCEPTED, place=taken + 1))

    answers = at_once(2, take)
    assert sum(one == 1 for one in answers) == 1, answers
    assert sum(isinstance(one, IntegrityError) for one in answers) == 1, answers
