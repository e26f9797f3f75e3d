"""Whoever asked is asked, once and three days after the first answer, whether it helped; and says so on a page."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone

from communities.content.models import Post, Thread
from communities.content.services import set_comment, unfollow_thread
from communities.content.services.judging import withdraw_post
from communities.forums import open_questions
from communities.forums.models import Question
from communities.forums.open_questions import WAITS
from communities.forums.same import close_as_same
from communities.forums.services import accept_answer, settle_solved, solve_alone, unaccept_answer
from communities.forums.tasks import ask_whether_solved
from communities.models import Membership
from communities.notifications.emails import write_waiting
from communities.notifications.models import Notification
from communities.people.services import leave_community
from tests.conftest import Cast
from tests.factories import make_reply, make_thread
from tests.mailing import delivered

DAY = datetime.timedelta(days=1)
SAID = "Solved, or still open?"


def ask(here: Cast, title: str = "Who mends sails?") -> Thread:
    return make_thread(here.forum, by=here.member, title=title, kind="question")


def answered(here: Cast, title: str = "Who mends sails?") -> Thread:
    """A question whose first answer is as old as it takes."""
    thread = ask(here, title)
    make_reply(thread, by=here.ambassador, body="<p>Rosa does, in the old yard.</p>")
    days_go_by(thread)
    return thread


def days_go_by(thread: Thread, days: float = 3) -> None:
    """The texts and what is planned of them are as much older."""
    gone = datetime.timedelta(days=days, minutes=1)
    for post in Post.objects.filter(thread=thread, published_at__isnull=False):
        Post.objects.filter(pk=post.pk).update(
            published_at=post.published_at - gone, created_at=post.created_at - gone
        )
    for row in Question.objects.filter(thread=thread, ask_at__isnull=False):
        Question.objects.filter(pk=row.pk).update(ask_at=row.ask_at - gone)


def told() -> list[tuple[int, int | None]]:
    rows = Notification.objects.filter(kind="question_open").order_by("pk")
    return list(rows.values_list("membership_id", "thread_id"))


def test_whoever_asked_is_asked_once_after_three_days(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        thread = ask(here)
        make_reply(thread, by=here.ambassador)
        days_go_by(thread, 2.9)
    assert ask_whether_solved() == 0
    with here.scope():
        days_go_by(thread, 0.1)
    assert (ask_whether_solved(), ask_whether_solved()) == (1, 0)
    with here.scope():
        assert told() == [(here.member.pk, thread.pk)]
        # Another answer is no other occasion, nor is a mark that is taken back.
        late = make_reply(thread, by=here.moderator)
        days_go_by(thread, 9)
        accept_answer(thread, post=late, by=here.member)
        unaccept_answer(thread, by=here.member)
        make_reply(thread, by=here.manager)
        days_go_by(thread, 9)
    assert ask_whether_solved() == 0
    with here.scope():
        assert len(told()) == 1
    for person, times in ((here.member, 1), (here.ambassador, 0), (here.moderator, 0)):
        page = here.sign_in(person).get(here.url("/notifications/")).content.decode()
        assert page.count(SAID) == times
    with elsewhere.scope():
        assert told() == []


def test_what_the_first_answer_plans_the_second_does_not_put_off(here: Cast) -> None:
    with here.scope():
        thread = ask(here)
        make_reply(thread, by=here.ambassador)
        days_go_by(thread, 2)
        planned = Question.objects.get(thread=thread).ask_at
        make_reply(thread, by=here.moderator)
        assert Question.objects.get(thread=thread).ask_at == planned


def test_comments_own_texts_and_topics_plan_nothing(here: Cast) -> None:
    with here.scope():
        commented, own = ask(here), ask(here)
        comment = make_reply(commented, by=here.ambassador, comment=True)
        make_reply(own, by=here.member)
        topic = make_thread(here.forum, by=here.member)
        make_reply(topic, by=here.ambassador)
        assert not Question.objects.exists()
        # Until it is an answer.
        set_comment(comment, is_comment=False, by=here.ambassador)
        assert list(Question.objects.values_list("thread_id", flat=True)) == [commented.pk]


def _accept(here: Cast, thread: Thread) -> None:
    accept_answer(thread, post=Post.objects.get(thread=thread, position=2), by=here.member)


def _mute(here: Cast, thread: Thread) -> None:
    unfollow_thread(thread, by=here.member)


def _close(here: Cast, thread: Thread) -> None:
    close_as_same(thread, original=ask(here, "Asked before"), by=here.member)


def _archive(here: Cast, thread: Thread) -> None:
    here.forum.archived = True
    here.forum.save()


QUIET: dict[str, Callable[[Cast, Thread], object]] = {
    "an answer is accepted": _accept,
    "one has helped that is no longer there": lambda here, thread: solve_alone(thread, by=here.member),
    "they wrote": lambda here, thread: make_reply(thread, by=here.member),
    "they commented": lambda here, thread: make_reply(thread, by=here.member, comment=True),
    "they mute it": _mute,
    "it was asked before": _close,
    "it is hidden": lambda here, thread: Thread.objects.filter(pk=thread.pk).update(state="hidden"),
    "it is locked": lambda here, thread: Thread.objects.filter(pk=thread.pk).update(locked=True),
    "its space is archived": _archive,
    "they left": lambda here, thread: leave_community(here.member, by=here.member),
    "they are shut out": lambda here, thread: Membership.objects.filter(pk=here.member.pk).update(
        status="banned"
    ),
}


@pytest.mark.parametrize("why", QUIET)
def test_nobody_is_asked_where(here: Cast, why: str) -> None:
    with here.scope():
        thread = answered(here)
        QUIET[why](here, thread)
    ask_whether_solved()
    with here.scope():
        assert told() == []
        assert not Question.objects.filter(ask_at__isnull=False).exists(), "it is not looked at again"


def test_where_its_answer_was_withdrawn_the_next_one_counts(here: Cast) -> None:
    with here.scope():
        thread = answered(here)
        withdraw_post(Post.objects.get(thread=thread, position=2), to="hidden", by=here.moderator)
    assert ask_whether_solved() == 1
    with here.scope():
        assert told() == []
        days_go_by(thread, 1)
        second = make_reply(thread, by=here.ambassador)
        days_go_by(thread, 2)
    assert ask_whether_solved() == 1
    with here.scope():
        assert told() == [], "two days after the answer that is there"
        due = Question.objects.get(thread=thread).ask_at
        second.refresh_from_db()
        assert second.published_at is not None
        assert due == second.published_at + WAITS
        days_go_by(thread, 1)
    assert ask_whether_solved() == 1
    with here.scope():
        assert told() == [(here.member.pk, thread.pk)]


def test_a_job_that_died_asks_later(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with here.scope():
        answered(here)

    def dies(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(open_questions, "tell", dies)
    with pytest.raises(KeyboardInterrupt):
        ask_whether_solved()
    monkeypatch.undo()
    assert (ask_whether_solved(), ask_whether_solved()) == (1, 0)
    with here.scope():
        assert len(told()) == 1


def test_the_mail_asks_with_two_links(here: Cast) -> None:
    with here.scope():
        thread = answered(here)
    ask_whether_solved()
    with here.scope():
        Notification.objects.update(mail_due_at=timezone.now() - datetime.timedelta(seconds=1))
        write_waiting(here.community)
    mails = [mail for mail in delivered() if SAID in mail.subject]
    assert [mail.to for mail in mails] == [[here.member.member.email]]
    page = f"/forums/t/{thread.slug}/still-open/?"
    for body in (str(mails[0].body), str(mails[0].alternatives[0][0])):
        assert "Yes, solved" in body
        assert "No, still open" in body
        assert body.count(page) == 2
        assert body.count(f"{page}said=open") == 1


def test_the_page_says_which_answer_helped(here: Cast) -> None:
    with here.scope():
        thread = answered(here)
        answer = Post.objects.get(thread=thread, position=2)
        make_reply(thread, by=here.moderator, body="<p>Which kind of sail?</p>", comment=True)
    path, client = here.url(f"/forums/t/{thread.slug}/still-open/"), here.sign_in(here.member)
    page = client.get(path).content.decode()
    assert "Rosa does, in the old yard." in page
    assert "Which kind of sail?" not in page
    assert " checked" not in page
    # The link of the mail chooses, and changes nothing.
    chosen = client.get(f"{path}?said=open").content.decode()
    assert chosen.count(" checked") == 1
    with here.scope():
        assert not Thread.objects.get(pk=thread.pk).solved
    assert client.post(path, {}).status_code == 422
    assert client.post(path, {"said": "nonsense"}).status_code == 422
    assert client.post(path, {"said": str(answer.public_id)}).status_code == 302
    with here.scope():
        assert Question.objects.get(thread=thread).accepted_id == answer.pk
        other = make_reply(thread, by=here.manager)
    refused = client.post(path, {"said": str(other.public_id)})
    assert refused.status_code == 422
    assert "Another answer is accepted already." in refused.content.decode()
    assert here.sign_in(here.ambassador).get(path).status_code == 403
    assert here.sign_in(None).get(path).status_code in (302, 403)


def test_solved_without_one_of_the_answers_and_open_again(here: Cast) -> None:
    with here.scope():
        thread = answered(here)
    path, client = here.url(f"/forums/t/{thread.slug}/"), here.sign_in(here.member)
    assert "is-good" not in client.get(path).content.decode()
    assert client.post(f"{path}still-open/", {"said": "alone"}).status_code == 302
    page = client.get(path).content.decode()
    assert "Solved" in page
    with here.scope():
        assert Thread.objects.get(pk=thread.pk).solved
        # Counting again says the same, and so does an answer that is withdrawn.
        settle_solved([thread.pk])
        withdraw_post(Post.objects.get(thread=thread, position=2), to="hidden", by=here.moderator)
        assert Thread.objects.get(pk=thread.pk).solved
    assert client.post(f"{path}still-open/", {"said": "open"}).status_code == 302
    with here.scope():
        assert not Thread.objects.get(pk=thread.pk).solved
        assert Question.objects.get(thread=thread).solved_alone_at is None
    # Nobody is asked after they have said it.
    assert ask_whether_solved() == 0


def test_an_answer_that_helps_after_all_takes_its_place(here: Cast) -> None:
    with here.scope():
        thread = answered(here)
        assert solve_alone(thread, by=here.member)
        assert not solve_alone(thread, by=here.member)
        answer = Post.objects.get(thread=thread, position=2)
        assert accept_answer(thread, post=answer, by=here.member)
        unaccept_answer(thread, by=here.member)
        assert not Thread.objects.get(pk=thread.pk).solved
