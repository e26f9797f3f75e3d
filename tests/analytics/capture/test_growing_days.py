"""Days that grow by new events are the days that a count from scratch would give, in whatever order things come."""

from __future__ import annotations

import datetime
import random
import uuid
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.capture import rollups, tasks, together
from analytics.capture.counting import ADD
from analytics.capture.models import AudienceDay, AudienceHour, DirtyHour, Event, Kind
from analytics.capture.recording import Hit
from analytics.capture.rollups import count_day, count_hour, repair_differences, roll_up
from analytics.capture.storing import mark_dirty, store_hits
from communities.scoping import community_scope
from tests.conftest import Cast, make_cast

pytestmark = pytest.mark.django_db
START = datetime.datetime(
    2026, 3, 28, 20, tzinfo=datetime.UTC
)  # in Paris the night in which an hour is missing
DAYS = [START.date() + datetime.timedelta(days=number) for number in range(-1, 4)]


def hit_of(community_id: int, number: int, minute: float, visitor: int, kind: Kind, **more: Any) -> Hit:
    at = (START + datetime.timedelta(minutes=minute)).timestamp()
    fields = {"path": "/", "referrer": "", "query": ""} | more
    return Hit(community_id, at, f"{number:032x}", kind, visitor, 0, **fields)


def figures(cast: Cast) -> tuple[list[Any], list[Any]]:
    """Every figure of every day and hour; in the community’s scope."""
    days = AudienceDay.objects.order_by("day", "dimension", "key").values_list(
        "day", "dimension", "key", "page_views", "visits", "visitors", "bounces", "seconds"
    )
    hours = AudienceHour.objects.order_by("hour", "kind", "channel")
    return list(days), list(hours.values_list("hour", "kind", "channel", "events", "visits"))


def from_scratch(cast: Cast) -> None:
    AudienceDay.objects.all().delete()
    AudienceHour.objects.all().delete()
    for day in DAYS:
        count_day(cast.community, day)
    hours = {
        at.replace(minute=0, second=0, microsecond=0)
        for at in Event.objects.values_list("occurred_at", flat=True)
    }
    for hour in hours:
        count_hour(cast.community, hour)


# Minutes close together make visits; two in one second, forms in haste; and a page that names itself makes a robot.
STEPS = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 90), st.integers(0, 3000), st.sampled_from([0.01, 0.02, 30, 30.01])),
        st.integers(1, 3),
        st.sampled_from([Kind.PAGE_VIEW, Kind.PAGE_VIEW, Kind.ACT, Kind.LEAD]),
        st.sampled_from(["/", "/blogs/a/b/"]),
        st.sampled_from(["", "", "https://www.google.com/", "http://testserver/"]),
        st.sampled_from(["store", "store", "roll", "again", "whole"]),
    ),
    max_size=30,
)


@given(steps=STEPS, seed=st.integers(0, 5))
@settings(max_examples=12, deadline=None)
def test_what_was_added_is_what_a_count_from_scratch_gives(steps: list[Any], seed: int) -> None:
    cast, dice = make_cast(), random.Random(seed)
    cast.community.time_zone = ("Europe/Paris", "Asia/Kolkata")[seed % 2]
    with cast.scope():
        waiting: list[Hit] = []
        for number, (minute, visitor, kind, path, referrer, act) in enumerate(steps):
            waiting.append(
                hit_of(cast.community.pk, number, minute, visitor, kind, path=path, referrer=referrer)
            )
            if act == "store":
                dice.shuffle(waiting)
                store_hits(cast.community, waiting)
                waiting = waiting[:1]  # one comes again
            elif act == "roll":
                roll_up(cast.community, most=dice.randrange(1, 4))
            elif act == "whole":
                mark_dirty([START + datetime.timedelta(minutes=minute)])
        store_hits(cast.community, waiting)
        while roll_up(cast.community, most=2):
            pass
        grown = figures(cast)
        assert repair_differences(cast.community, DAYS) == []
        from_scratch(cast)
        assert grown == figures(cast)
        assert sum(row[3] for row in grown[1]) == Event.objects.count()


def test_a_day_of_which_only_sums_are_left_grows_like_any_other(here: Cast) -> None:
    """339 visits of a month whose events were dropped became 1 with the next line of its log."""
    old = datetime.datetime(2022, 5, 5, 9, tzinfo=datetime.UTC)
    with here.scope():
        AudienceDay.objects.create(
            day=old.date(), dimension="all", key="", page_views=801, visits=339, visitors=300
        )
        shift = (old - START).total_seconds() / 60
        store_hits(here.community, [hit_of(here.community.pk, 1, shift, 1, Kind.PAGE_VIEW)])
        roll_up(here.community)
        row = AudienceDay.objects.get(day=old.date(), dimension="all")
        assert (row.page_views, row.visits, row.visitors) == (802, 340, 301)
        mark_dirty([old])
        assert roll_up(here.community) == 1
        row.refresh_from_db()
        assert row.visits == 340, "what has no events any more is never counted from scratch"


def test_an_hour_that_is_met_as_a_whole_goes_in_slices_and_on_from_where_a_killed_worker_was(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "LOGGED", 5)
    monkeypatch.setattr(rollups, "SLICE", 20)
    monkeypatch.setattr(rollups, "PILED_UP", 200)
    counted: list[int] = []
    add = rollups.add

    def dies_once(community: Any, taken: Any) -> None:
        add(community, taken)
        counted.append(sum(number for _hour, _uids, number, _more in taken))
        if len(counted) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(rollups, "add", dies_once)
    hits = [
        hit_of(here.community.pk, number, number / 2, number % 7 + 1, Kind.PAGE_VIEW) for number in range(100)
    ]
    with here.scope():
        store_hits(here.community, hits)
        assert DirtyHour.objects.count() == 20
    with pytest.raises(KeyboardInterrupt):
        rollups.roll_up_all()
    with here.scope():
        assert DirtyHour.objects.count() == 12, "what was under way is in the log as before"
    assert rollups.roll_up_all() == 12
    assert counted == [20, 20, 20, 20, 20, 20]
    with here.scope():
        assert not DirtyHour.objects.exists()
        grown = figures(here)
        from_scratch(here)
        assert figures(here) == grown


def test_what_piled_up_goes_by_whole_passes(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pass looks through all that waits: slices would do so a hundred times after a day without a worker."""
    monkeypatch.setattr(together, "LOGGED", 5)
    monkeypatch.setattr(rollups, "SLICE", 20)
    monkeypatch.setattr(rollups, "PILED_UP", 90)
    with here.scope():
        store_hits(here.community, [hit_of(here.community.pk, n, n, 1, Kind.PAGE_VIEW) for n in range(100)])
        entries = DirtyHour.objects.count()
        assert roll_up(here.community) == entries
        assert AudienceHour.objects.values_list("events", flat=True)[0] > 0


def test_a_new_event_costs_its_visit_and_not_its_day(here: Cast) -> None:
    """By buffers, which no other work on the machine moves: the same for a day ten times as long."""
    touched = []
    with here.scope():
        for number, visitors in enumerate((30, 300)):
            shift = number * 20 * 24 * 60
            hits = [
                hit_of(here.community.pk, number * 10_000 + one, shift + one % 600, one + 2, Kind.PAGE_VIEW)
                for one in range(visitors)
            ]
            store_hits(here.community, hits)
            roll_up(here.community)
            late = hit_of(here.community.pk, number * 10_000 + 9999, shift + 5, 1, Kind.PAGE_VIEW)
            store_hits(here.community, [late])
            with connection.cursor() as cursor:
                cursor.execute("analyze capture_event")
            touched.append(_buffers_of_a_pass(here))
    assert touched[1] < 2 * touched[0], f"an index may be a page deeper: {touched}"


def _buffers_of_a_pass(here: Cast) -> int:
    """How many pages of tables and indexes the pass looks at."""
    seen: list[int] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql == ADD:
            plan = "explain (analyze, buffers, timing off, format json) "
            execute("savepoint measured", None, False, context)
            execute(plan + sql, params, many, context)
            told = context["cursor"].fetchone()[0][0]["Plan"]
            seen.append(told["Shared Hit Blocks"] + told["Shared Read Blocks"])
            execute("rollback to savepoint measured", None, False, context)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        assert roll_up(here.community) == 1
    return seen[0]


def test_what_waits_is_looked_up_however_much_of_it_the_planner_believes_in(here: Cast) -> None:
    """After an hour without a worker, each new event would else be compared with each that waits."""
    plans: list[str] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql == ADD:
            execute("explain " + sql, params, many, context)
            plans.extend(line for (line,) in context["cursor"].fetchall())
        return execute(sql, params, many, context)

    with here.scope():
        store_hits(here.community, [hit_of(here.community.pk, 1, 0, 1, Kind.PAGE_VIEW)])
        waiting = [DirtyHour(hour=START, uids=[uuid.uuid4()]) for _entry in range(1000)]
        DirtyHour.objects.bulk_create(waiting)
        with connection.cursor() as cursor:
            cursor.execute("set local work_mem = '64kB'")
        with connection.execute_wrapper(listen):
            roll_up(here.community, most=1)
    looked_up = [line for line in plans if "uid = " in line and "SubPlan" in line]
    assert looked_up
    assert not [line for line in looked_up if "hashed SubPlan" not in line]


def test_a_community_that_cannot_be_counted_holds_up_no_other(
    here: Cast, elsewhere: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, cast in enumerate((here, elsewhere)):
        with cast.scope():
            store_hits(cast.community, [hit_of(cast.community.pk, number, 0, 1, Kind.PAGE_VIEW)])
    add = rollups.add

    def fails(community: Any, *told: Any) -> None:
        if community == here.community:
            raise ValueError("of this community")
        add(community, *told)

    monkeypatch.setattr(rollups, "add", fails)
    assert tasks.roll_up_audience() == 1
    for cast, rest in ((here, 1), (elsewhere, 0)):
        with community_scope(cast.community):
            assert DirtyHour.objects.count() == rest
