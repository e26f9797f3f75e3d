"""The statements that turn events into figures of hours and days.

What a day's figures are stands once, in `FIGURES`; counting a day from scratch and adding what is new use the same
words over other events. What is stored and not yet counted stands in the log of dirty hours, and is left out by each
statement that does not count it, in the snapshot in which it counts.
"""

from __future__ import annotations

# A visit that goes on and on ends after a day, so that all of it lies near its beginning.
LONGEST_VISIT_HOURS = 24


def _sql(*parts: str) -> str:
    """One statement of parts that stand in this file."""
    return "".join(parts)


# Grouped, so that the planner believes in few of them and has them looked up in a table: of those that the log says it
# holds, after an hour without a worker, it would believe that no table has room for them, and compare each with each.
WAITING = """
waiting as materialized (
  select uid from (
    select unnest(uids) as uid from capture_dirtyhour
    where community_id = %(community)s and hour >= %(since)s and hour < %(until)s
  ) logged
  group by uid
)"""

# What of an event the figures are made of.
EVENT = """e.uid, e.occurred_at, e.kind, e.visitor, e.visit, e.visit_at, e.channel, e.source, e.campaign, e.path,
    e.entry and e.props ->> 'referrer' = 'self' as forged"""

# From `found` (events of whole visits, each with the `side` that it belongs to) to figures by side, day, dimension
# and key. Page views and visitors are of the day's own events; visits, bounces and time of the visits that began on
# the day, whose last events may lie on the next. Visits that no person made are told by their behaviour, and set
# apart: those that claim to come from the very page they ask for first, and those that send two forms or more, each
# within two seconds of the page before.
#
# Of pages whose authors are shown figures (`shown`) two things more: what the visits that began there came from, and
# the forms that a visit sent after it had opened the page for the first time (`asked`; such visits are few).
#
# Nothing is joined here: of what a statement makes itself the planner knows no size, and might compare each with each.
# `in` as a value, not as a condition, is looked up in a table. Visitors are told apart only where that is needed:
# whoever has one `part` in a day is counted as such (`once`), and visits that are `alike` are added up first.
FIGURES = """
hit as materialized (
  select found.*, (occurred_at at time zone %(zone)s)::date as day from found
), eager as materialized (
  select side, visit from hit where kind <> 1 group by side, visit having count(*) > 1
), hasty as materialized (
  select side, visit from (
    select side, visit, kind, occurred_at - max(case when kind = 1 then occurred_at end)
      over (partition by side, visit order by occurred_at) <= interval '2 seconds' as hasty
    from hit where ((side, visit) in (table eager)) is true
  ) of_eager
  group by side, visit having bool_and(kind = 1 or hasty)
), visit as materialized (
  select side, visit, (min(visit_at) at time zone %(zone)s)::date as day,
    case when bool_or(forged) then 'fake_referrer' when (side, visit) in (table hasty) then 'haste' end as robot,
    count(*) filter (where kind = 1) = 1 and bool_and(kind = 1) as bounced,
    extract(epoch from max(occurred_at) - min(occurred_at))::bigint as seconds,
    max(channel)::text as channel, max(source) as source, max(campaign) as campaign,
    (array_agg(path order by occurred_at, uid))[1] as landing, min(visitor) as visitor
  from hit group by side, visit
), forger as materialized (
  select side, visit from visit where robot = 'fake_referrer'
), racer as materialized (
  select side, visit from visit where robot = 'haste'
), part as materialized (
  select side, visit, day, visitor, channel::text as channel, source, campaign,
    count(*) filter (where kind = 1) as page_views,
    case when (side, visit) in (table forger) then 'fake_referrer' when (side, visit) in (table racer) then 'haste' end
      as robot
  from hit group by side, visit, day, visitor, channel, source, campaign
), asking as materialized (
  select side, visit from hit where kind = 4 group by side, visit
), asked as (
  select side, day, path, visitor, later from (
    select side, day, kind, path, visitor,
      count(*) filter (where kind = 4) over (in_order rows between current row and unbounded following) as later,
      row_number() over (partition by side, visit, kind, path order by occurred_at, uid) as nth
    from hit
    where ((side, visit) in (table asking)) is true
      and ((side, visit) in (table forger union all table racer)) is not true
    window in_order as (partition by side, visit order by occurred_at, uid)
  ) of_asking
  where kind = 1 and nth = 1 and later > 0 and path like any(%(shown)s)
), several as materialized (
  select side, day, visitor from part group by side, day, visitor having count(*) > 1
), once as materialized (
  select side, day, channel, source, campaign, robot, sum(page_views) as page_views, count(*) as visitors
  from part where ((side, day, visitor) in (table several)) is not true
  group by side, day, channel, source, campaign, robot
), seen as (
  select side, day, d.dimension, d.key, visitor, sum(page_views) as page_views
  from part, lateral (values ('all', ''), ('channel', channel), ('source', source), ('campaign', campaign),
    ('robots', robot)) as d (dimension, key)
  where ((side, day, visitor) in (table several)) is true
    and (robot is null) = (d.dimension <> 'robots') and (d.key <> '' or d.dimension in ('all', 'source'))
  group by side, day, d.dimension, d.key, visitor
  union all
  select side, day, 'page', path, visitor, count(*)
  from hit
  where kind = 1 and path <> '' and ((side, visit) in (table forger union all table racer)) is not true
  group by side, day, path, visitor
), alike as materialized (
  select side, day, channel, source, campaign, landing, robot, count(*) as visits,
    count(*) filter (where bounced) as bounces, sum(seconds)::bigint as seconds
  from visit group by side, day, channel, source, campaign, landing, robot
), figure as (
  select side, day, d.dimension, d.key, page_views, 0::bigint as visits, visitors, 0::bigint as bounces,
    0::bigint as seconds
  from once, lateral (values ('all', ''), ('channel', channel), ('source', source), ('campaign', campaign),
    ('robots', robot)) as d (dimension, key)
  where (robot is null) = (d.dimension <> 'robots') and (d.key <> '' or d.dimension in ('all', 'source'))
  union all
  select side, day, dimension, key, sum(page_views), 0, count(*), 0, 0
  from seen group by side, day, dimension, key
  union all
  select side, day, 'contact', path, 0, sum(later)::bigint, count(distinct visitor), 0, 0
  from asked group by side, day, path
  union all
  select side, day, 'arrival', concat_ws(' ', landing, channel, source), 0, 0, count(distinct visitor), 0, 0
  from visit where robot is null and landing like any(%(shown)s) group by side, day, landing, channel, source
  union all
  select side, day, d.dimension, d.key, 0, visits, 0, bounces, seconds
  from alike, lateral (values ('all', ''), ('channel', channel), ('source', source), ('campaign', campaign),
    ('landing', landing), ('robots', robot),
    ('arrival', case when landing like any(%(shown)s) then concat_ws(' ', landing, channel, source) end)
  ) as d (dimension, key)
  where (robot is null) = (d.dimension <> 'robots') and (d.key <> '' or d.dimension in ('all', 'source'))
), summed as (
  select day, dimension, key collate "C" as key, sum(side * page_views) as page_views, sum(side * visits) as visits,
    sum(side * visitors) as visitors, sum(side * bounces) as bounces, sum(side * seconds) as seconds
  from figure group by day, dimension, key
)"""

# The events that have just been taken from the log; the visits that they belong to, whole; who made these, and when;
# and the other visits that the same visitors made in those days. Each step looks up what the one before it found, so
# that its cost follows the new events, whatever else there is. The times in these look-ups choose the months. Of a
# month of which it knows no numbers yet, the planner thinks that going by the time costs no more than going by the
# visitor; so each asks for an order that one index alone has, and is to be run with sorting disabled.
#
# Those visits with the new events (side 1) and without (side -1): the difference is what the days grow by.
ADD = _sql(
    """
with """,
    WAITING,
    """, fresh as materialized (
  select unnest(%(new)s::uuid[]) as uid
), new as materialized (
  select occurred_at, kind, channel, entry, visitor, visit from capture_event
  where community_id = %(community)s and uid = any(array(select uid from fresh))
    and occurred_at >= %(began)s and occurred_at < %(ended)s order by uid, occurred_at
), hours as (
  insert into capture_audiencehour as t (community_id, hour, kind, channel, events, visits)
  select %(community)s, date_trunc('hour', occurred_at, 'UTC'), kind, channel, count(*), count(*) filter (where entry)
  from new group by 2, kind, channel
  on conflict (community_id, hour, kind, channel)
    do update set events = t.events + excluded.events, visits = t.visits + excluded.visits
), touched as materialized (
  select visit from new where visitor is not null group by visit
), whole as materialized (
  select """,
    EVENT,
    """ from capture_event e
  where community_id = %(community)s and visit = any(array(table touched)) and visitor is not null
    and occurred_at >= %(began)s and occurred_at < %(ended)s order by visit, occurred_at
), person as materialized (
  select visitor from whole group by visitor
), days as materialized (
  select min(occurred_at) - interval '25 hours' as since, max(occurred_at) + interval '25 hours' as until from whole
), beside as materialized (
  select visit from (
    select visit, occurred_at from capture_event
    where community_id = %(community)s and visitor = any(array(table person))
      and occurred_at >= %(since)s and occurred_at < %(until)s order by visitor, occurred_at offset 0
  ) theirs
  where occurred_at >= (select since from days) and occurred_at < (select until from days)
    and visit not in (table touched)
  group by visit
), known as materialized (
  select * from (
    table whole
    union all
    (select """,
    EVENT,
    """ from capture_event e
    where community_id = %(community)s and visit = any(array(table beside)) and visitor is not null
      and occurred_at >= %(since)s and occurred_at < %(until)s order by visit, occurred_at)
  ) e
  where uid not in (table waiting)
), found as (
  select 1 as side, known.* from known
  union all
  select -1, known.* from known where uid not in (select uid from fresh)
), """,
    FIGURES,
    """
merge into capture_audienceday as t
using (select * from summed where (page_views, visits, visitors, bounces, seconds) <> (0, 0, 0, 0, 0)) as s
on t.community_id = %(community)s and t.day = s.day and t.dimension = s.dimension and t.key = s.key
  and t.day >= (%(since)s::timestamptz at time zone %(zone)s)::date
  and t.day <= (%(until)s::timestamptz at time zone %(zone)s)::date
when matched and t.page_views + s.page_views <= 0 and t.visits + s.visits <= 0 and t.visitors + s.visitors <= 0
  then delete
when matched then update set page_views = greatest(t.page_views + s.page_views, 0),
  visits = greatest(t.visits + s.visits, 0), visitors = greatest(t.visitors + s.visitors, 0),
  bounces = greatest(t.bounces + s.bounces, 0), seconds = greatest(t.seconds + s.seconds, 0)
when not matched then
  insert (community_id, day, dimension, key, page_views, visits, visitors, bounces, seconds)
  values (%(community)s, s.day, s.dimension, s.key, greatest(s.page_views, 0), greatest(s.visits, 0),
    greatest(s.visitors, 0), greatest(s.bounces, 0), greatest(s.seconds, 0))
""",
)

# A day or an hour from scratch: of what has been counted, and of what nobody logged. `also` are taken from the log and
# still to be added.
HOUR_FIGURES = _sql(
    """
with """,
    WAITING,
    """, summed as (
  select date_trunc('hour', occurred_at, 'UTC') as hour, kind::int, channel::int, count(*) as events,
    count(*) filter (where entry) as visits
  from capture_event e
  where community_id = %(community)s and occurred_at >= %(start)s and occurred_at < %(end)s
    and not exists (select from waiting where waiting.uid = e.uid) and e.uid <> all(%(also)s::uuid[])
  group by 1, kind, channel
)""",
)
COUNT_HOURS = _sql(
    """
delete from capture_audiencehour where community_id = %(community)s and hour >= %(start)s and hour < %(end)s;
""",
    HOUR_FIGURES,
    """
insert into capture_audiencehour (community_id, hour, kind, channel, events, visits)
select %(community)s, hour, kind, channel, events, visits from summed
""",
)
DAY_FIGURES = _sql(
    """
with """,
    WAITING,
    """, near as (
  select distinct visit from capture_event
  where community_id = %(community)s and visitor is not null
    and occurred_at >= %(start)s - interval '1 hour' and occurred_at < %(end)s + interval '1 hour'
), found as (
  select 1 as side, """,
    EVENT,
    """
  from capture_event e join near using (visit)
  where e.community_id = %(community)s and e.visitor is not null
    and e.occurred_at >= %(since)s and e.occurred_at < %(until)s
    and not exists (select from waiting where waiting.uid = e.uid) and e.uid <> all(%(also)s::uuid[])
), """,
    FIGURES,
)
COUNT_DAY = _sql(
    """
delete from capture_audienceday where community_id = %(community)s and day = %(day)s;
""",
    DAY_FIGURES,
    """
insert into capture_audienceday
  (community_id, day, dimension, key, page_views, visits, visitors, bounces, seconds)
select %(community)s, day, dimension, key, page_views, visits, visitors, bounces, seconds
from summed where day = %(day)s
""",
)

# Whether an hour holds what was counted of it and what is logged: by numbers alone, for whoever only marked it.
HOUR_ADDS_UP = """
select (
  select count(*) from capture_event
  where community_id = %(community)s and occurred_at >= %(start)s and occurred_at < %(start)s + interval '1 hour'
) = (
  select coalesce(sum(cardinality(uids)), 0) from capture_dirtyhour
  where community_id = %(community)s and hour = %(start)s
) + (
  select coalesce(sum(events), 0) from capture_audiencehour
  where community_id = %(community)s and hour = %(start)s
) + %(taken)s
"""
# Whether what was counted is what a count from scratch would say.
HOURS_DIFFER = _sql(
    HOUR_FIGURES,
    """, kept as (
  select hour, kind::int, channel::int, events::bigint, visits::bigint from capture_audiencehour
  where community_id = %(community)s and hour >= %(start)s and hour < %(end)s
)
select exists ((table kept) except (table summed)) or exists ((table summed) except (table kept))
""",
)
DAY_DIFFERS = _sql(
    DAY_FIGURES,
    """, counted as (
  select dimension, key, page_views::bigint, visits::bigint, visitors::bigint, bounces::bigint, seconds::bigint
  from summed where day = %(day)s
), kept as (
  select dimension::text, key::text, page_views::bigint, visits::bigint, visitors::bigint, bounces::bigint,
    seconds::bigint
  from capture_audienceday where community_id = %(community)s and day = %(day)s
)
select exists ((table kept) except (table counted)) or exists ((table counted) except (table kept))
""",
)
