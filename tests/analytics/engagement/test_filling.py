"""Members' days: views from the pages, contributions from what was written; and people are forgotten."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from analytics.engagement import tasks
from analytics.engagement.models import DirtyDay, Fill, MemberDay
from analytics.engagement.queries import members_active
from analytics.engagement.services import fill_days, fill_history
from communities.content.models import Post, Reaction
from communities.models import Membership
from tests.analytics.conftest import BROWSER
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread

Capture = Callable[[], int]


def today(here: Cast) -> datetime.date:
    return timezone.now().astimezone(here.community.zone).date()


def test_pages_and_posts_of_a_member_make_their_day(here: Cast, capture: Capture) -> None:
    client = here.sign_in(here.member)
    client.defaults["HTTP_USER_AGENT"] = BROWSER
    with here.scope():
        thread = make_thread(here.forum)
    for _time in range(3):
        client.get(here.url("/"))
    client.post(here.url(f"/forums/t/{thread.slug}/reply/"), {"body": "<p>Yes.</p>"})
    capture()
    tasks.fill_engagement()
    with here.scope():
        row = MemberDay.objects.get(person=here.member.pk)
        assert (row.day, row.views, row.contributions) == (today(here), 3, 1)
        assert not DirtyDay.objects.exists()
    assert tasks.fill_engagement() == 0


def test_a_view_is_added_once_however_often_the_task_runs(here: Cast, capture: Capture) -> None:
    here.sign_in(here.member).get(here.url("/"), HTTP_USER_AGENT=BROWSER)
    capture()
    assert tasks.drain_activity() == 0
    here.sign_in(here.member).get(here.url("/"), HTTP_USER_AGENT=BROWSER)
    capture()
    with here.scope():
        assert MemberDay.objects.get().views == 2


def test_counting_again_takes_back_what_is_gone(here: Cast) -> None:
    day = today(here)
    with here.scope():
        reply = make_reply(make_thread(here.forum, by=here.member), by=here.ambassador)
        Reaction.objects.create(post=reply, membership=here.member, kind="useful")
        for _time in range(2):
            fill_days(here.community, day, day)
        counts = dict(MemberDay.objects.values_list("person", "contributions"))
        assert counts == {here.member.pk: 2, here.ambassador.pk: 1}
        Post.objects.filter(pk=reply.pk).update(state="hidden")
        fill_days(here.community, day, day)
        assert MemberDay.objects.get(person=here.ambassador.pk).contributions == 0


def test_a_first_fill_counts_the_whole_history(here: Cast) -> None:
    old = datetime.datetime(2019, 5, 4, 23, 30, tzinfo=datetime.UTC)
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        Post.objects.filter(thread=thread).update(published_at=old)
        stranger = make_membership(unclaimed=True)
        make_reply(thread, by=stranger)
    assert tasks.recount_engagement() >= 1
    with here.scope():
        assert Fill.objects.exists()
        assert list(MemberDay.objects.values_list("person", "day", "contributions")) == [
            (here.member.pk, datetime.date(2019, 5, 5), 1)
        ], "imported names are nobody’s activity; half past eleven in London is tomorrow in Paris"
    tasks.recount_engagement()
    with here.scope():
        assert MemberDay.objects.count() == 1


def test_what_was_written_just_now_is_counted_as_a_whole(here: Cast) -> None:
    """An import: the planner knows no sizes yet, and would look up each post by itself, again and again."""
    last = today(here)
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        old = {"thread": thread, "author": here.member, "state": "published", "body_html": "<p>Old.</p>"}
        dates = [timezone.now() - datetime.timedelta(days=number) for number in range(300)]
        posts = Post.objects.bulk_create(
            [Post(**old, position=10 + number, published_at=at) for number, at in enumerate(dates)]
        )
        Reaction.objects.bulk_create(
            [Reaction(post=post, membership=here.ambassador, kind="useful") for post in posts]
        )
        before = lookups()
        fill_history(here.community)
        assert lookups() - before < 40
        assert MemberDay.objects.filter(person=here.member.pk).count() == 300
        fill_days(here.community, last, last)
        assert MemberDay.objects.get(person=here.ambassador.pk).contributions == 300


def lookups() -> int:
    """How often tables of content were asked by an index, in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select sum(idx_scan) from pg_stat_xact_user_tables where relname ~ '^content_(post|thread|reaction)$'"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("how", ["erased", "closed", "deleted"])
def test_the_forgotten_leave_a_number_that_nobody_has(here: Cast, how: str) -> None:
    day = today(here)
    with here.scope():
        for back in range(3):
            MemberDay.objects.create(day=day - datetime.timedelta(days=back), person=here.member.pk, views=1)
        MemberDay.objects.create(day=day, person=here.ambassador.pk, views=1)
        if how == "erased":
            Membership.objects.filter(pk=here.member.pk).update(status="erased")
        elif how == "closed":
            Membership.objects.filter(pk=here.member.pk).update(member=None)
        else:
            Membership.objects.get(pk=here.member.pk).delete()
        before = members_active(day)
    tasks.forget_gone()
    tasks.forget_gone()
    with here.scope():
        people = set(MemberDay.objects.values_list("person", flat=True))
        assert here.member.pk not in people
        assert here.ambassador.pk in people
        assert len(people) == 2, "one person stays one person"
        assert min(people) < 0
        assert members_active(day) == before == 2
