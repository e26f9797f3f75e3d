"""Whatever is due and whatever was done about it: Today shows no more than fits, and everything stands somewhere."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communities.animation.models import Handling
from communities.animation.today import services
from communities.animation.today.listing import GIVEN_FOR, MOST, list_today
from communities.animation.today.matters import Matter, Scope, Source, register_source, sources
from communities.exceptions import DomainError
from communities.models import Membership
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
# What a room has to say: of each matter its minutes, and in how many hours it is due.
ROOM = st.lists(st.tuples(st.integers(1, 45), st.none() | st.integers(-30, 60)), max_size=MOST + 4)
# What is done: by whom (of two), about the how manieth matter of which room, and how.
ACTS = st.lists(
    st.tuples(
        st.booleans(), st.integers(0, 1), st.integers(1, MOST + 4), st.sampled_from("tick put give".split())
    ),
    max_size=12,
)


class Room(Source):
    """Has as many matters as it is told, numbered from 1, those that are due first in front."""

    label = "A room"

    def __init__(self, number: int) -> None:
        self.name, self.order = f"room{number}", number
        self.matters: list[Matter] = []

    def may(self, viewer: Membership) -> bool:
        return viewer.can_manage

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        return [one for one in self.matters if scope.takes(int(one.key))][:limit]


@pytest.fixture
def rooms() -> Iterator[list[Room]]:
    """Alone in the house."""
    others = list(sources)
    for one in others:
        sources.unregister(one.name)
    made = [Room(0), Room(1)]
    for room in made:
        register_source(room)
    yield made
    for room in made:
        sources.unregister(room.name)
    for one in others:
        register_source(one)


def filled(said: list[tuple[int, int | None]], now: datetime.datetime) -> list[Matter]:
    ordered = sorted(said, key=lambda one: (one[1] is None, one[1] or 0))
    hours = datetime.timedelta(hours=1)
    return [
        Matter(str(n), f"Matter {n}", minutes, now - n * DAY, due=None if due is None else now + due * hours)
        for n, (minutes, due) in enumerate(ordered, 1)
    ]


@settings(
    max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@given(st.tuples(ROOM, ROOM), ACTS, st.integers(5, 120), st.integers(0, 9))
def test_never_more_than_fits_and_nothing_due_is_missed(
    here: Cast,
    rooms: list[Room],
    said: tuple[list[tuple[int, int | None]], ...],
    acts: list[tuple[bool, int, int, str]],
    minutes: int,
    days: int,
) -> None:
    now = timezone.now()
    for room, matters in zip(rooms, said, strict=True):
        room.matters = filled(matters, now)
    with here.scope():
        Handling.objects.all().delete()
        away = act_all(here, rooms, acts, now)
        later = now + days * DAY
        found = list_today(here.community, here.manager, minutes=minutes, now=later)
    assert found.day.minutes <= found.left <= minutes
    shown = [(one.source.name, int(one.matter.key)) for one in (*found.day.now, *found.day.later)]
    assert len(shown) == len(set(shown)), "each once"
    fuller = {one.name for one in found.gathered.fuller}
    for room in rooms:
        here_now = {int(one.key) for one in room.matters if away.get((room.name, int(one.key)), now) <= later}
        listed = {key for name, key in shown if name == room.name}
        assert listed <= here_now, "what rests, or is with somebody, is not shown"
        assert len(listed) == min(len(here_now), MOST)
        assert (room.name in fuller) == (len(here_now) > MOST), "what is behind the limit is named"
        assert listed == set(sorted(here_now)[:MOST]), "the most pressing are in front of it"


def act_all(
    here: Cast, rooms: list[Room], acts: list[tuple[bool, int, int, str]], now: datetime.datetime
) -> dict[tuple[str, int], datetime.datetime]:
    """Until when each matter is off the manager’s list."""
    away: dict[tuple[str, int], datetime.datetime] = {}
    for by_owner, number, key, act in acts:
        room, by = rooms[number], here.owner if by_owner else here.manager
        about = {"by": by, "community": here.community, "seen": 99}
        try:
            if act == "tick":
                until = services.tick_off(room, str(key), **about).until
            elif act == "put":
                until = services.postpone(room, str(key), until=now + 3 * DAY, **about).until
            else:
                to = here.manager if by_owner else here.owner
                row = services.give(room, str(key), to=to, **about)
                until = now if by_owner else row.at + GIVEN_FOR
        except DomainError:
            continue
        assert until is not None
        away[room.name, key] = until
    return away
