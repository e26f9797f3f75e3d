"""Page views through the door that visitors come in by, into the tables and into the figures.

`python -m bench.events [events] [month]` (a million, of one day): each is recorded as the middleware records a page,
handed over to Redis, drained and rolled up; with `month`, day by day of the last whole month. A worker that drains and
one that rolls up are killed in the middle, and at the end every figure must be what a count from scratch says. What it
takes is printed beside `COPY` of such rows into a table with the same indexes and beside `count(*)` of them, measured
in the same run; then what it takes when few events come to a full hour, when a full hour is all new, when each entry of
the stream has one event only, and when these are of many quiet communities. All of it in processor time, of this
process and of the database; what the killed workers took is in no figure. Ctrl-C (or SIGINT) ends the filling after
the day that is being filled, and the rest is done with what is there.
"""

from __future__ import annotations

import datetime
import io
import signal
import sys
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from unittest import mock

from django.db import connection, connections
from django.test import override_settings
from django.urls import reverse

from analytics.capture import recording
from analytics.capture.losses import store_losses
from analytics.capture.models import AudienceDay, Event
from analytics.capture.rollups import repair_differences, roll_up, roll_up_all
from analytics.capture.storing import drain_stream, mark_dirty
from analytics.capture.stream import connect, key_of
from bench.application import make_application
from bench.door import HELD, Door
from bench.ground import session_of
from bench.killed import kill_in_the_middle
from bench.load import Target
from bench.pages import call
from bench.processor import alone, shares, spent
from communities.models import Community, Membership
from communities.scoping import community_scope
from config.services import running_servers
from config.services.preparation import prepare
from members.models import Member

EVENTS, ROUND = 1_000_000, 100_000
SINGLE, FEW, QUIET = 20_000, 100, (2_000,)
# Of these there is more to do than one pass takes up, so that a worker can be killed between its beginning and its end.
KILLED = 200_000
COPIED, SHOWN = 1_000_000, 20
TODAY = datetime.datetime.combine(datetime.date.today(), datetime.time.min, datetime.UTC)
DAY = datetime.timedelta(days=1)
ALMOST_A_DAY = 86_000  # seconds, so that no visit goes on on the next day
MANAGER = "bench-meter@example.org"
COLUMNS = (
    "community_id, uid, occurred_at, received_at, kind, visitor, visit, visit_at, entry, membership_id, object_id,"
    " channel, source, campaign, path, props, consent"
)

GROUP = """
insert into grouped (community_id, day, dimension, key, page_views, visits, visitors, bounces, seconds)
select %(community)s, (occurred_at at time zone 'UTC')::date, d.dimension, d.key, count(*),
  count(*) filter (where entry), count(distinct visitor), 0, 0
from capture_event, lateral (values ('all', ''), ('channel', channel::text), ('source', source),
  ('campaign', campaign), ('page', path)) as d (dimension, key)
where community_id = %(community)s and occurred_at >= %(hour)s
  and occurred_at < %(hour)s::timestamptz + interval '1 hour'
  and (d.key <> '' or d.dimension in ('all', 'source'))
group by 2, 3, 4
"""


@dataclass
class Taken:
    """What was measured of the way of so many events: seconds of each step. `whole`: those that were not measured,
    too."""

    days: list[datetime.datetime] = field(default_factory=list)
    whole: int = 0
    events: int = 0
    recorded: float = 0.0
    drained: float = 0.0
    counted: float = 0.0


def fill(door: Door, days: list[datetime.datetime], n: int) -> Taken:
    """Have so many page views recorded, drained and rolled up, day by day, with two workers killed in the middle."""
    taken, enough = Taken(), _Enough()
    for number, day in enumerate(days):
        if enough:
            break
        share = n * (number + 1) // len(days) - n * number // len(days)
        if number == min(1, len(days) - 1) and share >= KILLED:
            show_killed(door, day)
            share -= KILLED
            taken.whole += KILLED
        of_day = _fill_day(door, share, day)
        for step, value in vars(of_day).items():
            setattr(taken, step, getattr(taken, step) + value)
        if len(days) > 1:
            rates = (of_day.events / one for one in (of_day.recorded, of_day.drained, of_day.counted))
            print(f"  {day:%d %b}", *(f"{rate:10,.0f}" for rate in rates), flush=True)
    if store_losses():
        raise SystemExit("Some events were lost: the stream has too little room for a round.")
    return taken


class _Enough:
    """True once somebody has asked for an end."""

    def __init__(self) -> None:
        self.is_said = False
        signal.signal(signal.SIGINT, self._hear)

    def _hear(self, *_: object) -> None:
        self.is_said = True

    def __bool__(self) -> bool:
        return self.is_said


def _fill_day(door: Door, n: int, day: datetime.datetime) -> Taken:
    taken = Taken([day], n, n)
    for start in range(0, n, ROUND):
        taken.recorded += spent(partial(door.record, min(ROUND, n - start), day.timestamp(), ALMOST_A_DAY))
        taken.drained += spent(drain_stream)
        taken.counted += spent(roll_up_all)
    return taken


def show_killed(door: Door, day: datetime.datetime) -> None:
    """What these took is not measured."""
    door.record(KILLED, day.timestamp(), ALMOST_A_DAY)
    print(kill_in_the_middle("drain-hits", lambda: int(connect().xlen(key_of("hits")))), flush=True)
    print(kill_in_the_middle("roll-up", _entries_of_the_log), flush=True)


def _entries_of_the_log() -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from capture_dirtyhour")
        return int(cursor.fetchone()[0])


def copied(day: datetime.datetime) -> float:
    """Seconds of COPY for an event: the same rows, a million at most, into a table of the same shape."""
    rows, month = io.BytesIO(), _month(day)
    with connections["owner"].cursor() as cursor:
        some = f"select {COLUMNS} from {month} limit {COPIED}"  # noqa: S608 - names of our own
        cursor.copy_expert(f"copy ({some}) to stdout", rows)
        cursor.execute("drop table if exists bench_copy")
        cursor.execute(f"create table bench_copy (like {month} including all)")
        rows.seek(0)
        seconds = spent(lambda: cursor.copy_expert(f"copy bench_copy ({COLUMNS}) from stdin", rows))
        copied = cursor.rowcount
        cursor.execute("drop table bench_copy")
    return seconds / copied


def counting(community: Community, since: datetime.datetime, until: datetime.datetime) -> float:
    """Seconds of the database for count(*) of a span of time, the median of five."""
    with community_scope(community):
        events = Event.objects.filter(occurred_at__gte=since, occurred_at__lt=until)
        return median(shares(events.count)[1] for _round in range(5))


def grouped(community: Community, hour: datetime.datetime) -> float:
    """Seconds of the database for one plain statement that groups the events of an hour as figures are, and stores
    what it finds: less than a roll-up has to do."""
    with community_scope(community), connection.cursor() as cursor:
        cursor.execute("create temp table grouped (like capture_audienceday including all) on commit drop")
        told = {"community": community.pk, "hour": hour}
        return shares(lambda: cursor.execute(GROUP, told))[1]


def _month(day: datetime.datetime) -> str:
    return f"capture_event_{day:%Y_%m}"


def _settle(day: datetime.datetime) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"vacuum analyze {_month(day)}")


def in_an_hour(door: Door, hour: datetime.datetime, n: int) -> float:
    """Seconds to roll up so many new events of an hour; with none, an hour that is only marked."""
    if n:
        door.record(n, hour.timestamp(), 3500)
        drain_stream()
    else:
        with community_scope(door.community):
            mark_dirty([hour])
    return spent(roll_up_all)


def in_slices(door: Door, hour: datetime.datetime, n: int) -> list[float]:
    """Seconds of each pass that it takes to roll up an hour of so many events, met as a whole."""
    door.record(n, hour.timestamp(), 3500)
    drain_stream()
    each, taken = list[float](), [1]
    while taken[-1]:
        each.append(spent(lambda: taken.append(roll_up(door.community))))
    return each[:-1]


def refuse_differences(community: Community, days: list[datetime.datetime], n: int) -> None:
    """Each event is stored once, and each figure is what a count from scratch says."""
    with community_scope(community):
        stored = Event.objects.count()
        views = sum(AudienceDay.objects.filter(dimension="all").values_list("page_views", flat=True))
    if not stored == views == n:
        raise SystemExit(f"{n:,} page views were recorded, {stored:,} stored and {views:,} counted")
    wrong = repair_differences(community, [day.date() for day in days])
    if wrong:
        raise SystemExit(
            f"The figures of {', '.join(map(str, wrong))} were not those of a count from scratch."
        )


def show_all(taken: Taken, n: int, *, copy: float, count: float) -> None:
    """`copy`: seconds of COPY for an event; `count`: of count(*) for one."""
    print(f"{n:,} events of one community; all of them counted, each figure as a count from scratch has it")
    for name, seconds in (
        ("recorded and handed over", taken.recorded),
        ("drained", taken.drained),
        ("rolled up", taken.counted),
    ):
        each = seconds / taken.events
        times = f"{each / copy:6.1f} × COPY {each / count:7.1f} × count(*)"
        print(f"  {name:24} {seconds:7.1f} s {1 / each:10,.0f} a second {times}")
    print(
        f"  COPY {1 / copy:,.0f} a second, count(*) of all {1000 * count * n:.0f} ms,"
        f" {1 / count:,.0f} a second",
        flush=True,
    )


def show_hours(door: Door, community: Community, day: datetime.datetime) -> None:
    hour = day + datetime.timedelta(hours=12)
    full = counting(community, hour, hour + datetime.timedelta(hours=1))
    few = median(in_an_hour(door, hour, FEW) for _round in range(5))
    none = median(in_an_hour(door, hour, 0) for _round in range(5))
    one = median(in_an_hour(door, hour, 1) for _round in range(5))
    with community_scope(community):
        n = Event.objects.filter(
            occurred_at__gte=hour, occurred_at__lt=hour + datetime.timedelta(hours=1)
        ).count()
    print(f"\nan hour of {n:,} events: count(*) {1000 * full:.1f} ms")
    print(f"  marked, nothing new        {1000 * none:8.1f} ms {none / full:6.1f} × count(*)")
    print(f"  one new event in it        {1000 * one:8.1f} ms {one / full:6.1f} × count(*)")
    print(f"  {FEW} new events in it      {1000 * few:8.1f} ms {few / full:6.1f} × count(*)")
    new = day + datetime.timedelta(hours=30)
    each = in_slices(door, new, n)
    all_new = sum(each)
    full = counting(community, new, new + datetime.timedelta(hours=1))
    plain = grouped(community, new)
    print(f"  an hour of as many, all new{1000 * all_new:8.1f} ms {all_new / full:6.1f} × count(*)")
    ratio = f"{all_new / plain:.2f} × one plain insert … select … group by of it"
    print(f"                                         {ratio} ({1000 * plain:.1f} ms)")
    print(f"    in {len(each)} passes, the dearest {1000 * max(each):.1f} ms", flush=True)


def show_pages(community: Community, day: datetime.datetime) -> None:
    """What a manager reads of the month, beside a count of its events."""
    first = day.replace(day=1)
    count = counting(community, first, (first + 31 * DAY).replace(day=1))
    with community_scope(community):
        if not Membership.objects.exists():
            Membership.objects.create(
                member=Member.objects.create_user(MANAGER),
                handle="meter",
                display_name="Meter",
                role="manager",
            )
    application, cookie = make_application(), session_of(MANAGER)
    print(f"\npages of the month, count(*) of its events {1000 * count:.1f} ms")
    for name in ("show-engagement", "show-results"):
        path = f"/c/{community.slug}{reverse(f'reports:{name}')}?month={day:%Y-%m}"
        ask = partial(call, application, Target(name, path, cookie))
        ask()
        each = [shares(ask) for _round in range(SHOWN)]
        own, database = (median(times) for times in zip(*each, strict=True))
        # All but one of twenty.
        most = sorted(map(sum, each))[-2]
        print(
            f"  {name:22} {1000 * (own + database):7.1f} ms {(own + database) / count:6.3f} × count(*),"
            f" of it the database {1000 * database:.1f} ms, {database / count:.3f} ×;"
            f" 95 % within {1000 * most:.1f} ms, {most / count:.3f} ×",
            flush=True,
        )


def show_single(door: Door, day: datetime.datetime) -> None:
    """Visits of one page: in full entries, and each in an entry of its own, of one community and of many."""
    since = (day + datetime.timedelta(hours=32)).timestamp()
    _scatter(door, [door.community], since)
    full = SINGLE / spent(drain_stream)
    print(f"\n{SINGLE:,} visits of one page")
    print(f"  in full entries            {full:10,.0f} a second")
    with mock.patch("analytics.capture.stream.ENTRY_SIZE", 1):
        _scatter(door, [door.community], since)
        show_rate("one in each entry", SINGLE / spent(drain_stream), full)
        roll_up_all()
        for communities in QUIET:
            _scatter(door, quiet_communities(communities), since)
            show_rate(f"and of {communities:,} communities", SINGLE / spent(drain_stream), full)
            counted = spent(roll_up_all)
            each = f"{1000 * counted / communities:.1f} ms a community"
            print(f"    rolled up                {SINGLE / counted:10,.0f} a second, {each}", flush=True)


def show_rate(what: str, rate: float, full: float) -> None:
    print(f"  {what:26} {rate:10,.0f} a second {rate / full:6.2f} × full entries", flush=True)


def _scatter(door: Door, communities: list[Community], since: float) -> None:
    """Visits of one page, each in any of these communities."""
    community = door.community
    for start in range(0, SINGLE, HELD):
        for _view in range(min(HELD, SINGLE - start)):
            door.request.community = door.dice.choice(communities)
            at = since + door.dice.random() * 3500
            next(door.visit(at, door.dice.getrandbits(31), 1))
        recording.buffer.hand_over()
    door.request.community = community


def quiet_communities(n: int) -> list[Community]:
    made = Community.objects.filter(slug__startswith="bench-quiet-").count()
    Community.objects.bulk_create(
        Community(slug=f"bench-quiet-{number}", name="Quiet", tagline="Measured", languages=["en"])
        for number in range(made, n)
    )
    return list(Community.objects.filter(slug__startswith="bench-quiet-").order_by("pk")[:n])


def days_of(*, month: bool) -> list[datetime.datetime]:
    """The day before yesterday, or each of the last whole month."""
    if not month:
        return [TODAY - 2 * DAY]
    last = TODAY.replace(day=1) - DAY
    return [last.replace(day=number + 1) for number in range(last.day)]


def empty_tables(days: list[datetime.datetime]) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "truncate capture_event, capture_audiencehour, capture_audienceday, capture_dirtyhour,"
            " capture_filteredday"
        )
        cursor.execute("select make_event_month(%s)", [days[0]])
    connect().delete(key_of("hits"), key_of("lost"))


def main(n: int, *, month: bool) -> None:
    days = days_of(month=month)
    with running_servers(), override_settings(CAPTURE=True), mock.patch.object(recording.buffer, "_start"):
        prepare()
        alone()
        community, _made = Community.objects.get_or_create(
            slug="bench-events", defaults={"name": "Bench", "tagline": "Measured", "languages": ["en"]}
        )
        empty_tables(days)
        door = Door(community)
        taken = fill(door, days, n)
        days, n = taken.days, taken.whole
        _settle(days[-1])
        count = counting(community, days[0], days[-1] + DAY) / n
        copy = copied(days[-1])
        refuse_differences(community, days, n)
        show_all(taken, n, copy=copy, count=count)
        show_hours(door, community, days[-1])
        show_pages(community, days[-1])
        show_single(door, days[-1])
    connection.close()


if __name__ == "__main__":
    told = [int(word) for word in sys.argv[1:] if word.isdigit()]
    main(told[0] if told else EVENTS, month="month" in sys.argv)
