"""The nightly recount: whose days are wrong is known before anything is counted, and what is right is left alone."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.engagement import tasks
from analytics.engagement.models import Fill, MemberDay
from communities.content.models import Post, Reaction, Thread
from communities.ideas.models import Vote
from communities.ideas.services import vote_for
from communities.models import Community, Membership
from communities.polls.models import Ballot
from communities.queries import communities_by_question
from tests.communities.ideas.making import fresh, make_box, make_idea
from tests.communities.polls.making import make_poll, vote
from tests.conftest import Cast, make_cast
from tests.factories import make_reply, make_thread

Days = Counter[tuple[int, datetime.date]]
DAY = datetime.timedelta(days=1)


@pytest.fixture
def there(here: Cast) -> Cast:
    """Another place, in which nothing is ever wrong."""
    other = make_cast(name="There")
    with other.scope():
        make_reply(make_thread(other.forum, by=other.member), by=other.ambassador)
    return other


def deeds(community: Community) -> Days:
    """By hand, one after the other: who did how much on which day of the last weeks, by the clocks of the place."""
    open_posts = [post for post in Post.objects.select_related("thread") if is_seen(post)]
    done = [(post.author_id, post.published_at) for post in open_posts]
    seen = {post.pk for post in open_posts}
    done += [(row.membership_id, row.created_at) for row in Reaction.objects.all() if row.post_id in seen]
    done += [
        (row.voter_id, row.cast_at)
        for row in Ballot.objects.select_related("poll__thread")
        if row.poll.thread.state == "published"
    ]
    threads = {thread.pk: thread for thread in Thread.objects.all()}
    done += [
        (row.voter_id, row.cast_at) for row in Vote.objects.all() if threads[row.idea_id].state == "published"
    ]
    people = set(Membership.objects.filter(unclaimed=False).values_list("pk", flat=True))
    days: Days = Counter()
    for person, at in done:
        if person in people and at is not None:
            days[person, at.astimezone(community.zone).date()] += 1
    today = timezone.now().astimezone(community.zone).date()
    since = today - tasks.RECOUNTED_DAYS * DAY
    return Counter({key: n for key, n in days.items() if since <= key[1] <= today})


def is_seen(post: Post) -> bool:
    return post.state == "published" and post.thread.state == "published"


def kept() -> Days:
    rows = MemberDay.objects.filter(person__gt=0, contributions__gt=0)
    return Counter({(row.person, row.day): row.contributions for row in rows})


def due() -> set[int]:
    return set(
        communities_by_question(
            "select communities_with_miscounted_days(%s, %s)", [timezone.now(), tasks.RECOUNTED_DAYS]
        )
    )


def a_post(here: Cast) -> None:
    make_reply(make_thread(here.forum, by=here.member), by=here.ambassador)


def a_reaction(here: Cast) -> None:
    reply = make_reply(make_thread(here.forum, by=here.member), by=here.ambassador)
    Reaction.objects.create(post=reply, membership=here.member, kind="useful")


def a_ballot(here: Cast) -> None:
    vote(make_poll(here), 1, by=here.ambassador)


def a_vote(here: Cast) -> None:
    vote_for(fresh(make_idea(make_box(here), here.member)), by=here.ambassador)


def hide_threads() -> None:
    Thread.objects.update(state="hidden")


def hide_posts() -> None:
    Post.objects.filter(position__gt=1).update(state="hidden")


def take_back() -> None:
    for model in (Reaction, Ballot, Vote):
        model.objects.all().delete()


def days_ago(back: float) -> Callable[[], None]:
    def move() -> None:
        at = timezone.now() - back * DAY
        Post.objects.update(published_at=at)
        Reaction.objects.update(created_at=at)
        Ballot.objects.update(cast_at=at)
        Vote.objects.update(cast_at=at)

    return move


def take_names() -> None:
    Membership.objects.update(unclaimed=True)


def miscount() -> None:
    MemberDay.objects.filter(contributions__gt=0).update(contributions=9)


CHANGES: dict[str, Callable[[], None]] = {
    "hidden threads": hide_threads,
    "hidden posts": hide_posts,
    "taken back": take_back,
    "a day later than said": days_ago(1),
    "long before": days_ago(400),
    "imported names": take_names,
    "a wrong figure": miscount,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("deed", [a_post, a_reaction, a_ballot, a_vote])
def test_days_that_are_wrong_are_found_and_counted_again(
    here: Cast, there: Cast, deed: Callable[[Cast], None], change: Callable[[], None]
) -> None:
    tasks.recount_engagement()
    assert due() == set()
    with here.scope():
        deed(here)
        assert deeds(here.community) != kept(), "done, and counted nowhere yet"
    assert due() == {here.community.pk}
    assert tasks.recount_engagement() == 1
    with here.scope():
        assert deeds(here.community) == kept()
        change()
        is_wrong = deeds(here.community) != kept()
    # Of what is older than some weeks nothing is looked at.
    assert due() == ({here.community.pk} if is_wrong else set())
    assert tasks.recount_engagement() == int(is_wrong)
    with here.scope():
        assert deeds(here.community) == kept()
    assert due() == set()


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue", "Europe/Paris"])
@pytest.mark.parametrize("hours", range(0, 24, 5))
def test_days_are_those_of_the_place(here: Cast, zone: str, hours: int) -> None:
    Community.objects.filter(pk=here.community.pk).update(time_zone=zone)
    here.community.refresh_from_db()
    with here.scope():
        a_reaction(here)
        Fill.objects.create()
        for back in (0, 1, tasks.RECOUNTED_DAYS - 1, tasks.RECOUNTED_DAYS, tasks.RECOUNTED_DAYS + 1):
            days_ago(back + hours / 24)()
            wrong = deeds(here.community) != kept()
            assert (here.community.pk in due()) == wrong, back
            tasks._recount(here.community)
            assert here.community.pk not in due(), back
            MemberDay.objects.all().delete()


def test_where_nothing_is_wrong_nothing_is_counted(here: Cast, there: Cast) -> None:
    with here.scope():
        a_reaction(here)
    assert tasks.recount_engagement() == 2, "each once, whole"
    with CaptureQueriesContext(connection) as asked:
        assert tasks.recount_engagement() == 0
    assert not [one["sql"] for one in asked if "engagement_memberday" in one["sql"]]
    assert len(asked) <= 3, "its round, and who is due"
