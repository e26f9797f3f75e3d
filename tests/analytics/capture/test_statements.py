"""What capture costs in statements: as many for a thousand rows, entries and communities as for one."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.capture import stream, together
from analytics.capture.models import DirtyHour, Event, FilteredDay, Kind, Reason
from analytics.capture.recording import Hit, Refusal
from analytics.capture.rollups import roll_up
from analytics.capture.storing import drain_batch, drain_stream, store_all, store_hits
from tests.conftest import Cast, make_cast

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)


def hit_of(cast: Cast, number: int, *, minute: float = 0, visitor: int = 0, **more: Any) -> Hit:
    at = (NOON + datetime.timedelta(minutes=minute)).timestamp()
    fields = {"path": "/", "referrer": "", "query": ""} | more
    return Hit(cast.community.pk, at, f"{number:032x}", Kind.PAGE_VIEW, visitor or number + 1, 0, **fields)


def put(items: list[Any]) -> None:
    """Into the stream, one in each entry."""
    for item in items:
        stream.connect().xadd(stream.key_of("hits"), {"v": json.dumps([item])})


def statements_of(act: Callable[[], Any]) -> list[str]:
    """All of them, savepoints too."""
    with CaptureQueriesContext(
        connection,
    ) as counted:
        act()
    return [query["sql"] for query in counted.captured_queries]


def test_a_drain_costs_no_statement_by_entry_or_community(
    capture: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    casts = [make_cast() for _place in range(6)]
    server, calls = type(stream.connect()), []
    ask = server.execute_command

    def counting(self: Any, *arguments: Any, **options: Any) -> Any:
        calls.append(arguments[0])
        return ask(self, *arguments, **options)

    monkeypatch.setattr(server, "execute_command", counting)
    costs = []
    for here, each in ((casts[:1], 1), (casts, 20)):
        here_too = [
            list(hit_of(cast, len(costs) * 1000 + number, minute=number, referrer="http://testserver/"))
            for cast in here
            for number in range(each)
        ]
        put([*here_too, *([cast.community.pk, "2026-03-02", "bot", 3] for cast in here)])
        calls.clear()
        costs.append((statements_of(drain_batch), list(calls)))
        assert drain_batch() == 0
    (few, few_calls), (many, many_calls) = costs
    assert len(many) == len(few), "\n".join(many)
    assert len(many_calls) <= len(few_calls) + 1, f"small entries are read in two parts: {many_calls}"
    for cast in casts:
        with cast.scope():
            assert Event.objects.filter(pk__isnull=False).count() == 20 + (cast is casts[0])
            assert FilteredDay.objects.get().views == 3 * (1 + (cast is casts[0]))


def test_a_roll_up_costs_no_statement_by_event_visit_or_hour(here: Cast) -> None:
    costs = []
    with here.scope():
        for events in (1, 60):
            first = len(costs) * 1000
            hits = [hit_of(here, first + n, minute=n * 7, visitor=n % 9 + 1) for n in range(events)]
            store_hits(here.community, hits)
            costs.append(statements_of(lambda: roll_up(here.community)))
            assert not DirtyHour.objects.exists()
    assert len(costs[1]) == len(costs[0]) <= 9, "\n".join(costs[1])


def test_what_is_stored_together_stays_behind_the_walls(here: Cast, elsewhere: Cast) -> None:
    """The statements for many communities open the scope of each, and leave the one that they were called in."""
    store_all(
        [
            hit_of(here, 1, visitor=5, consented=True, membership_id=elsewhere.member.pk),
            hit_of(here, 2, visitor=6, consented=True, membership_id=here.member.pk),
            hit_of(elsewhere, 3, visitor=5),
        ]
    )
    asked = {"visitors": [5, 6], "since": "2026-03-01T00:00:00Z", "until": "2026-03-03T00:00:00Z"}
    with elsewhere.scope():
        found = together._ask([asked | {"community": here.community.pk}])
        assert {pk: set(known) for pk, known in found.items()} == {here.community.pk: {5, 6}}
        assert Event.objects.get().visitor == 5, "still in the scope that was open"
    with here.scope():
        members = dict(Event.objects.values_list("visitor", "membership"))
        assert members == {5: None, 6: here.member.pk}, "nobody of another community is named"
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from capture_event")
        assert cursor.fetchone() == (0,), "and out of all scopes nothing is seen"


def test_what_cannot_be_stored_of_one_community_costs_no_other_a_hit(db: None) -> None:
    casts = [make_cast() for _place in range(5)]
    bad = hit_of(casts[3], 99, path="/\ud800")
    refused = Refusal(casts[3].community.pk, NOON.date(), Reason.BOT, 2)
    store_all([*(hit_of(cast, number) for cast in casts for number in range(3)), bad, refused])
    for place, cast in enumerate(casts):
        with cast.scope():
            assert Event.objects.count() == 3
            assert sum(len(entry.uids) for entry in DirtyHour.objects.all()) == 3, (
                "each is to be counted once"
            )
            told = dict(FilteredDay.objects.values_list("reason", "views"))
            assert told == ({"bot": 2, "lost": 1} if place == 3 else {})


def test_hits_of_many_communities_are_drained_once(capture: Callable[[], int]) -> None:
    casts = [make_cast() for _place in range(3)]
    put([list(hit_of(cast, number)) for number in range(4) for cast in casts])
    put([list(hit_of(cast, 0)) for cast in casts])
    assert drain_stream() == 15
    for cast in casts:
        with cast.scope():
            assert Event.objects.count() == 4
            assert sorted(len(entry.uids) for entry in DirtyHour.objects.all()) == [4]
