"""Two workers at once: real connections; and the control without the lock."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.utils import timezone

from communities.animation.automations import limits
from communities.animation.automations.models import AutomationQuerySet, Firing
from communities.animation.automations.running import carry_out
from communities.models import Membership
from communities.notifications.models import Notification
from communities.scoping import community_scope
from communities.signals import member_joined
from tests.communities.animation.automations.making import make
from tests.communities.content.test_races import at_once
from tests.conftest import Cast, make_cast
from tests.factories import make_membership

pytestmark = pytest.mark.django_db(transaction=True)


def queue(cast: Cast, people: int, **wishes: Any) -> list[int]:
    make(cast, "joined", "note", **wishes)
    with cast.scope():
        for _n in range(people):
            person = make_membership(joined_at=timezone.now())
            member_joined.send(sender=Membership, membership=person)
        return list(Firing.objects.values_list("pk", flat=True).order_by("pk"))


def carry_out_at_once(cast: Cast, numbers: list[int]) -> list[Any]:
    def work(number: int) -> int:
        with community_scope(cast.community):
            return carry_out(numbers[number], cast.community)

    return at_once(len(numbers), work)


def test_two_workers_do_one_thing_once() -> None:
    cast = make_cast()
    [number] = queue(cast, 1)
    assert sorted(carry_out_at_once(cast, [number, number])) == [0, 1]
    with cast.scope():
        assert Notification.objects.filter(kind="automatic_note").count() == 1


def test_two_workers_keep_the_limit_of_one() -> None:
    cast = make_cast()
    assert carry_out_at_once(cast, queue(cast, 2, daily=1)) == [1, 1]
    with cast.scope():
        assert sorted(Firing.objects.values_list("state", "reason")) == [("done", ""), ("skipped", "daily")]


def test_control_without_the_lock_the_limit_is_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    numbers = queue(cast, 2, daily=1)
    counted, unlocked = limits.Stored.times_since, AutomationQuerySet.all
    both = threading.Barrier(2)

    def counted_together(self: Any, at: Any) -> int:
        n = counted(self, at)
        both.wait(timeout=60)
        return n

    monkeypatch.setattr(AutomationQuerySet, "select_for_update", lambda self, **_how: unlocked(self))
    monkeypatch.setattr(limits.Stored, "times_since", counted_together)
    carry_out_at_once(cast, numbers)
    with cast.scope():
        assert Firing.objects.done().count() == 2


def test_somebody_joins_while_a_worker_holds_the_automation() -> None:
    """Whoever does something never waits for what happens by itself."""
    cast = make_cast()
    [number] = queue(cast, 1)
    held, joined = threading.Event(), threading.Event()

    def work(which: int) -> str:
        with community_scope(cast.community):
            if which == 0:
                carry_out(number, cast.community)
                held.set()
                assert joined.wait(timeout=60)
                return "done"
            assert held.wait(timeout=60)
            person = make_membership(joined_at=timezone.now())
            member_joined.send(sender=Membership, membership=person)
            joined.set()
            return "joined"

    assert at_once(2, work) == ["done", "joined"]
    with cast.scope():
        assert Firing.objects.count() == 2
