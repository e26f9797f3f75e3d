"""Comments under a question, written as such: apart from the answers, and none of them."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from analytics.engagement.responses import first_response
from communities.content.models import Post, PostMove, Thread
from communities.content.services import merge_threads, set_comment, split_thread
from communities.content.services.appending import place_reply
from communities.content.services.counting import settle_threads
from communities.content.services.joining import unmerge_threads
from communities.content.services.splitting import unsplit_thread
from communities.exceptions import NotAllowed
from communities.forums.assigning import assign_thread
from communities.forums.models import AssignedThread
from communities.forums.services import accept_answer
from communities.memory import forget_all
from tests import factories
from tests.conftest import Cast


@pytest.fixture
def question(here: Cast) -> Thread:
    with here.scope():
        return factories.make_thread(here.forum, by=here.member, kind="question")


def as_recounted(here: Cast, thread: Thread) -> tuple[bool, bool]:
    """Whether it is answered as its row says, and as all of its texts counted again say."""
    with here.scope():
        now = Thread.objects.get(pk=thread.pk).answered
        settle_threads(here.community.pk, [thread.pk])
        return now, Thread.objects.get(pk=thread.pk).answered


def page(here: Cast, thread: Thread, who: str = "member") -> str:
    forget_all()
    return here.sign_in(getattr(here, who)).get(here.url(f"/forums/t/{thread.slug}/")).content.decode()


def test_a_comment_answers_nothing(here: Cast, question: Thread) -> None:
    path = here.url(f"/forums/t/{question.slug}/")
    client = here.sign_in(here.ambassador)
    assert 'name="comment"' in client.get(path).content.decode()
    sent = {"body": "Which boat?", "body_format": "markdown", "comment": "on"}
    assert client.post(f"{path}reply/", sent).status_code == 302
    assert as_recounted(here, question) == (False, False)
    html = page(here, question)
    assert 'aria-label="Comment by ' in html
    # Its asker has nothing to accept.
    assert "Accept this answer" not in html
    client.post(f"{path}reply/", {"body": "Wax it.", "body_format": "markdown"})
    assert as_recounted(here, question) == (True, True)
    assert page(here, question).count("Accept this answer") == 1


def test_what_is_asked_in_a_topic_is_a_reply(here: Cast) -> None:
    with here.scope():
        topic = factories.make_thread(here.forum, by=here.member, kind="topic")
        assert not factories.make_reply(topic, by=here.ambassador, comment=True).is_comment
    assert 'name="comment"' not in page(here, topic, "ambassador")


def test_what_was_typed_comes_back_with_what_was_chosen(here: Cast, question: Thread) -> None:
    path = here.url(f"/forums/t/{question.slug}/reply/")
    refused = here.sign_in(here.ambassador).post(path, {"body": "", "comment": "on"})
    assert refused.status_code == 422
    assert re.search(r'<input[^>]*name="comment"[^>]* checked', refused.content.decode())


def test_a_held_comment_comes_out_as_one(here: Cast, question: Thread) -> None:
    with here.scope():
        held = factories.make_reply(question, by=here.ambassador, comment=True)
        Post.objects.filter(pk=held.pk).update(state="pending", position=None)
        settle_threads(here.community.pk, [question.pk])
        place_reply(Post.objects.select_related("thread").get(pk=held.pk))
    assert as_recounted(here, question) == (False, False)


def test_its_writer_and_the_team_say_which_it_is(here: Cast, question: Thread) -> None:
    with here.scope():
        reply = factories.make_reply(question, by=here.ambassador)
    at = here.url(f"/p/{reply.public_id}/")
    assert here.sign_in(here.member).post(f"{at}as-comment/").status_code == 403
    assert here.sign_in(None).post(f"{at}as-comment/").status_code == 302
    assert as_recounted(here, question) == (True, True)
    for who, act, told in (
        (here.ambassador, "as-comment", (False, False)),
        (here.moderator, "as-answer", (True, True)),
        (here.moderator, "as-comment", (False, False)),
    ):
        assert here.sign_in(who).post(f"{at}{act}/").status_code == 302
        assert as_recounted(here, question) == told
    shown = page(here, question, "ambassador")
    assert "Make it an answer" in shown
    # Nobody makes a comment of what somebody else wrote.
    assert "Make it" not in page(here, question, "member")


def test_the_accepted_answer_stays_one(here: Cast, question: Thread) -> None:
    with here.scope():
        reply = factories.make_reply(question, by=here.ambassador)
        accept_answer(question, post=reply, by=here.member)
    said = here.sign_in(here.ambassador).post(here.url(f"/p/{reply.public_id}/as-comment/"), follow=True)
    assert "Take back the acceptance first." in said.content.decode()
    with here.scope():
        assert not Post.objects.get(pk=reply.pk).is_comment


def test_no_comment_is_accepted(here: Cast, question: Thread) -> None:
    with here.scope():
        comment = factories.make_reply(question, by=here.ambassador, comment=True)
        with pytest.raises(NotAllowed):
            accept_answer(question, post=comment, by=here.member)


def test_nothing_but_replies_to_questions_become_comments(here: Cast, question: Thread) -> None:
    with here.scope():
        topic = factories.make_thread(here.forum, by=here.member, kind="topic")
        for post in (question.opening(), factories.make_reply(topic, by=here.member)):
            with pytest.raises(NotAllowed):
                set_comment(post, is_comment=True, by=here.moderator)


def test_what_begins_a_question_is_no_comment(here: Cast, question: Thread) -> None:
    with here.scope():
        comment = factories.make_reply(question, by=here.ambassador, comment=True)
        said = {"title": "Another one", "by": here.moderator, "community": here.community}
        other = split_thread(question, posts=[comment.pk], **said)
        assert not Post.objects.get(pk=comment.pk).is_comment
        unsplit_thread(PostMove.objects.get(target=other), by=here.moderator)
        back = Post.objects.get(pk=comment.pk)
    assert (back.thread_id, back.is_comment) == (question.pk, True)


def test_what_was_merged_comes_back_as_a_question(here: Cast, question: Thread) -> None:
    with here.scope():
        asked = factories.make_thread(here.forum, by=here.ambassador, kind="question")
        opening = asked.opening()
        merge_threads(asked, question, by=here.moderator)
        set_comment(Post.objects.get(pk=opening.pk), is_comment=True, by=here.ambassador)
        unmerge_threads(PostMove.objects.get(source=asked), by=here.moderator)
        opening.refresh_from_db()
    assert (opening.position, opening.is_comment) == (1, False)


def test_a_comment_leaves_the_question_with_whoever_was_given_it(here: Cast, question: Thread) -> None:
    with here.scope():
        give = {"to": here.moderator, "due_on": timezone.localdate(), "seen": None}
        assign_thread(question, **give, by=here.manager, community=here.community)
        comment = factories.make_reply(question, by=here.moderator, comment=True)
        assert AssignedThread.objects.filter(thread=question).exists()
        set_comment(comment, is_comment=False, by=here.moderator)
        assert not AssignedThread.objects.filter(thread=question).exists()


def test_figures_know_answers_alone(here: Cast, question: Thread) -> None:
    with here.scope():
        comment = factories.make_reply(question, by=here.ambassador, comment=True)
        today = timezone.localdate()
        assert first_response(here.community, today, today).answered == 0
        set_comment(comment, is_comment=False, by=here.ambassador)
        assert first_response(here.community, today, today).answered == 1
