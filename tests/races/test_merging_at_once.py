"""Two memberships of one person become one while somebody writes: real connections, in every order."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import pytest
from django.db import OperationalError, connection, transaction

from communities.content.models import Post, Thread
from communities.content.queries import recount_community
from communities.content.services import delete_post, reply_to, writing
from communities.exceptions import NotAllowed
from communities.models import Membership
from communities.notifications.services import tell_of_post
from communities.people import merging
from communities.people.merging import merge_memberships
from communities.people.services import leave_community
from communities.scoping import community_scope
from tests.communities.content.test_races import at_once
from tests.conftest import Cast, make_cast
from tests.factories import make_membership, make_reply, make_thread

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = ("gone", "kept", "third")


@dataclass
class Scene:
    """A thread by the membership that goes, in which all three have written."""

    cast: Cast
    people: dict[str, Membership]
    thread: Thread

    def merge(self) -> str:
        with community_scope(self.cast.community):
            return merge_memberships(self.people["kept"], self.people["gone"], by=self.cast.owner).handle

    def reply(self, who: str) -> str:
        with community_scope(self.cast.community):
            thread = Thread.objects.select_related("space").get(pk=self.thread.pk)
            by = Membership.objects.get(pk=self.people[who].pk)
            return reply_to(thread, by=by, body="<p>At the same time.</p>").body_html

    def holds(self) -> None:
        """Nothing is under the membership that is gone, and every count is what is there."""
        with self.cast.scope():
            assert not Post.objects.filter(author=self.people["gone"]).exists()
            assert not Thread.objects.filter(last_author=self.people["gone"]).exists()
            assert recount_community(self.cast.community.pk) == {}


def make_scene() -> Scene:
    cast = make_cast()
    with cast.scope():
        people = {name: make_membership() for name in WRITERS}
        thread = make_thread(cast.forum, by=people["gone"], kind="question")
        for name in WRITERS:
            make_reply(thread, by=people[name])
        recount_community(cast.community.pk)
    return Scene(cast, people, thread)


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select 1 from pg_locks where not granted limit 1")
        return cursor.fetchone() is not None


def until_somebody_waits() -> None:
    """At most so long: where nobody has to wait, the two have passed each other."""
    end = time.monotonic() + 0.4
    while time.monotonic() < end and not somebody_waits():
        time.sleep(0.01)


@pytest.mark.parametrize("who", WRITERS)
def test_a_reply_that_begins_while_two_become_one(who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The merging has both memberships; the reply takes its place in the thread, and waits for its author’s count."""
    scene, begun = make_scene(), threading.Event()
    records = merging.records_of_memberships

    def first_let_others_write() -> object:
        if not begun.is_set():
            begun.set()
            until_somebody_waits()
        return records()

    monkeypatch.setattr(merging, "records_of_memberships", first_let_others_write)

    def act(number: int) -> str:
        if number == 0:
            return scene.merge()
        assert begun.wait(timeout=60)
        return scene.reply(who)

    merged, replied = at_once(2, act)
    assert merged == scene.people["kept"].handle, merged
    assert isinstance(replied, str) or (who == "gone" and isinstance(replied, NotAllowed)), replied
    scene.holds()


@pytest.mark.parametrize("who", WRITERS)
def test_two_become_one_while_a_reply_is_stored(who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reply has its place in the thread, and is not committed; then the merging begins."""
    scene, placed = make_scene(), threading.Event()
    attach = writing.attach

    def first_let_others_merge(*given: object, **named: object) -> None:
        placed.set()
        until_somebody_waits()
        attach(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(writing, "attach", first_let_others_merge)

    def act(number: int) -> str:
        if number == 0:
            return scene.reply(who)
        assert placed.wait(timeout=60)
        return scene.merge()

    replied, merged = at_once(2, act)
    assert isinstance(replied, str), replied
    assert merged == scene.people["kept"].handle, merged
    scene.holds()


def test_everybody_writes_deletes_and_hears_while_two_become_one() -> None:
    scene = make_scene()
    with scene.cast.scope():
        own = Post.objects.filter(author=scene.people["third"]).get()
        told = Post.objects.filter(author=scene.people["kept"]).get()

    def act(number: int) -> object:
        if number < 3:
            return scene.reply(WRITERS[number])
        if number == 3:
            return scene.merge()
        with community_scope(scene.cast.community):
            if number == 4:
                return delete_post(own, by=scene.people["third"])
            return tell_of_post(told)

    answers = at_once(6, act)
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(answer, NotAllowed) for answer in refused), answers
    assert answers[3] == scene.people["kept"].handle, answers
    scene.holds()


def test_who_leaves_while_two_become_one_is_gone_once() -> None:
    scene = make_scene()

    def act(number: int) -> object:
        if number == 0:
            return scene.merge()
        with community_scope(scene.cast.community):
            me = Membership.objects.get(pk=scene.people["gone"].pk)
            return leave_community(me, by=me)

    merged, _left = at_once(2, act)
    assert merged == scene.people["kept"].handle, (merged, _left)
    assert not isinstance(_left, OperationalError), _left
    with scene.cast.scope():
        assert recount_community(scene.cast.community.pk) == {}


def test_control_memberships_first_and_texts_after_wait_for_each_other() -> None:
    """As a merging that waits: it has the memberships and wants the thread that the reply has."""
    scene, both = make_scene(), threading.Barrier(2)

    def act(number: int) -> object:
        with community_scope(scene.cast.community), transaction.atomic():
            people = Membership.objects.filter(pk=scene.people["gone"].pk)
            threads = Thread.objects.filter(pk=scene.thread.pk)
            for rows in (people, threads) if number == 0 else (threads, people):
                list(rows.select_for_update(of=("self",)).values_list("pk"))
                if rows is (people if number == 0 else threads):
                    both.wait(timeout=60)
        return True

    answers = at_once(2, act)
    assert sum(isinstance(answer, OperationalError) for answer in answers) == 1, answers


def test_a_reply_of_somebody_who_left_meanwhile_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """They were a member when they pressed the button: what they have left behind stays as it was asked for."""
    scene, begun, left = make_scene(), threading.Event(), threading.Event()
    compose = writing.compose

    def first_let_them_leave(*given: object, **named: object) -> object:
        begun.set()
        assert left.wait(timeout=60)
        return compose(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(writing, "compose", first_let_them_leave)

    def act(number: int) -> object:
        if number == 0:
            return scene.reply("gone")
        assert begun.wait(timeout=60)
        with community_scope(scene.cast.community):
            me = Membership.objects.get(pk=scene.people["gone"].pk)
            leave_community(me, by=me)
        left.set()
        return True

    replied, _left = at_once(2, act)
    assert isinstance(replied, NotAllowed), replied
    with scene.cast.scope():
        assert not Post.objects.filter(thread=scene.thread, position__gt=4).exists()
