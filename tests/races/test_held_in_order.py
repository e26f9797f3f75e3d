"""The thread first, then its text: who merges threads, and who changes what stands in one of them, wait for each other
and never both at once. So do a job that holds what stands under a thread while it tells people of that, and who changes
it. Real connections, and the controls with the order turned round, and with more held than the order says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from communities.calls import telling as telling_of_calls
from communities.calls.models import Call
from communities.calls.services import change_call
from communities.challenges import services as challenges
from communities.challenges import telling as telling_of_challenges
from communities.challenges.models import Challenge
from communities.content.models import Post, Thread
from communities.content.services import delete_post, edit_post, joining, merge_threads, reply_to
from communities.content.services.waiting import opening_of
from communities.models import Membership
from communities.polls.models import Poll
from communities.polls.services import Wishes, change_poll
from communities.scoping import community_scope
from config.services.processes import wait_until
from tests.communities.calls import making as calls
from tests.communities.challenges.making import enter, fresh, make_challenge, make_contests, put_into
from tests.communities.content.test_races import at_once
from tests.communities.polls.making import OPTIONS, under
from tests.conftest import Cast, make_cast
from tests.factories import make_thread

pytestmark = pytest.mark.django_db(transaction=True)

QUESTION = "Which fibre, then?"
WAITING = (
    "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
)


def replied(cast: Cast) -> tuple[Thread, Thread, Poll]:
    """A thread whose reply has a poll, and another one."""
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.manager)
        post = reply_to(thread, by=cast.member, body="<p>Let us ask everybody.</p>")
        poll = under(thread, by=cast.member, post=post, question=QUESTION)
        return thread, make_thread(cast.forum, by=cast.ambassador, replies=1), poll


def someone_waits() -> bool:
    with connection.cursor() as cursor:
        # Else a transaction goes on seeing what it saw first.
        cursor.execute("select pg_stat_clear_snapshot()")
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])


def while_it_is_merged(
    monkeypatch: pytest.MonkeyPatch,
    cast: Cast,
    thread: Thread,
    other: Thread,
    act: Callable[[Membership], object],
) -> list[object]:
    """Somebody holds both threads to merge them; only then the other act begins, and once that waits the posts move."""
    held, given = threading.Event(), joining.hold_threads

    def hold(*threads: Thread) -> dict[int, Thread]:
        rows = given(*threads)
        held.set()
        assert wait_until(someone_waits, seconds=60)
        return rows

    monkeypatch.setattr(joining, "hold_threads", hold)

    def run(number: int) -> object:
        with community_scope(cast.community):
            if number:
                assert held.wait(timeout=60)
                return act(Membership.objects.get(pk=cast.member.pk))
            into = Thread.objects.select_related("space").get(pk=other.pk)
            return merge_threads(
                Thread.objects.select_related("space").get(pk=thread.pk),
                into,
                by=Membership.objects.get(pk=cast.moderator.pk),
            ).pk

    return at_once(2, run)


def reword(poll: Poll, by: Membership) -> object:
    held = Poll.objects.select_related("thread__space", "post").get(pk=poll.pk)
    return change_poll(held, Wishes("Which one?", OPTIONS), by=by).question


@pytest.mark.parametrize("how", ["poll", "edit", "delete"])
def test_a_change_waits_for_the_merge_and_finds_its_text(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    cast = make_cast()
    thread, other, poll = replied(cast)
    acts: dict[str, Callable[[Membership], object]] = {
        "poll": lambda by: reword(poll, by),
        "edit": lambda by: (
            edit_post(Post.objects.get(pk=poll.post_id), by=by, body="<p>Or not.</p>").body_html
        ),
        "delete": lambda by: delete_post(Post.objects.get(pk=poll.post_id), by=by),
    }
    answers = while_it_is_merged(monkeypatch, cast, thread, other, acts[how])
    assert isinstance(answers[0], int), answers
    assert answers[1] == {"poll": "Which one?", "edit": "<p>Or not.</p>", "delete": True}[how], answers
    with cast.scope():
        poll.refresh_from_db()
        assert poll.thread_id == other.pk
        assert Post.objects.get(pk=poll.post_id).thread_id == other.pk


def test_control_the_text_first_and_one_of_both_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    thread, other, poll = replied(cast)

    def turned_round(by: Membership) -> object:
        post = Post.objects.select_for_update(of=("self",)).get(pk=poll.post_id)
        return Thread.objects.select_for_update(of=("self",)).get(pk=post.thread_id).pk

    answers = while_it_is_merged(monkeypatch, cast, thread, other, turned_round)
    assert sum("deadlock" in str(answer) for answer in answers) == 1, answers


def while_the_job_tells(
    monkeypatch: pytest.MonkeyPatch,
    cast: Cast,
    telling: ModuleType,
    job: Callable[[], object],
    act: Callable[[Membership], object],
) -> list[object]:
    """A job holds what it looks after; then somebody changes that, and once they wait for it, the job tells people."""
    held, given = threading.Event(), telling.tell

    def tell(*said: Any) -> object:
        held.set()
        assert wait_until(someone_waits, seconds=60)
        return given(*said)

    monkeypatch.setattr(telling, "tell", tell)

    def run(number: int) -> object:
        with community_scope(cast.community), transaction.atomic():
            if not number:
                return job()
            assert held.wait(timeout=60)
            return act(Membership.objects.get(pk=cast.manager.pk))

    return at_once(2, run)


def voted_on(cast: Cast) -> Challenge:
    """One whose vote has begun, which nobody has been told of."""
    with cast.scope():
        challenge = make_challenge(cast, make_contests())
        enter(cast, challenge, cast.member)
        return put_into(challenge, "vote")


def cancel(challenge: Challenge, by: Membership) -> object:
    return challenges.cancel_challenge(fresh(challenge).thread, by=by, reason="The quay is closed.")


def retitle(challenge: Challenge, by: Membership) -> object:
    """Its address changes, too."""
    found = fresh(challenge)
    facts = challenges.Facts(**challenges.stored_facts(found))
    return challenges.change_challenge(found.thread, by=by, title="Bends that held", tags=None, facts=facts)


@pytest.mark.parametrize(("act", "answer"), [(cancel, None), (retitle, True)])
def test_a_challenge_changes_while_its_job_tells_people(
    monkeypatch: pytest.MonkeyPatch, act: Callable[[Challenge, Membership], object], answer: object
) -> None:
    cast = make_cast()
    challenge = voted_on(cast)
    answers = while_the_job_tells(
        monkeypatch,
        cast,
        telling_of_challenges,
        lambda: telling_of_challenges.look_after_one(challenge.pk, cast.community),
        lambda by: act(challenge, by),
    )
    assert answers == [1, answer]


def test_control_with_the_key_of_the_thread_one_of_both_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    challenge = voted_on(cast)
    monkeypatch.setattr(challenges, "opening_of", lambda thread: opening_of(thread, with_key=True))
    answers = while_the_job_tells(
        monkeypatch,
        cast,
        telling_of_challenges,
        lambda: telling_of_challenges.look_after_one(challenge.pk, cast.community),
        lambda by: cancel(challenge, by),
    )
    assert sum("deadlock" in str(answer) for answer in answers) == 1, answers


def test_a_call_changes_while_its_job_tells_people(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    with cast.scope():
        call = calls.make_call(cast, closes_at=timezone.now() + calls.DAY)
        calls.apply(call, by=cast.member, send=False)
    answers = while_the_job_tells(
        monkeypatch,
        cast,
        telling_of_calls,
        lambda: telling_of_calls.warn(call.pk, cast.community),
        lambda by: change_call(calls.again(call), calls.wishes(), by=by).pk,
    )
    assert answers == [1, call.pk]
    with cast.scope():
        assert Call.objects.get().warned_at is None, "of another end people are told anew"
