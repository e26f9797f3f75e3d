"""Figures of much are what a job counted, and say since when; of little they are counted while one looks."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from communities import counted
from communities.challenges import figures as vote_figures
from communities.challenges.models import Challenge
from communities.challenges.tasks import count_many_votes
from communities.challenges.voting import vote_for
from communities.counted import are_many, keep_counted
from communities.models import Membership
from communities.trials import counting
from communities.trials.tasks import count_much_feedback
from tests.communities.challenges import making as challenges
from tests.communities.trials import making as trials
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
Asked = list[dict[str, Any]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Three rows are many, and what pages have jobs do is kept here."""
    seen: Asked = []
    monkeypatch.setattr(counted, "FEW", 2)
    for module in (vote_figures, counting):
        monkeypatch.setattr(module, "ask_for", lambda job, **said: seen.append({"job": job, **said}))
    return seen


def voted(here: Cast, votes: int) -> Challenge:
    challenge = challenges.make_challenge(here, challenges.make_contests())
    [entry] = challenges.enter(here, challenge, here.member)
    people = challenges.people_of(here, votes)
    challenges.put_into(challenge, "vote")
    Membership.objects.update(joined_at=timezone.now() - datetime.timedelta(days=300))
    for person in people:
        vote_for(challenges.again(entry), by=Membership.objects.get(pk=person.pk))
    return challenges.fresh(challenge)


def text_of(here: Cast, path: str, by: Membership) -> str:
    answer = here.sign_in(by).get(here.url(path))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_few_votes_are_counted_at_once(here: Cast, asked: Asked) -> None:
    with here.scope():
        voted(here, 2)
    page = text_of(here, "/challenges/c/knots-that-held/figures/", here.owner)
    assert "Votes: 2," in page
    assert "much to count" not in page
    assert asked == []


def test_many_votes_are_counted_by_a_job(here: Cast, elsewhere: Cast, asked: Asked) -> None:
    with here.scope():
        challenge = voted(here, 5)
    path = "/challenges/c/knots-that-held/figures/"
    for _look in range(2):
        page = text_of(here, path, here.owner)
        assert "Figures are here in a minute" in page
        assert "Votes by entry" not in page
        assert "Nobody has voted yet" not in page
    # Whoever looks again while it is on its way asks for nothing.
    wanted = {"community_id": here.community.pk, "challenge_id": challenge.pk}
    assert asked == [{"job": count_many_votes.name, **wanted}]
    count_many_votes(**wanted)
    page = text_of(here, path, here.owner)
    assert "Votes: 5," in page
    assert "Last counted:" in page
    assert len(asked) == 1, "what was just counted is fresh"
    with elsewhere.scope():
        assert vote_figures.counted(
            vote_figures.VOTES, challenge.pk, many=True, count=dict, ask=lambda: None
        ) == counted.Counted(None)
    assert here.sign_in(here.member).get(here.url(path)).status_code == 403


def test_what_is_no_longer_fresh_is_shown_and_asked_for_again(
    here: Cast, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    with here.scope():
        challenge = voted(here, 3)
    wanted = {"community_id": here.community.pk, "challenge_id": challenge.pk}
    count_many_votes(**wanted)
    monkeypatch.setattr(counted, "FRESH", datetime.timedelta(0))
    page = text_of(here, "/challenges/c/knots-that-held/figures/", here.owner)
    assert "Votes: 3," in page
    assert asked == [{"job": count_many_votes.name, **wanted}]


def test_a_job_that_comes_late_finds_nothing(here: Cast) -> None:
    count_many_votes(community_id=here.community.pk, challenge_id=1)
    count_much_feedback(community_id=here.community.pk, trial_id=1)


def test_a_test_with_much_feedback_is_closed_on_what_is_there(here: Cast, asked: Asked) -> None:
    """Before the press the page shows what the job found last; the report counts anew."""
    with here.scope():
        trial = trials.make_trial(here)
        trials.make_tester(trial, here.member, here)
        for number in range(3):
            trials.make_feedback(trial.space, here.member, here, f"It sinks {number}")
    path = f"/trials/t/{trial.space.slug}/close/"
    page = text_of(here, path, here.manager)
    assert "Figures are here in a minute" in page
    assert "In figures" not in page
    wanted = {"community_id": here.community.pk, "trial_id": trial.space_id}
    assert asked == [{"job": count_much_feedback.name, **wanted}]
    with here.scope():
        keep_counted(counting.FEEDBACK, trial.pk, counting.count_trial(trial) | {"feedback": 4321})
    page = text_of(here, path, here.manager)
    assert "4,321" in page
    assert "Last counted:" in page
    sent = {"words": "So it was", "report_for": "all"}
    assert here.sign_in(here.manager).post(here.url(path), sent).status_code == 302
    with here.scope():
        assert trials.now(trial).figures["feedback"] == 3


def test_no_more_is_read_than_says_whether_there_are_many(here: Cast, asked: Asked) -> None:
    with here.scope():
        rows = Membership.objects.all()
        assert are_many(rows.none(), rows)
        assert not are_many(rows.none(), rows.filter(pk=here.member.pk))
