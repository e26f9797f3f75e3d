"""Two who move one card: real connections; and the control without the lock."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest

from communities.animation.calendar.exceptions import MovedMeanwhile
from communities.animation.calendar.models import Entry, EntryQuerySet
from communities.animation.calendar.services import Plan, begin_draft, move_entry, plan_text
from communities.calendar import DAY, today
from communities.content.models import Thread
from communities.models import Membership
from communities.scoping import community_scope
from tests.communities.content.test_races import at_once
from tests.conftest import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def move_at_once(cast: Cast, day: datetime.date) -> list[Any]:
    with cast.scope():
        entry = plan_text(
            Plan("Cold hands", "topic", cast.forum, day=day + DAY), by=cast.owner, community=cast.community
        )
    people = [cast.owner, cast.manager]

    def move(number: int) -> str:
        with community_scope(cast.community):
            by = Membership.objects.get(pk=people[number].pk)
            move_entry(entry, day + (number + 2) * DAY, None, by=by, community=cast.community, version=1)
            return "moved"

    return at_once(2, move)


def test_of_two_who_move_one_card_the_second_is_told() -> None:
    cast = make_cast()
    day = today(cast.community)
    answers = move_at_once(cast, day)
    assert answers.count("moved") == 1, answers
    assert sum(isinstance(answer, MovedMeanwhile) for answer in answers) == 1, answers
    with cast.scope():
        entry = Entry.objects.get()
        assert (entry.version, entry.day) == (2, day + (answers.index("moved") + 2) * DAY)


def test_control_without_the_lock_one_move_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, unlocked, first = make_cast(), EntryQuerySet.all, EntryQuerySet.first
    read = threading.Barrier(2)

    def first_together(self: Any) -> Any:
        row = first(self)
        read.wait(timeout=60)
        return row

    monkeypatch.setattr(EntryQuerySet, "select_for_update", lambda self, **_how: unlocked(self))
    monkeypatch.setattr(EntryQuerySet, "first", first_together)
    assert move_at_once(cast, today(cast.community)) == ["moved", "moved"]


def test_two_who_begin_one_text_make_one_draft() -> None:
    cast = make_cast()
    with cast.scope():
        entry = plan_text(Plan("Cold hands", "topic", cast.forum), by=cast.owner, community=cast.community)
    people = [cast.owner, cast.manager]

    def write(number: int) -> int:
        with community_scope(cast.community):
            by = Membership.objects.get(pk=people[number].pk)
            return begin_draft(entry, by=by, community=cast.community).pk

    one, other = at_once(2, write)
    assert one == other
    with cast.scope():
        assert Thread.objects.count() == 1
