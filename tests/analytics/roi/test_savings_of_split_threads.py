"""What readers said of a thread stays counted when it becomes part of another one again."""

from __future__ import annotations

from analytics.roi.models import Saving
from communities.content.models import PostMove
from communities.content.services import split_thread, unsplit_thread
from tests.conftest import Cast
from tests.factories import make_membership, make_thread


def test_what_was_said_of_a_thread_that_was_split_off_comes_back_with_it(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, kind="question", replies=3)
        posts = [post.pk for post in thread.posts.order_by("position")[1:3]]
        part = split_thread(thread, posts=posts, title="Oars", by=here.moderator, community=here.community)
        both, there = make_membership(), make_membership()
        for one, who, saved in ((thread, both, True), (part, both, False), (part, there, True)):
            Saving.objects.create(thread=one, membership=who, saved=saved)
        Saving.objects.create(thread=part, browser=7, saved=True)
        unsplit_thread(PostMove.objects.get(), by=here.moderator)
        kept = Saving.objects.order_by("pk").values_list("thread_id", "membership_id", "browser", "saved")
        assert list(kept) == [
            (thread.pk, both.pk, None, True),
            (thread.pk, there.pk, None, True),
            (thread.pk, None, 7, True),
        ]
