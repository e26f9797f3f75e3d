"""Many people at once: real connections, and a control that shows the fault which the design avoids."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections
from django.db.models import Max

from communities.content import services
from communities.content.exceptions import EditConflict
from communities.content.models import Post, ReadMarker, State, Thread
from communities.models import Membership
from communities.scoping import community_scope
from tests.conftest import Cast, make_cast
from tests.factories import make_membership, make_thread

WRITERS = 50

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """What `act(n)` answered or raised, for `count` connections released together."""
    outcome: list[Any] = [None] * count
    gate = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            gate.wait(timeout=60)
            outcome[number] = act(number)
        except Exception as problem:  # noqa: BLE001
            outcome[number] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def a_thread(cast: Cast) -> tuple[Thread, list[Membership]]:
    with cast.scope():
        people = [make_membership() for _number in range(WRITERS)]
        return make_thread(cast.forum, by=cast.member), people


def places(cast: Cast, thread: Thread) -> list[int]:
    with cast.scope():
        return list(
            Post.objects.filter(thread=thread).order_by("position").values_list("position", flat=True)
        )


def test_fifty_writers_leave_no_gap_and_no_double() -> None:
    cast = make_cast()
    thread, people = a_thread(cast)

    def reply(number: int) -> int | None:
        with community_scope(cast.community):
            here = Thread.objects.select_related("space").get(pk=thread.pk)
            return services.reply_to(here, by=people[number], body=f"<p>Reply {number}</p>").position

    answers = at_once(WRITERS, reply)
    assert sorted(answers) == list(range(2, WRITERS + 2))
    assert places(cast, thread) == list(range(1, WRITERS + 2))
    with cast.scope():
        thread.refresh_from_db()
    assert (thread.last_position, thread.reply_count) == (WRITERS + 1, WRITERS)


def test_control_the_next_number_read_first_collides() -> None:
    """Without the row lock of the one statement, writers read the same last place and refuse each other."""
    cast = make_cast()
    thread, people = a_thread(cast)
    read = threading.Barrier(8)

    def reply(number: int) -> int:
        with community_scope(cast.community):
            last = Post.objects.filter(thread=thread).aggregate(last=Max("position"))["last"]
            read.wait(timeout=60)
            Post.objects.create(
                thread=thread,
                author=people[number],
                position=last + 1,
                state=State.PUBLISHED,
                language="en",
                body_html="<p>naive</p>",
                published_at=thread.published_at,
            )
            return int(last) + 1

    answers = at_once(8, reply)
    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 7


def test_of_two_editors_one_is_told() -> None:
    cast = make_cast()
    with cast.scope():
        post = make_thread(cast.forum, by=cast.member).posts.get(position=1)

    def edit(number: int) -> int:
        with community_scope(cast.community):
            return services.edit_post(
                post, by=cast.member, body=f"<p>Text {number}</p>", revision=0
            ).revision_count

    answers = at_once(2, edit)
    assert sum(isinstance(answer, EditConflict) for answer in answers) == 1
    assert 1 in answers


def test_two_presses_at_once_are_one_post() -> None:
    cast = make_cast()
    thread, _people = a_thread(cast)
    submission = uuid.uuid4()

    def reply(_number: int) -> int:
        with community_scope(cast.community):
            here = Thread.objects.select_related("space").get(pk=thread.pk)
            return services.reply_to(here, by=cast.owner, body="<p>Once</p>", submission=submission).pk

    answers = at_once(6, reply)
    assert len(set(answers)) == 1, answers
    assert places(cast, thread) == [1, 2]


def test_equal_titles_at_once_get_addresses_of_their_own() -> None:
    cast = make_cast()

    def start(_number: int) -> str:
        with community_scope(cast.community):
            return services.start_thread(
                cast.forum,
                by=cast.manager,
                community=cast.community,
                kind="topic",
                title="Same",
                body="<p>x</p>",
            ).slug

    answers = at_once(3, start)
    assert len({str(answer) for answer in answers}) == 3
    assert all(isinstance(answer, str) for answer in answers), answers


def test_reactions_at_once_are_counted_exactly() -> None:
    cast = make_cast()
    thread, people = a_thread(cast)
    with cast.scope():
        post = thread.posts.get(position=1)

    def react(number: int) -> bool:
        with community_scope(cast.community):
            return services.react_to_post(post, by=people[number % 10], kind="useful")

    answers = at_once(20, react)
    assert answers.count(True) == 10
    with cast.scope():
        assert Post.objects.get(pk=post.pk).reactions == {"useful": 10}
    assert connection.vendor == "postgresql"


def test_reading_and_replying_at_once_do_not_wait_for_each_other() -> None:
    """Both lock the person’s row before the mark: what a reader’s bell says goes first."""
    cast = make_cast()
    thread, [one, *_others] = a_thread(cast)
    with cast.scope():
        services.reply_to(thread, by=one, body="<p>First.</p>")
        Membership.objects.filter(pk=one.pk).update(unread_count=1)

    def act(number: int) -> int | None:
        with community_scope(cast.community):
            by = Membership.objects.get(pk=one.pk)
            there = Thread.objects.select_related("space").get(pk=thread.pk)
            if number % 2:
                services.mark_read(there, by=by, position=2)
                return None
            return services.reply_to(there, by=by, body=f"<p>{number}</p>").position

    answers = at_once(12, act)
    assert sorted(place for place in answers if place is not None) == list(range(3, 9)), answers
    with cast.scope():
        assert ReadMarker.objects.get(membership=one, thread=thread).position == 8
