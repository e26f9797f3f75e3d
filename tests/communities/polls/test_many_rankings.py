"""The rounds of a ranked poll with many answers and many ballots: counted by a job, and final once it is over."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communities.people.merging import merge_memberships
from communities.polls import rounds
from communities.polls.counting import instant_runoff, key_of
from communities.polls.models import Ballot, Poll, RankingBatch
from communities.polls.services import close_poll
from communities.polls.tasks import count_many_rankings
from tests.communities.polls.making import make_poll, vote
from tests.conftest import Cast
from tests.factories import make_membership

pytestmark = pytest.mark.django_db
Asked = list[dict[str, Any]]
SOON, SINCE = "Figures are here in a minute", "Last counted:"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Two ballots of three answers are many, and what pages have the job do is kept here."""
    seen: Asked = []
    monkeypatch.setattr(rounds, "FEW", 1)
    monkeypatch.setattr(rounds, "FEW_ANSWERS", 2)
    monkeypatch.setattr(rounds, "ask_for", lambda job, **said: seen.append({"job": job, **said}))
    return seen


def page_of(here: Cast, poll: Poll) -> str:
    answer = here.sign_in(here.owner).get(here.url(f"/polls/{poll.pk}/"))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_many_rankings_are_counted_by_a_job(here: Cast, asked: Asked) -> None:
    with here.scope():
        poll = make_poll(here, way=Poll.Way.RANKED, shown=Poll.Shown.ALWAYS)
        vote(poll, 2, 0, by=here.manager)
        assert SOON not in page_of(here, poll), "one ballot is counted at once"
        vote(poll, 2, 1, by=here.member)
    wanted = {"community_id": here.community.pk, "poll_id": poll.pk}
    for _look in range(2):
        assert SOON in page_of(here, poll)
    assert asked == [{"job": count_many_rankings.name, **wanted}]
    count_many_rankings(**wanted)
    page = page_of(here, poll)
    assert SINCE in page
    assert "On the count so far, \u2068Polyester\u2069 would win." in page

    with here.scope():
        for _n in range(3):
            vote(poll, 0, by=make_membership())
        assert close_poll(Poll.objects.select_related("thread__space").get(pk=poll.pk), by=here.member)
    # Who was ahead an hour ago has not won.
    page = page_of(here, poll)
    assert SOON in page
    assert "Polyester\u2069" not in page
    count_many_rankings(**wanted)
    page = page_of(here, poll)
    assert "\u2068Hemp\u2069 has won." in page
    assert SINCE not in page, "it is the last word"


def test_who_looks_or_votes_reads_no_other_ballot(here: Cast, asked: Asked) -> None:
    """Of a hundred thousand ballots the orders are megabytes."""
    with here.scope():
        poll = make_poll(here, way=Poll.Way.RANKED, named=True, changeable=True, shown=Poll.Shown.ALWAYS)
        for person in (here.member, here.manager):
            vote(poll, 2, 0, by=person)
        page_of(here, poll)
        with CaptureQueriesContext(connection) as looked:
            page_of(here, poll)
        with CaptureQueriesContext(connection) as voted:
            vote(poll, 1, by=here.member)
        read = [one["sql"] for one in (*looked, *voted) if one["sql"].startswith("SELECT")]
        assert read
        assert not [sql for sql in read if '"rankings"' in sql]
        poll = Poll.objects.get(pk=poll.pk)
        assert poll.rankings == {key_of([2, 0]): 1, key_of([1]): 1}


@pytest.mark.parametrize("named", [True, False])
def test_a_vote_writes_a_few_orders_however_many_there_are(
    here: Cast, asked: Asked, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    """They are put aside some together, counted all the same, and no row tells what one person said."""
    monkeypatch.setattr(rounds, "BATCH", 3)
    orders = [(0, 1), (1, 2), (1, 0), (2, 1), (2,), (0, 2), (1,), (0, 1), (2, 0)]
    with here.scope():
        poll = make_poll(here, way=Poll.Way.RANKED, named=named, changeable=named, shown=Poll.Shown.ALWAYS)
        people = [make_membership() for _order in orders]
        for person, order in zip(people, orders, strict=True):
            vote(poll, *order, by=person)
        if named:
            # One thinks again, whose order was put aside long ago.
            vote(poll, 2, 0, by=people[0])
            orders[0] = (2, 0)
        poll = Poll.objects.get(pk=poll.pk)
        assert sum(abs(n) for n in poll.rankings.values()) <= 4
        assert RankingBatch.objects.filter(poll=poll).count() >= 2
        if not named:
            assert all(sum(one.rankings.values()) >= 3 for one in RankingBatch.objects.all())
        counted = Counter(tuple(order) for order in orders)
        wanted = instant_runoff(counted, len(poll.options))
        assert rounds.count_rounds(poll) == {"runoff": wanted, "version": poll.version}


@pytest.mark.parametrize("changeable", [True, False])
def test_no_ballot_is_lost_of_a_poll_that_is_small_again(
    here: Cast, asked: Asked, monkeypatch: pytest.MonkeyPatch, changeable: bool
) -> None:
    """Of two memberships that become one a vote is taken out; what was put aside before is counted all the same."""
    monkeypatch.setattr(rounds, "BATCH", 3)
    monkeypatch.setattr(rounds, "FEW", 3)
    orders = [(0, 1), (1, 2), (1, 0), (2, 1), (2,), (0, 2), (1,), (0, 1)]
    with here.scope():
        said = {"named": True, "changeable": changeable, "shown": Poll.Shown.ALWAYS}
        poll = make_poll(here, way=Poll.Way.RANKED, **said)
        people = [make_membership() for _order in orders]
        for number, (person, order) in enumerate(zip(people, orders, strict=True), start=1):
            vote(poll, *order, by=person)
            if number < 6:
                assert not RankingBatch.objects.exists(), "a few ballots less, and it would be small"
        assert RankingBatch.objects.exists()
        for gone in people[1:]:
            merge_memberships(people[0], gone, by=here.owner)
            poll = Poll.objects.get(pk=poll.pk)
            left = Counter(tuple(one.choices) for one in Ballot.objects.filter(poll=poll))
            assert poll.ballots == left.total()
            wanted = instant_runoff(left, len(poll.options))
            assert rounds.known_rounds(poll).runoff in (wanted, None)
            assert rounds.count_rounds(poll)["runoff"] == wanted
        assert rounds.known_rounds(poll).runoff == wanted, "it counts them itself again"
