"""Replies while their thread is merged or split: none is lost, and counters are those of a recount."""

from __future__ import annotations

import pytest

from communities.content.models import Post, Thread
from communities.content.services import merge_threads, reply_to, split_thread
from communities.models import Community, Membership
from communities.scoping import community_scope
from tests.communities.content.test_races import at_once
from tests.communities.content.test_regrouping import wrong_counts
from tests.conftest import make_cast
from tests.factories import make_thread

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("how", ["merge", "split"])
def test_a_reply_arrives_where_its_thread_is(how: str) -> None:
    cast = make_cast()
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.member, replies=2)
        other = make_thread(cast.forum, by=cast.ambassador, replies=1)
        chosen = Post.objects.get(thread=thread, position=2).pk

    def act(number: int) -> object:
        with community_scope(cast.community):
            fresh = Thread.objects.select_related("space").get(pk=thread.pk)
            by = Membership.objects.get(pk=(cast.moderator if number == 0 else cast.member).pk)
            if number:
                return reply_to(fresh, by=by, body=f"<p>Number {number}.</p>").pk
            if how == "merge":
                return merge_threads(fresh, other, by=by).pk
            community = Community.objects.get(pk=cast.community.pk)
            return split_thread(fresh, posts=[chosen], title="Aside", by=by, community=community).pk

    answers = at_once(4, act)
    assert all(isinstance(one, int) for one in answers), answers
    with cast.scope():
        home = other if how == "merge" else thread
        replies = Post.objects.filter(pk__in=answers[1:])
        assert set(replies.values_list("thread_id", flat=True)) == {home.pk}
        assert replies.filter(state="published", position__isnull=False).count() == 3
        assert wrong_counts(cast) == set()


def test_two_who_merge_both_ways_make_one_thread() -> None:
    cast = make_cast()
    with cast.scope():
        pair = [make_thread(cast.forum, by=cast.member, replies=1) for _number in range(2)]

    def act(number: int) -> object:
        with community_scope(cast.community):
            one, other = (Thread.objects.get(pk=pair[(number + step) % 2].pk) for step in (0, 1))
            return merge_threads(one, other, by=Membership.objects.get(pk=cast.moderator.pk)).pk

    answers = at_once(2, act)
    assert sum(isinstance(one, int) for one in answers) == 1, answers
    with cast.scope():
        shown = Thread.objects.filter(pk__in=[thread.pk for thread in pair], state="published")
        assert Post.objects.filter(thread=shown.get()).count() == 4
