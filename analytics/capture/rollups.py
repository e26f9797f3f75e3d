"""Hours and days computed from the events, each time from scratch: never incremented, so never wrong for long.

A pass takes dirty hours off the log, counts them again and commits; if it is killed half-way, it has done nothing and
the hours are still in the log. The log has no unique key on purpose: with one, an hour marked by a transaction that
has not committed yet would be lost (docs/decisions and tests/analytics/capture/test_races.py).
"""

from __future__ import annotations

import datetime
import secrets

from django.db import connection

from analytics.capture.models import AudienceHour, DirtyHour, Event
from analytics.capture.storing import mark_dirty
from communities.calendar import DAY, day_of, moments
from communities.models import Community
from communities.queries import communities_by_question
from communities.scoping import community_scope
from communities.tasks import in_each

MOST_AT_ONCE = 5000
HOUR = datetime.timedelta(hours=1)

TAKE = """
delete from capture_dirtyhour where id in (
  select id from capture_dirtyhour where community_id = %(community)s
  order by id limit %(most)s for update skip locked
) returning hour
"""
# One pass per community at a time. A statement of its own, so that those after it see what it waited for.
LOCK = "select pg_advisory_xact_lock(hashtext('capture roll-up'), %(community)s::int)"

COUNT_HOUR = """
delete from capture_audiencehour where community_id = %(community)s and hour = %(start)s;
insert into capture_audiencehour (community_id, hour, kind, channel, events, visits)
select %(community)s, %(start)s, kind, channel, count(*), count(*) filter (where entry)
from capture_event
where community_id = %(community)s and occurred_at >= %(start)s and occurred_at < %(start)s + interval '1 hour'
group by kind, channel
"""

# Events are never fewer than what was counted of them, unless their month was dropped.
HAS_EVENTS = """
select coalesce((select sum(events) from capture_audiencehour
    where community_id = %(community)s and hour >= %(start)s and hour < %(end)s), 0)
  <= (select count(*) from capture_event
    where community_id = %(community)s and occurred_at >= %(start)s and occurred_at < %(end)s)
"""

# Page views and visitors of the day’s own events; visits, bounces and time of the visits that began on the day,
# whose last events may lie on the next. Visits that no person made are told by their behaviour, and set apart:
# those that claim to come from the very page they ask for first, and those that send two forms or more, each
# within two seconds of the page before.
COUNT_DAY = """
delete from capture_audienceday where community_id = %(community)s and day = %(day)s;
with hit as materialized (
  select *, occurred_at - max(case when kind = 1 then occurred_at end) over (partition by visit order by occurred_at)
    <= interval '2 seconds' as hasty
  from capture_event
  where community_id = %(community)s and visitor is not null
    and occurred_at >= %(start)s - interval '6 hours' and occurred_at < %(end)s + interval '1 day'
), visit as materialized (
  select visit, min(visit_at) as began,
    case when bool_or(entry and props ->> 'referrer' = 'self') then 'fake_referrer'
      when count(*) filter (where kind <> 1) > 1 and bool_and(kind = 1 or hasty) then 'haste' end as robot,
    count(*) filter (where kind = 1) = 1 and bool_and(kind = 1) as bounced,
    extract(epoch from max(occurred_at) - min(occurred_at))::bigint as seconds,
    max(channel)::text as channel, max(source) as source, max(campaign) as campaign,
    (array_agg(path order by occurred_at))[1] as landing
  from hit group by visit
), viewed as (
  select d.dimension, d.key, count(*) filter (where kind = 1) as page_views, count(distinct visitor) as visitors
  from hit h join visit v using (visit), lateral (values ('all', ''), ('channel', h.channel::text),
    ('source', h.source), ('campaign', h.campaign), ('page', case when kind = 1 then path else '' end),
    ('robots', v.robot)) as d (dimension, key)
  where occurred_at >= %(start)s and occurred_at < %(end)s
    and (v.robot is null) = (d.dimension <> 'robots') and (d.key <> '' or d.dimension in ('all', 'source'))
  group by d.dimension, d.key
), visited as (
  select d.dimension, d.key, count(*) as visits, count(*) filter (where bounced) as bounces,
    sum(seconds) as seconds
  from visit v, lateral (values ('all', ''), ('channel', channel), ('source', source), ('campaign', campaign),
    ('landing', landing), ('robots', robot)) as d (dimension, key)
  where began >= %(start)s and began < %(end)s
    and (v.robot is null) = (d.dimension <> 'robots') and (d.key <> '' or d.dimension in ('all', 'source'))
  group by d.dimension, d.key
)
insert into capture_audienceday
  (community_id, day, dimension, key, page_views, visits, visitors, bounces, seconds)
select %(community)s, %(day)s, dimension, key, coalesce(page_views, 0), coalesce(visits, 0),
  coalesce(visitors, 0), coalesce(bounces, 0), coalesce(seconds, 0)
from viewed full join visited using (dimension, key)
"""


def roll_up_all() -> int:
    """Count all hours in the log, one community and one transaction at a time; how many were in it."""
    return in_each(communities_by_question("select communities_with_dirty_hours()", []), _roll_up_wholly)


def _roll_up_wholly(community: Community) -> int:
    done = 0
    while (taken := roll_up(community)) > 0:
        done += taken
    return done


def roll_up(community: Community, *, most: int = MOST_AT_ONCE) -> int:
    """One pass over a community’s dirty hours; how many entries of the log it took. Harmless when repeated."""
    with community_scope(community), connection.cursor() as cursor:
        cursor.execute(TAKE, {"community": community.pk, "most": most})
        taken = [row[0] for row in cursor.fetchall()]
        if not taken:
            return 0
        cursor.execute(LOCK, {"community": community.pk})
        gone = {day for day in days_of(community, taken) if not has_its_events(community, day)}
        for hour in sorted(set(taken)):
            if not days_of(community, [hour]) & gone:
                count_hour(community, hour)
        for day in sorted(days_of(community, taken) - gone):
            count_day(community, day)
    return len(taken)


def has_its_events(community: Community, day: datetime.date) -> bool:
    """Whether the events of a local day are still there. Where a month of them was dropped, what was counted of it
    stays: a line that comes later, or a recount, would find next to nothing."""
    start, end = moments(day, day, community)
    start = start.astimezone(datetime.UTC).replace(minute=0)
    with connection.cursor() as cursor:
        cursor.execute(HAS_EVENTS, {"community": community.pk, "start": start, "end": end})
        found: bool = cursor.fetchone()[0]
    return found


def count_hour(community: Community, hour: datetime.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(COUNT_HOUR, {"community": community.pk, "start": hour})


def count_day(community: Community, day: datetime.date) -> None:
    """One local day: 23, 24 or 25 hours, wherever the zone puts its ends."""
    start, end = moments(day, day, community)
    with connection.cursor() as cursor:
        cursor.execute(COUNT_DAY, {"community": community.pk, "day": day, "start": start, "end": end})


def days_of(community: Community, hours: list[datetime.datetime]) -> set[datetime.date]:
    """The local days that these hours touch; where a zone is off by half an hour, an hour may touch two."""
    ends = [moment for hour in hours for moment in (hour, hour + HOUR - datetime.timedelta(seconds=1))]
    return {day_of(moment, community) for moment in ends}


def find_differences(community: Community, days: list[datetime.date]) -> list[datetime.date]:
    """Of some UTC days, those whose hours do not add up to their events; they are marked to be counted again."""
    wrong = []
    with community_scope(community):
        for day in days:
            start = datetime.datetime.combine(day, datetime.time.min, datetime.UTC)
            stored = Event.objects.filter(occurred_at__gte=start, occurred_at__lt=start + DAY).count()
            hours = AudienceHour.objects.filter(hour__gte=start, hour__lt=start + DAY)
            waiting = DirtyHour.objects.filter(hour__gte=start, hour__lt=start + DAY).exists()
            if not waiting and sum(hours.values_list("events", flat=True)) != stored:
                mark_dirty([start + HOUR * number for number in range(24)])
                wrong.append(day)
    return wrong


def days_to_check(today: datetime.date, *, others: int = 3) -> list[datetime.date]:
    """Yesterday and a few days of the year before it."""
    yesterday = today - DAY
    return [yesterday, *(yesterday - DAY * (1 + secrets.randbelow(365)) for _one in range(others))]
