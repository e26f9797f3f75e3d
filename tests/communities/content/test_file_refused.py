"""What cannot be filed, and what an old site says of its replies and addresses."""

from __future__ import annotations

import pytest

from communities.content.exceptions import BlankText
from communities.content.models import (
    Redirect,
    State,
    Thread,
)
from communities.content.services import (
    PostToFile,
    RepliesToFile,
    ThreadToFile,
    file_replies,
    file_threads,
    forward_many,
)
from communities.exceptions import NotAllowed
from communities.forums.services import file_answers
from tests.communities.content.test_file_threads import BEGUN
from tests.conftest import Cast


def test_what_no_thread_can_be_is_refused_whole(here: Cast) -> None:
    posts = [PostToFile("<p>Text</p>", BEGUN), PostToFile("<p>Reply</p>", BEGUN)]
    refused = [
        (ThreadToFile(here.forum, "topic", "settings", "T", posts[:1]), ValueError),
        (ThreadToFile(here.forum, "topic", "draft", "T", posts, state=State.DRAFT), ValueError),
        (ThreadToFile(here.forum, "topic", "gone", "T", posts[:1], state=State.REMOVED), ValueError),
        (ThreadToFile(here.forum, "topic", "blank", "T", [posts[0], PostToFile("", BEGUN)]), BlankText),
    ]
    good = ThreadToFile(here.forum, "topic", "good", "T", posts)
    with here.scope():
        for bad, error in refused:
            with pytest.raises(error):
                file_threads([good, bad], community=here.community, by=None)
            assert not Thread.objects.exists()
        draft = ThreadToFile(here.forum, "topic", "a-draft", "T", posts[:1], state=State.DRAFT)
        one = file_threads([draft], community=here.community, by=None)[0]
        with pytest.raises(ValueError, match="no public thread"):
            file_replies([RepliesToFile(one.thread, posts[1:])], community=here.community, by=None)
        asked = file_threads([good], community=here.community, by=None)[0]
        asked.posts[1].state = State.HIDDEN
        with pytest.raises(NotAllowed):
            file_answers([type(asked)(asked.thread, asked.posts, accepted=asked.posts[1])])


def test_the_old_site_tells_answers_from_other_replies(here: Cast) -> None:
    """By our rule a reply of somebody else answers; where the old site knew better, its word stands."""

    def asked(slug: str, *answers: bool | None, who: str = "member") -> Thread:
        opening = PostToFile("<p>Why?</p>", BEGUN, here.owner.pk)
        replies = [PostToFile("<p>So</p>", BEGUN, getattr(here, who).pk, answers=one) for one in answers]
        new = ThreadToFile(here.forum, "question", slug, "Why", [opening, *replies])
        return file_threads([new], community=here.community, by=None)[0].thread

    def answered(thread: Thread) -> bool:
        return bool(Thread.objects.get(pk=thread.pk).answered)

    with here.scope():
        assert answered(asked("by-rule", None))
        assert not answered(asked("own-reply", None, who="owner"))
        alone = ThreadToFile(here.forum, "question", "of-nobody", "Why", [PostToFile("<p>Why?</p>", BEGUN)])
        assert not answered(file_threads([alone], community=here.community, by=None)[0].thread)
        assert not answered(asked("comment", False))
        assert answered(asked("own-answer", False, True, who="owner"))
        comment = Thread.objects.get(slug="comment")
        for word, expected in ((False, False), (True, True), (False, True)):
            late = PostToFile("<p>Late</p>", BEGUN, answers=word)
            file_replies(
                [RepliesToFile(Thread.objects.select_related("space").get(pk=comment.pk), [late])],
                community=here.community,
                by=None,
            )
            assert answered(comment) == expected


def test_old_addresses_of_many_things_never_lead_in_a_circle(here: Cast) -> None:
    with here.scope():
        Redirect.objects.create(path="/taken/", target="/somewhere/")
        Redirect.objects.create(path="/forums/t/rope/", target="/old/rope/")
        taken = forward_many(
            {
                "/old/rope/": "/forums/t/rope/",
                "/taken/": "/forums/t/rope/",
                "/same/": "/same/",
                "/a/1": "/x/#p-2",
            }
        )
        assert taken == {"/taken/": "/somewhere/"}
        assert dict(Redirect.objects.values_list("path", "target")) == {
            "/taken/": "/somewhere/",
            "/old/rope/": "/forums/t/rope/",
            "/a/1": "/x/#p-2",
        }
