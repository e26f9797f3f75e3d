"""Two at once: real connections, and the control that shows the fault when the lock is off. And other processes."""

from __future__ import annotations

import multiprocessing
import threading
import time
from multiprocessing.connection import Connection

import pytest
from django.db import connections

from communities import memory
from communities.launch.exceptions import InvitationRefused, QuotaReached
from communities.launch.features import open_features
from communities.launch.models import Invitation, StageOpening, WaitingPlace
from communities.launch.services import (
    accept_invitation,
    invite_people,
    inviting,
    join_waiting_list,
    open_stage,
    roll_back_stage,
)
from communities.memory import forget_all
from communities.models import Membership
from communities.queries import communities_by_slug
from communities.scoping import community_scope
from tests.communities.content.test_races import at_once
from tests.communities.launch.conftest import make_plan
from tests.conftest import Cast, make_cast
from tests.factories import make_membership

pytestmark = pytest.mark.django_db(transaction=True)
QUOTA = 5


def invite_at_once(cast: Cast, number_of: int) -> list[object]:
    def send(number: int) -> int:
        with community_scope(cast.community):
            me = Membership.objects.get(pk=cast.member.pk)
            return len(invite_people([f"friend-{number}@example.org"], by=me))

    return at_once(number_of, send)


def test_a_quota_holds_when_all_is_sent_at_once() -> None:
    cast = make_cast()
    answers = invite_at_once(cast, QUOTA + 3)
    with cast.scope():
        assert Invitation.objects.count() == QUOTA
    assert sum(isinstance(answer, QuotaReached) for answer in answers) == 3, answers


def test_control_without_the_lock_a_quota_is_overdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, counted = make_cast(), threading.Barrier(QUOTA + 3)
    left = inviting.invitations_left

    def count_together(membership: Membership) -> int:
        number = left(membership)
        counted.wait(timeout=60)
        return number

    monkeypatch.setattr(inviting, "_lock", lambda _by: None)
    monkeypatch.setattr(inviting, "invitations_left", count_together)
    invite_at_once(cast, QUOTA + 3)
    with cast.scope():
        assert Invitation.objects.count() == QUOTA + 3


def test_an_invitation_lets_one_person_in_when_two_use_it_at_once() -> None:
    cast = make_cast()
    with cast.scope():
        (invitation,) = invite_people(["friend@example.org"], by=cast.member)
        guests = [make_membership(), make_membership()]

    def use(number: int) -> None:
        with community_scope(cast.community):
            accept_invitation(invitation, membership=guests[number])

    answers = at_once(2, use)
    assert sum(isinstance(answer, InvitationRefused) for answer in answers) == 1, answers


def test_one_stage_opened_by_two_is_one_opening() -> None:
    cast = make_cast()
    (stage,) = make_plan(cast, ("team", ["forums"]))

    def open_it(_number: int) -> bool:
        with community_scope(cast.community):
            return open_stage(stage, by=None)

    assert sorted(at_once(2, open_it)) == [False, True]
    with cast.scope():
        assert StageOpening.objects.count() == 1


def test_places_on_the_list_are_given_one_at_a_time() -> None:
    cast = make_cast()

    def ask(number: int) -> int:
        with community_scope(cast.community):
            return join_waiting_list(cast.community, email=f"w{number % 4}@example.org").number

    answers = at_once(8, ask)
    with cast.scope():
        assert sorted(WaitingPlace.objects.values_list("number", flat=True)) == [1, 2, 3, 4], answers


def watch(slug: str, pipe: Connection) -> None:
    """Another process: says what visitors find open, each time it is asked, out of its own memory."""
    forget_all()
    while pipe.recv():
        community = communities_by_slug.get(slug)
        pipe.send(community is not None and "forums" in open_features(community, None))
    connections.close_all()


def test_every_process_is_right_within_a_second() -> None:
    cast = make_cast()
    # A child that inherits an open connection would speak into its parent's.
    connections.close_all()
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=watch, args=(cast.community.slug, theirs), daemon=True)
    process.start()

    def ask() -> bool:
        ours.send(True)
        assert ours.poll(60)
        return bool(ours.recv())

    try:
        assert ask()
        (stage,) = make_plan(cast, ("team", ["forums"]), opened=1)
        # Whatever it remembered before the change is forgotten when its lifetime is over.
        time.sleep(memory.LIFETIME)
        assert not ask()
        with cast.scope():
            roll_back_stage(stage, by=cast.manager)
        # The plan has not begun any more: everything is as it was.
        time.sleep(memory.LIFETIME)
        assert ask()
    finally:
        ours.send(False)
        process.join(60)
