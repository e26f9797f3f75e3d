"""A day of page views through the door that visitors come in by, into the tables and into the figures.

`python -m bench.events [events]` (a million): each is recorded as the middleware records a page, handed over to Redis,
drained and rolled up. What that takes is printed beside `COPY` of the same rows into a table with the same indexes and
beside `count(*)` of them, measured in the same run; then what it takes when few events come to a full hour, when a full
hour is all new, when each entry of the stream has one event only, and when these are of many quiet communities. All of
it in processor time, of this process and of the database.
"""

from __future__ import annotations

import datetime
import io
import random
import sys
from collections.abc import Iterator
from functools import partial
from statistics import median
from typing import Any
from unittest import mock

from django.db import connection, connections
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import reverse

from analytics.capture import recording
from analytics.capture.losses import store_losses
from analytics.capture.models import AudienceDay, Event
from analytics.capture.rollups import roll_up_all
from analytics.capture.storing import drain_stream, mark_dirty
from analytics.capture.stream import connect, key_of
from bench.application import make_application
from bench.ground import session_of
from bench.load import Target
from bench.pages import call
from bench.processor import alone, shares, spent
from communities.models import Community, Membership
from communities.scoping import community_scope
from config.services import running_servers
from config.services.preparation import prepare
from members.models import Member

EVENTS, HELD, ROUND = 1_000_000, 10_000, 100_000
SINGLE, FEW, QUIET = 20_000, 100, (2_000,)
DAY = datetime.datetime.combine(
    datetime.date.today() - datetime.timedelta(days=2), datetime.time.min, datetime.UTC
)
MANAGER = "bench-meter@example.org"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"
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


class Door:
    """Records page views of a community at times of our choosing."""

    def __init__(self, community: Community) -> None:
        self.community, self.dice = community, random.Random(7)
        self.answer = HttpResponse("<p>A page.</p>")
        self.request: Any = RequestFactory().get("/", HTTP_USER_AGENT=BROWSER)
        self.request.community = community
        self.pages = [f"/forums/t/thread-{number}/" for number in range(200)]

    def visit(self, at: float, visitor: int, pages: int) -> Iterator[None]:
        """Some pages, half a minute apart; a third of the visits come from a search engine."""
        for page in range(pages):
            with mock.patch.object(recording.time, "time", lambda now=at + 30 * page: now):
                recording.record_view(self._request(visitor, first=page == 0), self.answer)
            yield

    def record(self, n: int, since: float, seconds: float) -> None:
        """So many page views, spread over a span of time, into the stream."""
        done = 0
        while done < n:
            pages = min(self.dice.choice((1, 1, 2, 3, 5)), n - done)
            at = since + self.dice.random() * seconds
            for _page in self.visit(at, self.dice.getrandbits(31), pages):
                done += 1
            if done % HELD < 5:
                recording.buffer.hand_over()
        recording.buffer.hand_over()

    def _request(self, visitor: int, *, first: bool) -> recording.CommunityRequest:
        """The same request each time, as another visitor’s: what is measured is recording."""
        request = self.request
        request.path_info = self.dice.choice(self.pages)
        request.META["HTTP_REFERER"] = "https://www.google.com/" if first and visitor % 3 == 0 else ""
        request.META["REMOTE_ADDR"] = f"10.{visitor >> 16 & 255}.{visitor >> 8 & 255}.{visitor & 255}"
        return request


def fill(door: Door, n: int, since: float, seconds: float) -> tuple[float, float, float]:
    """Seconds that it takes to record, to drain and to roll up so many page views."""
    recorded = drained = counted = 0.0
    for start in range(0, n, ROUND):
        recorded += spent(partial(door.record, min(ROUND, n - start), since, seconds))
        drained += spent(drain_stream)
        counted += spent(roll_up_all)
    if store_losses():
        raise SystemExit("Some events were lost: the stream has too little room for a round.")
    return recorded, drained, counted


def copied() -> float:
    """Seconds of COPY for the same rows, into a table of the same shape."""
    rows = io.BytesIO()
    with connections["owner"].cursor() as cursor:
        cursor.copy_expert(f"copy {_month()} ({COLUMNS}) to stdout", rows)
        cursor.execute("drop table if exists bench_copy")
        cursor.execute(f"create table bench_copy (like {_month()} including all)")
        rows.seek(0)
        seconds = spent(lambda: cursor.copy_expert(f"copy bench_copy ({COLUMNS}) from stdin", rows))
        cursor.execute("drop table bench_copy")
    return seconds


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


def _month() -> str:
    return f"capture_event_{DAY:%Y_%m}"


def _settle() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"vacuum analyze {_month()}")


def in_an_hour(door: Door, hour: datetime.datetime, n: int) -> float:
    """Seconds to roll up so many new events of an hour; with none, an hour that is only marked."""
    if n:
        door.record(n, hour.timestamp(), 3500)
        drain_stream()
    else:
        with community_scope(door.community):
            mark_dirty([hour])
    return spent(roll_up_all)


def show_all(n: int, recorded: float, drained: float, counted: float, *, copy: float, count: float) -> None:
    print(f"{n:,} events, one community, one day; all of them counted")
    print(f"  recorded and handed over {recorded:7.1f} s {n / recorded:10,.0f} a second")
    print(
        f"  drained                  {drained:7.1f} s {n / drained:10,.0f} a second {drained / copy:6.1f} × COPY"
    )
    rate = f"{counted:7.1f} s {n / counted:10,.0f} a second {counted / count:6.1f} × count(*)"
    print(f"  rolled up                {rate}")
    print(f"  COPY {copy:.1f} s, count(*) {1000 * count:.0f} ms", flush=True)


def show_hours(door: Door, community: Community) -> None:
    hour = DAY + datetime.timedelta(hours=12)
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
    new = DAY + datetime.timedelta(hours=30)
    all_new = in_an_hour(door, new, n)
    full = counting(community, new, new + datetime.timedelta(hours=1))
    plain = grouped(community, new)
    print(f"  an hour of as many, all new{1000 * all_new:8.1f} ms {all_new / full:6.1f} × count(*)")
    ratio = f"{all_new / plain:.2f} × one plain insert … select … group by of it"
    print(f"                                         {ratio} ({1000 * plain:.1f} ms)", flush=True)


def show_pages(community: Community, count: float) -> None:
    """What a manager reads of the month, beside a count of its events."""
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
        path = f"/c/{community.slug}{reverse(f'reports:{name}')}?month={DAY:%Y-%m}"
        ask = partial(call, application, Target(name, path, cookie))
        ask()
        own, database = (median(times) for times in zip(*(shares(ask) for _round in range(9)), strict=True))
        print(
            f"  {name:22} {1000 * (own + database):7.1f} ms {(own + database) / count:6.2f} × count(*),"
            f" of it the database {1000 * database:.1f} ms, {database / count:.3f} ×"
        )


def show_single(door: Door) -> None:
    """Visits of one page: in full entries, and each in an entry of its own, of one community and of many."""
    since = (DAY + datetime.timedelta(hours=32)).timestamp()
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


def main(n: int) -> None:
    with running_servers(), override_settings(CAPTURE=True), mock.patch.object(recording.buffer, "_start"):
        prepare()
        alone()
        community, _made = Community.objects.get_or_create(
            slug="bench-events", defaults={"name": "Bench", "tagline": "Measured", "languages": ["en"]}
        )
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "truncate capture_event, capture_audiencehour, capture_audienceday, capture_dirtyhour,"
                " capture_filteredday"
            )
            cursor.execute("select make_event_month(%s)", [DAY])
        connect().delete(key_of("hits"), key_of("lost"))
        door = Door(community)
        recorded, drained, counted = fill(door, n, DAY.timestamp(), 86_000)
        _settle()
        count = counting(community, DAY, DAY + datetime.timedelta(days=2))
        copy = copied()
        with community_scope(community):
            views = sum(AudienceDay.objects.filter(dimension="all").values_list("page_views", flat=True))
        if views != n:
            raise SystemExit(f"{n:,} page views were recorded and {views:,} counted")
        show_all(n, recorded, drained, counted, copy=copy, count=count)
        show_hours(door, community)
        show_pages(community, counting(community, DAY, DAY + datetime.timedelta(days=2)))
        show_single(door)
    connection.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS)
