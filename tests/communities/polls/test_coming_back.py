"""Polls that come back: when, with which answers, what stays of the former ones, who is told, who may say so."""

from __future__ import annotations

import datetime
from contextlib import nullcontext
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from communities.calendar import DAY
from communities.content.models import Post, Thread
from communities.exceptions import FieldError, NotAllowed
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.models import Notification
from communities.polls.adding import add_answer
from communities.polls.exceptions import NoMoreAnswers, PollNotOpen
from communities.polls.models import AddedAnswer, Ballot, Poll
from communities.polls.repeating import RepeatWishes, next_opening, repeat_poll, stop_repeating
from communities.polls.tasks import reopen_polls
from moderation.services import add_watch_word
from tests.communities.polls import making
from tests.communities.polls.making import OPTIONS, make_poll, now_where, vote
from tests.conftest import Cast

pytestmark = pytest.mark.usefixtures("place")


class Paris:
    zone = ZoneInfo("Europe/Paris")


def at(*moment: int) -> datetime.datetime:
    return datetime.datetime(*moment, tzinfo=Paris.zone)  # type: ignore[misc,arg-type]


def come_back(poll: Poll, here: Cast, *, days: int = 5, **said: object) -> Poll:
    wishes = RepeatWishes("week", timezone.now() + DAY, days, **said)  # type: ignore[arg-type]
    return repeat_poll(poll, wishes, by=who_repeats(here))


def who_repeats(here: Cast) -> Membership:
    """Of a poll under a reply, who looks after the space."""
    return here.moderator if making.PLACE == "reply" else here.member


def make_due(poll: Poll, ago: datetime.timedelta = datetime.timedelta(minutes=1)) -> None:
    Poll.objects.filter(pk=poll.pk).update(again_at=timezone.now() - ago)


@pytest.mark.parametrize(
    ("every", "first", "after", "expected"),
    [
        ("week", at(2026, 3, 23, 9, 0), at(2026, 3, 23, 9, 1), at(2026, 3, 30, 9, 0)),
        ("week", at(2026, 3, 2, 9, 0), at(2026, 3, 24, 8, 0), at(2026, 3, 30, 9, 0)),
        ("month", at(2026, 1, 31, 18, 0), at(2026, 1, 31, 18, 1), at(2026, 2, 28, 18, 0)),
        ("month", at(2026, 2, 28, 18, 0), at(2026, 2, 28, 18, 1), at(2026, 3, 31, 18, 0)),
        ("month", at(2026, 12, 31, 18, 0), at(2027, 1, 5, 0, 0), at(2027, 1, 31, 18, 0)),
    ],
)
def test_hours_and_days_are_those_of_the_clocks(
    every: str, first: datetime.datetime, after: datetime.datetime, expected: datetime.datetime
) -> None:
    poll = Poll(repeats=every, again_at=first, month_day=31)
    assert next_opening(poll, after, Paris()) == expected


def test_an_hour_that_the_clocks_skip_is_itself_again_the_week_after(here: Cast) -> None:
    """Half past two is half past three in one night of March, and half past two in all others."""
    poll = Poll(repeats="week", again_at=at(2026, 3, 22, 2, 30), opening_hour=datetime.time(2, 30))
    hours = []
    for _week in range(3):
        assert poll.again_at is not None
        poll.again_at = next_opening(poll, poll.again_at, Paris())
        hours.append(poll.again_at.astimezone(Paris.zone).strftime("%d.%m. %H:%M"))
    assert hours == ["29.03. 03:30", "05.04. 02:30", "12.04. 02:30"]
    with here.scope():
        kept = come_back(make_poll(here), here)
        assert kept.again_at is not None
        assert kept.opening_hour == kept.again_at.astimezone(here.community.zone).time()
        make_due(kept)
    assert reopen_polls() == 1
    with here.scope():
        assert Poll.objects.get(round=2).opening_hour == kept.opening_hour


def test_what_was_taken_over_counts_to_nobodys_limit(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here, additions=1)
        add_answer(poll, "Flax", by=here.ambassador)
        come_back(poll, here, keeps_added=True)
        make_due(poll)
    assert reopen_polls() == 1
    with here.scope():
        fresh = Poll.objects.get(round=2)
        add_answer(fresh, "Sisal", by=here.ambassador)
        with pytest.raises(NoMoreAnswers):
            add_answer(Poll.objects.get(round=2), "Jute", by=here.ambassador)


def test_each_time_is_a_poll_of_its_own_and_the_former_result_stays(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here, way=Poll.Way.SEVERAL, additions=1)
        added = add_answer(poll, "Flax", by=here.ambassador)
        vote(poll, 1, 3, by=here.manager)
        come_back(poll, here, keeps_added=True)
        assert reopen_polls() == 0
        make_due(poll)
    assert (reopen_polls(), reopen_polls()) == (1, 0)
    with here.scope():
        poll.refresh_from_db()
        thread = Thread.objects.select_related("space").get(pk=poll.thread_id)
        fresh = now_where(poll)
        assert fresh.pk != poll.pk
        assert (poll.current, poll.is_open, poll.votes, poll.again_at) == (False, False, [0, 1, 0, 1], None)
        assert (fresh.round, fresh.votes, fresh.options) == (2, [0] * 4, [*OPTIONS, "Flax"])
        assert fresh.closes_at is not None
        assert 4 * DAY < fresh.closes_at - timezone.now() < 6 * DAY
        assert fresh.again_at is not None
        assert 5 * DAY < fresh.again_at - timezone.now() < 8 * DAY
        assert AddedAnswer.objects.get(poll=fresh).post_id == added.post_id
        vote(fresh, 0, by=here.manager)
        assert Ballot.objects.filter(voter=here.manager).count() == 2
        told = Notification.objects.filter(kind="poll_reopened").values_list("membership_id", flat=True)
        assert sorted(told) == sorted({here.member.pk, here.manager.pk})
        assert not Notification.objects.filter(kind="poll_closed").exists()
    visitor = here.sign_in(None)
    former = here.url(f"/polls/{fresh.pk}/former/")
    assert former in visitor.get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
    listed = visitor.get(former).content.decode()
    assert f"/polls/{poll.pk}/" in listed
    assert "Cotton" in listed
    assert f'/polls/{fresh.pk}/"' not in listed
    assert "Flax" in visitor.get(here.url(f"/polls/{poll.pk}/")).content.decode()


def test_what_was_missed_is_not_made_up_for_and_what_nobody_reads_waits(here: Cast) -> None:
    with here.scope():
        poll, other = make_poll(here), make_poll(here)
        for one in (poll, other):
            come_back(one, here, days=7)
            make_due(one, 22 * DAY)
        Thread.objects.filter(pk=other.thread_id).update(locked=True)
    assert (reopen_polls(), reopen_polls()) == (1, 0)
    with here.scope():
        assert Poll.objects.filter(thread=poll.thread_id).count() == 2
        assert Poll.objects.filter(thread=other.thread_id).count() == 1
        assert not Poll.objects.due_again(timezone.now()).exists()
        other.refresh_from_db()
        assert other.again_at is not None, "it opens when its text takes votes again"


def test_it_is_stopped_and_begun_again_by_who_writes_it(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        poll = make_poll(here)
        plain = [here.member] if making.PLACE == "reply" else []
        for by in (here.ambassador, here.marketing, *plain):
            with pytest.raises(NotAllowed):
                repeat_poll(poll, RepeatWishes("week", timezone.now() + DAY, 5), by=by)
        for wrong in (("week", DAY, 8), ("week", -DAY, 5), ("month", 400 * DAY, 5)):
            every, ahead, days = wrong
            with pytest.raises(FieldError):
                repeat_poll(poll, RepeatWishes(every, timezone.now() + ahead, days), by=who_repeats(here))
        come_back(poll, here)
        assert stop_repeating(poll, by=here.moderator)
        assert not stop_repeating(poll, by=here.member)
        assert Poll.objects.get().again_at is None
    at_ = here.url(f"/polls/{poll.pk}/repeat/")
    soon = timezone.localtime(timezone.now() + 2 * DAY)
    said = {"repeat_every": "month", "repeat_starts": f"{soon:%Y-%m-%dT%H:%M}", "repeat_days": "28"}
    client = here.sign_in(who_repeats(here))
    refused = client.post(at_, said | {"repeat_every": "week"})
    assert refused.status_code == 422
    assert "at most: then the next one opens" in refused.content.decode()
    assert client.post(at_, said).status_code == 302
    assert "Every month" in client.get(here.url(f"/polls/{poll.pk}/")).content.decode()
    assert here.sign_in(here.ambassador).get(at_).status_code == 403
    assert here.sign_in(None).get(at_).status_code in (302, 403)
    for path in ("repeat/", "former/"):
        found = elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(f"/polls/{poll.pk}/{path}"))
        assert found.status_code == 404


def test_the_answers_of_the_next_one_are_written_beforehand(here: Cast) -> None:
    """For that one time; nobody reads them before, and what members added comes after them."""
    with here.scope():
        poll = make_poll(here, way=Poll.Way.SEVERAL, most=2, additions=2)
        added = add_answer(poll, "Flax", by=here.ambassador)
        add_answer(poll, "jute", by=here.ambassador)
        mark = now_where(poll).mark
        come_back(poll, here, keeps_added=True, next_options=["Soup", "Jute", "Curry", "Gratin"])
        assert now_where(poll).mark == mark, "who votes meanwhile votes for what they read"
        text = poll.post or Thread.objects.get(pk=poll.thread_id).opening()
        read = Post.objects.get(pk=text.pk).revision_count
    for path in (f"/polls/{poll.pk}/", f"/forums/t/{poll.thread.slug}/", "/search/?q=gratin"):
        for who in (None, here.ambassador):
            assert "Gratin" not in here.sign_in(who).get(here.url(path)).content.decode(), path
    with here.scope():
        make_due(poll)
    assert reopen_polls() == 1
    with here.scope():
        poll.refresh_from_db()
        fresh = now_where(poll)
        assert (poll.options[:3], poll.next_options) == (list(OPTIONS), [])
        assert fresh.options == ["Soup", "Jute", "Curry", "Gratin", "Flax"]
        assert (fresh.written, fresh.most, fresh.votes, fresh.next_options) == (4, 2, [0] * 5, [])
        row = AddedAnswer.objects.get(poll=fresh)
        assert (row.place, row.post_id) == (4, added.post_id)
        assert Post.objects.get(pk=text.pk).revision_count == read + 1, "who judges it has read other words"
        make_due(fresh)
    assert reopen_polls() == 1
    with here.scope():
        assert now_where(poll).options == fresh.options, "without others it has those of the last one"


def test_what_would_be_held_is_refused_beforehand_and_stopping_takes_it_away(here: Cast) -> None:
    with here.scope():
        poll = make_poll(here)
        add_watch_word(by=here.manager, word="gadoue", action="hold")
        forget_all()
        # What whoever looks after a space writes waits for nobody.
        with nullcontext() if making.PLACE == "reply" else pytest.raises(PollNotOpen):
            come_back(poll, here, next_options=["Soup", "gadoue"])
        come_back(poll, here, next_options=["Soup", "Curry"])
        stop_repeating(now_where(poll), by=here.moderator)
        assert now_where(poll).next_options == []
    at_, client = here.url(f"/polls/{poll.pk}/repeat/"), here.sign_in(who_repeats(here))
    soon = timezone.localtime(timezone.now() + 2 * DAY)
    said = {"repeat_every": "week", "repeat_starts": f"{soon:%Y-%m-%dT%H:%M}", "repeat_days": "5"}
    refused = client.post(at_, said | {"repeat_options": "Soup"})
    assert refused.status_code == 422
    assert "Give at least two answers" in refused.content.decode()
    assert client.post(at_, said | {"repeat_options": "Soup\n\nCurry"}).status_code == 302
    assert "Soup\nCurry</textarea>" in client.get(at_).content.decode()
    assert client.post(at_, said).status_code == 302
    with here.scope():
        assert now_where(poll).next_options == []
