"""The nightly recount repairs what drifted and says what it was."""

from __future__ import annotations

from communities.content.models import Tag, Thread
from communities.content.queries import recount_community
from communities.content.tasks import recount_all
from communities.models import Community, Membership
from tests.conftest import Cast
from tests.factories import make_thread


def test_drifted_counters_are_repaired_and_told(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, replies=3, tags=["rope"])
        recount_community(here.community.pk)
        assert recount_community(here.community.pk) == {}
        Thread.objects.update(reply_count=9, last_position=9)
        Tag.objects.update(thread_count=9)
        Membership.objects.filter(pk=here.member.pk).update(post_count=9)
        Community.objects.filter(pk=here.community.pk).update(member_count=99)
        assert recount_community(here.community.pk) == {
            "threads": 1,
            "tags": 1,
            "memberships": 1,
            "members": 1,
        }
        thread.refresh_from_db()
        assert (thread.reply_count, thread.last_position) == (3, 4)
        assert Membership.objects.get(pk=here.member.pk).post_count == 1


def test_each_community_is_counted_by_itself(here: Cast, elsewhere: Cast) -> None:
    for cast in (here, elsewhere):
        with cast.scope():
            make_thread(cast.forum, by=cast.member, replies=1)
    assert recount_all() > 0
    assert recount_all() == 0
