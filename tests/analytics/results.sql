-- The figures of the results pages once more, in plain SQL from what was recorded: orders, contacts, counts, costs and
-- rates, events, members’ days, threads and posts. Written from the handbook (docs/marketing), not from the code: it
-- reads neither the ledger nor the roll-ups. Each statement is named by the line above it, and run for one community.

-- name: setting
create function pg_temp.even(amount numeric) returns numeric language sql immutable as $$
  -- Half to even: what money is rounded by.
  select case when abs(amount - trunc(amount)) = 0.5 then 2 * round(amount / 2) else round(amount) end
$$;
create temporary table rated on commit drop as
  select name, value, low, high, valid_from as since,
    lead(valid_from, 1, 'infinity') over (partition by name order by valid_from, id) as until
  from roi_rate where community_id = %(community)s;
create temporary table benefit (day date, ref text, units numeric, n numeric, amount numeric, low numeric, high numeric)
  on commit drop;
create temporary table spent (day date, kind text, amount numeric) on commit drop;

-- name: orders
-- Net × margin of the day, refunds among them; those that nothing leads to the community are worth nothing.
insert into benefit
select o.day, 'order', case when o.is_refund then 0 else 1 end, 1,
  pg_temp.even(o.net_minor * coalesce(r.value, 100) / 100), pg_temp.even(o.net_minor * coalesce(r.low, 100) / 100),
  pg_temp.even(o.net_minor * coalesce(r.high, 100) / 100)
from (select *, (placed_at at time zone %(zone)s)::date as day from roi_order where community_id = %(community)s) o
left join rated r on r.name = 'margin' and o.day >= r.since and o.day < r.until
where o.matched_by <> '' and o.currency = %(currency)s;

-- name: contacts
insert into benefit
select l.day, 'lead', 1, 1, pg_temp.even(coalesce(r.value, 0) * 100), pg_temp.even(coalesce(r.low, 0) * 100),
  pg_temp.even(coalesce(r.high, 0) * 100)
from (
  select (at at time zone %(zone)s)::date as day from roi_lead where community_id = %(community)s and state = 'accepted'
) l left join rated r on r.name = 'lead' and l.day >= r.since and l.day < r.until;

-- name: counted
-- What was counted here, day by day and banner by banner; and what others counted, where nothing was counted here or
-- where it comes on top.
with here as (
  select 'impression' as measure, (hour at time zone %(zone)s)::date as day, banner_id::text as counter,
    sum(viewable) as n
  from promotions_bannerhour where community_id = %(community)s group by 2, 3 having sum(viewable) > 0
  union all
  select 'visit', (occurred_at at time zone %(zone)s)::date, '', count(*) from capture_event
  where community_id = %(community)s and entry and visitor is not null and channel = 12
    and props ->> 'referrer' is distinct from 'self'
  group by 2
  union all
  select 'answer', (accepted_at at time zone %(zone)s)::date, '', count(*) from forums_question
  where community_id = %(community)s and accepted_at is not null group by 2
  union all
  select 'call', (said_at at time zone %(zone)s)::date, '', count(*) from roi_saving
  where community_id = %(community)s and saved group by 2
), led as (
  -- Visits that led to an order, and as many as answers saved calls: the order, the call is what they are worth.
  select 'visit' as measure, day, sum(n) as n from (
    select (said_at at time zone %(zone)s)::date as day, count(*) as n from roi_saving
    where community_id = %(community)s and saved group by 1
    union all
    select day, count(*) from (
      select distinct (c.touched_at at time zone %(zone)s)::date as day, c.touched_at, o.membership_id
      from roi_credit c join roi_order o on o.id = c.order_id
      where c.community_id = %(community)s and c.model = 'linear' and c.channel = 'organic_search'
        and not o.is_refund and o.currency = %(currency)s
    ) touched group by day
  ) worth_more group by day
), counted as (
  select h.measure, h.measure as ref, h.day, h.n as units, greatest(h.n - coalesce(l.n, 0), 0) as n
  from here h left join led l using (measure, day)
  union all
  select c.measure, c.measure || '-elsewhere', c.day, c.n, c.n from roi_count c
  where c.community_id = %(community)s
    and (c.on_top or not exists (select from here h where h.measure = c.measure and h.day = c.day))
), priced as (
  select c.*, r.value, r.low, r.high, case c.measure when 'impression' then 1000 else 1 end as per
  from counted c left join rated r
    on r.name = case c.measure when 'impression' then 'cpm' when 'call' then 'answer' else c.measure end
      and c.day >= r.since and c.day < r.until
)
insert into benefit
select day, ref, units, n, pg_temp.even(n * coalesce(value, 0) * 100 / per),
  pg_temp.even(n * coalesce(low, 0) * 100 / per), pg_temp.even(n * coalesce(high, 0) * 100 / per)
from priced where day <= %(today)s;
-- What came of projects, by what the team says of each.
insert into benefit
select day, 'outcome', 1, 1, worth, worth, worth from (
  select (delivered_at at time zone %(zone)s)::date as day, round(actual * 100)::bigint as worth
  from calls_application where community_id = %(community)s and state = 'delivered' and actual is not null
) delivered where day <= %(today)s;

-- name: costs
insert into spent
select starts_on, kind, amount_minor from roi_cost where community_id = %(community)s and repeats = 'once'
union all
select (starts_on + make_interval(months => m))::date, kind, amount_minor from roi_cost, generate_series(0, 600) m
where community_id = %(community)s and repeats = 'monthly'
  and (starts_on + make_interval(months => m))::date <= least(coalesce(ends_on, %(today)s), %(today)s);

-- name: lines
select ref, sum(case ref when 'order' then units else n end)::bigint, sum(amount)::bigint, sum(low)::bigint,
  sum(high)::bigint
from benefit where day between %(first)s and %(last)s group by ref;

-- name: cost_kinds
select kind, sum(amount)::bigint from spent where day between %(first)s and %(last)s group by kind;

-- name: unattributed
select count(*) filter (where currency = %(currency)s and not is_refund),
  count(*) filter (where currency <> %(currency)s and not is_refund)
from roi_order
where community_id = %(community)s and (placed_at at time zone %(zone)s)::date between %(first)s and %(last)s
  and (matched_by = '' or currency <> %(currency)s);

-- name: month
select (select coalesce(sum(amount), 0) from benefit where day between %(first)s and %(last)s)::bigint,
  (select coalesce(sum(amount), 0) from benefit where ref = 'order' and day between %(first)s and %(last)s)::bigint,
  (select coalesce(sum(amount), 0) from spent where day between %(first)s and %(last)s)::bigint;

-- name: since_launch
select (select coalesce(sum(amount), 0) from benefit where day <= %(last)s)::bigint,
  (select coalesce(sum(amount), 0) from benefit where ref = 'order' and day <= %(last)s)::bigint,
  (select coalesce(sum(amount), 0) from spent where day <= %(last)s)::bigint;

-- name: spread_cost
-- A launch over 36 months, the cents that are left over to the first of them; all else on its day.
select coalesce(sum(
  case when kind <> 'launch' then case when day between %(first)s and %(last)s then amount else 0 end
  else (
    select case when age between 0 and 35 then div(amount, 36) + case when age < mod(amount, 36) then 1 else 0 end
      else 0 end
    from (select (extract(year from %(first)s::date) - extract(year from day)) * 12
      + extract(month from %(first)s::date) - extract(month from day) as age) how_old
  ) end
), 0)::bigint from (select kind, date_trunc('month', day)::date as month, min(day) as day, sum(amount) as amount
  from spent where kind = 'launch' group by 1, 2
  union all select kind, date_trunc('month', day)::date, day, amount from spent where kind <> 'launch') costs;

-- name: paid_back
-- The first day after the last one at whose end less had come in than was spent.
with day_sums as (
  select day, sum(total) as total, sum(hard) as hard, sum(low) as low, sum(high) as high, sum(cost) as cost from (
    select day, amount as total, case when ref = 'order' then amount else 0 end as hard, low, high, 0 as cost
    from benefit
    union all select day, 0, 0, 0, 0, amount from spent
  ) one where day <= %(today)s group by day
), running as (
  select day, sum(cost) over (order by day) as spent_so_far,
    sum(total - cost) over (order by day) as total, sum(hard - cost) over (order by day) as hard,
    sum(low - cost) over (order by day) as low, sum(high - cost) over (order by day) as high
  from day_sums
)
select
  (select min(day) from running where spent_so_far > 0 and day > coalesce(
    (select max(day) from running where total < 0), '-infinity')),
  (select min(day) from running where spent_so_far > 0 and day > coalesce(
    (select max(day) from running where hard < 0), '-infinity')),
  (select min(day) from running where spent_so_far > 0 and day > coalesce(
    (select max(day) from running where low < 0), '-infinity')),
  (select min(day) from running where spent_so_far > 0 and day > coalesce(
    (select max(day) from running where high < 0), '-infinity'));

-- name: channels
select channel, sum(last)::bigint, sum(linear)::bigint from (
  select c.channel, case c.model when 'last' then c.amount_minor else 0 end as last,
    case c.model when 'linear' then c.amount_minor else 0 end as linear
  from roi_credit c join roi_order o on o.id = c.order_id
  where c.community_id = %(community)s and o.currency = %(currency)s and o.matched_by <> ''
    and (o.placed_at at time zone %(zone)s)::date between %(first)s and %(last)s
  union all
  select '', net_minor, net_minor from roi_order
  where community_id = %(community)s and currency = %(currency)s and matched_by = ''
    and (placed_at at time zone %(zone)s)::date between %(first)s and %(last)s
) credited group by channel having count(*) > 0;

-- name: aims
select
  (select count(*) from roi_lead where community_id = %(community)s and state = 'accepted'
    and (at at time zone %(zone)s)::date between %(first)s and %(last)s),
  (select count(*) from communities_membership where community_id = %(community)s and status = 'active' and not unclaimed
    and (joined_at at time zone %(zone)s)::date between %(first)s and %(last)s),
  (select count(*) from roi_click where community_id = %(community)s
    and (at at time zone %(zone)s)::date between %(first)s and %(last)s),
  (select coalesce(sum(units), 0)::bigint from benefit
    where ref in ('visit', 'visit-elsewhere') and day between %(first)s and %(last)s),
  (select coalesce(sum(units), 0)::bigint from benefit
    where ref in ('impression', 'impression-elsewhere') and day between %(first)s and %(last)s);

-- name: repeat
select count(*) filter (where exists (
    select from roi_order p where p.community_id = o.community_id and p.customer = o.customer and not p.is_refund
      and p.placed_at < o.placed_at
  )), count(*)
from roi_order o
where community_id = %(community)s and customer <> '' and not is_refund
  and (placed_at at time zone %(zone)s)::date between %(first)s and %(last)s;

-- name: score
select 100.0 * (p - d) / n, 196 * sqrt(((p + d)::float / n - ((p - d)::float / n) ^ 2) / n), n
from (
  select s.id, s.closed_at, count(*) as n, count(*) filter (where a.number >= 9) as p,
    count(*) filter (where a.number <= 6) as d
  from surveys_survey s
  join surveys_question q on q.survey_id = s.id and q.place = 1
  join surveys_answer a on a.question_id = q.id
  where s.community_id = %(community)s and s.purpose = 'nps' and s.whom = 'all'
    and (s.closed_at at time zone %(zone)s)::date between %(first)s and %(last)s
  group by s.id, s.closed_at having count(*) >= 20
) of_month
order by closed_at desc, id desc limit 1;

-- name: saved
select count(*) filter (where saved), count(*) from roi_saving
where community_id = %(community)s and (said_at at time zone %(zone)s)::date between %(first)s and %(last)s;

-- name: visits
with seen as (
  select *, (occurred_at at time zone %(zone)s)::date as day, coalesce(
    bool_or(entry and props ->> 'referrer' = 'self') over (partition by visit), false) as robot
  from capture_event where community_id = %(community)s and visitor is not null
), visit as (
  select min(day) as day, bool_and(kind = 1) and count(*) = 1 as bounced
  from seen where not robot group by visit
)
select (select count(*) from visit where day between %(first)s and %(last)s),
  (select count(*) from seen where not robot and kind = 1 and day between %(first)s and %(last)s),
  (select coalesce(sum(n), 0)::bigint from (
    select count(distinct visitor) as n from seen where not robot and day between %(first)s and %(last)s group by day
  ) daily),
  (select count(*) from visit where bounced and day between %(first)s and %(last)s);

-- name: active
-- Members, without the team and those who are suspended or banned, on whose day there was a page or a contribution.
with here as (
  select d.* from engagement_memberday d left join communities_membership m on m.id = d.person
  where d.community_id = %(community)s and (d.views > 0 or d.contributions > 0)
    and not coalesce(m.role in ('moderator', 'manager', 'marketing', 'owner')
      or m.status in ('suspended', 'banned'), false)
), trailing_days as (
  select * from here where day between %(last)s::date - 27 and %(last)s
), one as (
  select person, sum(contributions) as x from here where day between %(first)s and %(last)s group by person
), ranked as (
  select x, row_number() over (order by x) as i, count(*) over () as n, sum(x) over () as whole from one
)
select (select count(distinct person) from trailing_days),
  (select count(*) / 28.0 from (select distinct day, person from trailing_days) daily),
  (select count(*) filter (where x = 0) from one), (select count(*) from one),
  (select sum((2 * i - n - 1) * x) / nullif(max(n * whole), 0) from ranked);

-- name: waits
with thread as (
  select t.published_at as began, (
    select min(p.published_at) from content_post p
    where p.thread_id = t.id and p.state = 'published' and p.position > 1
      and (p.author_id is null or p.author_id <> t.author_id)
  ) as replied
  from content_thread t
  where t.community_id = %(community)s and t.kind in ('topic', 'question') and t.state = 'published'
    and (t.published_at at time zone %(zone)s)::date between %(first)s and %(last)s
), waiting as (
  -- After how long half of them have one, those that still wait included (Kaplan–Meier).
  select coalesce(replied, now()) - began as wait, replied is not null as served,
    count(*) over () + 1 - row_number() over (order by coalesce(replied, now()) - began, replied is null) as at_risk
  from thread
), survival as (
  select wait, served, exp(sum(case when not served then 0 when at_risk = 1 then -99 else ln(1 - 1.0 / at_risk) end)
    over (order by at_risk desc)) as left_over from waiting
)
select count(*) filter (where replied - began <= interval '7 days' and began <= now() - interval '7 days'),
  count(*) filter (where began <= now() - interval '7 days'), count(*),
  (select extract(epoch from min(wait)) from survival where served and left_over <= 0.5 + 1e-12)
from thread;

-- name: channel_visits
select channel::text, count(*) from (
  select channel, (occurred_at at time zone %(zone)s)::date as day from capture_event
  where community_id = %(community)s and entry and visitor is not null
    and props ->> 'referrer' is distinct from 'self'
) entered where day between %(first)s and %(last)s group by channel;

-- name: joined
-- Of those who joined in a month, how many were here in each later month that is over.
with member as (
  select id, date_trunc('month', joined_at at time zone %(zone)s)::date as month from communities_membership
  where community_id = %(community)s and not unclaimed and status not in ('suspended', 'banned', 'invited')
    and role not in ('moderator', 'manager', 'marketing', 'owner')
), later as (
  select generate_series(date_trunc('month', %(first)s::date) - interval '5 months', %(first)s::date, '1 month')::date
    as month
), over as (select month from later where (month + interval '1 month')::date - 1 <= %(last)s)
select j.month, (select count(*) from member m where m.month = j.month),
  array(select (
    select count(distinct d.person) from engagement_memberday d join member m on m.id = d.person
    where d.community_id = %(community)s and m.month = j.month and (d.views > 0 or d.contributions > 0)
      and date_trunc('month', d.day)::date = a.month
  ) from over a where a.month >= j.month order by a.month)
from over j order by j.month;

-- name: visits_of_days
-- The same as of a month, day by day: a visit belongs to the day that it began on.
with seen as (
  select *, (occurred_at at time zone %(zone)s)::date as day, coalesce(
    bool_or(entry and props ->> 'referrer' = 'self') over (partition by visit), false) as robot
  from capture_event where community_id = %(community)s and visitor is not null
), visit as (
  select min(day) as day, bool_and(kind = 1) and count(*) = 1 as bounced
  from seen where not robot group by visit
), wanted as (
  select generate_series(%(first)s::date, %(last)s::date, '1 day')::date as day
)
select w.day::text, (select count(*) from visit v where v.day = w.day),
  (select count(*) from seen s where not s.robot and s.kind = 1 and s.day = w.day),
  (select count(distinct s.visitor) from seen s where not s.robot and s.day = w.day),
  (select count(*) from visit v where v.bounced and v.day = w.day)
from wanted w order by w.day;

-- name: members_of_days
-- Different members in these days, how many a day on average, how many of them contributed nothing.
with here as (
  select d.* from engagement_memberday d left join communities_membership m on m.id = d.person
  where d.community_id = %(community)s and (d.views > 0 or d.contributions > 0)
    and d.day between %(first)s and %(last)s
    and not coalesce(m.role in ('moderator', 'manager', 'marketing', 'owner')
      or m.status in ('suspended', 'banned'), false)
)
select count(*), coalesce((select count(*) from here), 0)::numeric / (%(last)s::date - %(first)s::date + 1),
  count(*) filter (where x = 0)
from (select person, sum(contributions) as x from here group by person) one;

-- name: active_of_days
select wanted.day::text, (
  select count(distinct d.person) from engagement_memberday d left join communities_membership m on m.id = d.person
  where d.community_id = %(community)s and d.day = wanted.day and (d.views > 0 or d.contributions > 0)
    and not coalesce(m.role in ('moderator', 'manager', 'marketing', 'owner')
      or m.status in ('suspended', 'banned'), false)
)
from (select generate_series(%(first)s::date, %(last)s::date, '1 day')::date as day) wanted order by 1;
