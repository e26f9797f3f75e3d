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


WAITING = """
waiting as materialized (
  select unnest(uids) as uid from capture_dirtyhour
  where community_id = %(community)s and hour >= %(since)s and hour < %(until)s
)"""

# From `found` (events of whole visits, each with the `side` that it belongs to) to figures by side, day, dimension
# and key. Page views and visitors are of the day's own events; visits, bounces and time of the visits that began on
# the day, whose last events may lie on the next. Visits that no person made are told by their behaviour, and set
# apart: those that claim to come from the very page they ask for first, and those that send two forms or more, each
# within two seconds of the page before.
FIGURES = """
hit as materialized (
  select found.*, (occurred_at at time zone %(zone)s)::date as day,
    occurred_at - max(case when kind = 1 then occurred_at end)
      over (partition by side, visit order by occurred_at) <= interval '2 seconds' as hasty
  from found
), visit as materialized (
  select side, visit, (min(visit_at) at time zone %(zone)s)::date as day,
    case when bool_or(entry and props ->> 'referrer' = 'self') then 'fake_referrer'
      when count(*) filter (where kind <> 1) > 1 and bool_and(kind = 1 or hasty) then 'haste' end as robot,
    count(*) filter (where kind = 1) = 1 and bool_and(kind = 1) as bounced,
    extract(epoch from max(occurred_at) - min(occurred_at))::bigint as seconds,
    max(channel)::text as channel, max(source) as source, max(campaign) as campaign,
    (array_agg(path order by occurred_at, uid))[1] as landing
  from hit group by side, visit
), figure as (
  select h.side, h.day, d.dimension, d.key, count(*) filter (where kind = 1) as page_views, 0::bigint as visits,
    count(distinct visitor) as visitors, 0::bigint as bounces, 0::bigint as seconds
  from hit h join visit v using (side, visit), lateral (values ('all', ''), ('channel', h.channel::text),
    ('source', h.source), ('campaign', h.campaign), ('page', case when kind = 1 then path else '' end),
    ('robots', v.robot)) as d (dimension, key)
  where (v.robot is null) = (d.dimension <> 'robots') and (d.key <> '' or d.dimension in ('all', 'source'))
  group by h.side, h.day, d.dimension, d.key
  union all
  select side, day, d.dimension, d.key, 0, count(*), 0, count(*) filter (where bounced), sum(seconds)::bigint
  from visit v, lateral (values ('all', ''), ('channel', channel), ('source', source), ('campaign', campaign),
    ('landing', landing), ('robots', robot)) as d (dimension, key)
  where (v.robot is null) = (d.dimension <> 'robots') and (d.key <> '' or d.dimension in ('all', 'source'))
  group by side, day, d.dimension, d.key
), summed as (
  select day, dimension, key, sum(side * page_views) as page_views, sum(side * visits) as visits,
    sum(side * visitors) as visitors, sum(side * bounces) as bounces, sum(side * seconds) as seconds
  from figure group by day, dimension, key
)"""

# The events that have just been taken from the log; the visits that they belong to; who made these, and when; and all
# visits that the same visitors made in those days. A step each, with lists between them: the planner cannot know how
# many there are, and would go through everything for each.
NEW_VISITS = """
select distinct visit from capture_event
where community_id = %(community)s and occurred_at >= %(first)s and occurred_at < %(last)s
  and uid = any(%(uids)s::uuid[]) and visitor is not null
"""
THEIR_VISITORS = """
select visitor, min(occurred_at), max(occurred_at) from capture_event
where community_id = %(community)s and occurred_at >= %(since)s and occurred_at < %(until)s
  and visit = any(%(visits)s::bigint[]) and visitor is not null
group by visitor
"""
VISITS_NEAR = """
select distinct visit from capture_event
where community_id = %(community)s and occurred_at >= %(from)s and occurred_at < %(to)s
  and visitor = any(%(visitors)s::bigint[])
"""
# Those visits with the new events (side 1) and without (side -1): the difference is what the days grow by.
ADD_TO_DAYS = _sql(
    """
with """,
    WAITING,
    """, fresh as materialized (
  select unnest(%(uids)s::uuid[]) as uid
), known as materialized (
  select uid, occurred_at, kind, visitor, visit, visit_at, entry, channel, source, campaign, path, props
  from capture_event e
  where community_id = %(community)s and occurred_at >= %(since)s and occurred_at < %(until)s
    and visit = any(%(visits)s::bigint[]) and visitor is not null
    and not exists (select from waiting where waiting.uid = e.uid)
), found as (
  select 1 as side, known.* from known
  union all
  select -1, known.* from known where not exists (select from fresh where fresh.uid = known.uid)
), """,
    FIGURES,
    """
merge into capture_audienceday as t
using (select * from summed where (page_views, visits, visitors, bounces, seconds) <> (0, 0, 0, 0, 0)) as s
on t.community_id = %(community)s and t.day = s.day and t.dimension = s.dimension and t.key = s.key
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

ADD_TO_HOURS = """
merge into capture_audiencehour as t
using (
  select date_trunc('hour', occurred_at, 'UTC') as hour, kind, channel, count(*) as events,
    count(*) filter (where entry) as visits
  from capture_event
  where community_id = %(community)s and occurred_at >= %(first)s and occurred_at < %(last)s
    and uid = any(%(uids)s::uuid[])
  group by 1, kind, channel
) as s
on t.community_id = %(community)s and t.hour = s.hour and t.kind = s.kind and t.channel = s.channel
when matched then update set events = t.events + s.events, visits = t.visits + s.visits
when not matched then insert (community_id, hour, kind, channel, events, visits)
  values (%(community)s, s.hour, s.kind, s.channel, s.events, s.visits)
"""

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
  select 1 as side, e.uid, e.occurred_at, e.kind, e.visitor, e.visit, e.visit_at, e.entry, e.channel, e.source,
    e.campaign, e.path, e.props
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
