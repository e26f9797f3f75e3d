"""The event table, cut by month; the walls; and the doors that the worker needs.

Partitions are made and dropped by functions with their owner's rights, since web and worker own nothing. Each has
row-level security and no policy: the rows are reached through the whole table only.
"""

from django.db import migrations

from communities.rowsecurity import protect

# The same columns and checks, then what `like` would name by itself.
CUT = """
alter table capture_event rename to capture_event_whole;
alter table capture_event_whole rename constraint capture_event_pkey to capture_event_whole_pkey;
create table capture_event (like capture_event_whole including defaults including constraints)
  partition by range (occurred_at);
drop table capture_event_whole;
alter table capture_event add constraint capture_event_pkey primary key (community_id, uid, occurred_at);
alter table capture_event add constraint capture_event_community foreign key (community_id)
  references communities_community (id) deferrable initially deferred;
create index event_time on capture_event (community_id, occurred_at);
create index event_visitor on capture_event (community_id, visitor, occurred_at);
create index event_visit on capture_event (community_id, visit, occurred_at);
create index event_membership on capture_event (community_id, membership_id, occurred_at)
  where membership_id is not null;
"""

MONTHS = """
create function public.make_event_month(at timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  first date := date_trunc('month', at at time zone 'UTC')::date;
  part text := 'capture_event_' || to_char(first, 'YYYY_MM');
begin
  if first < date '1990-01-01' or first > current_date + 400 then
    raise exception 'no partition for %', at using errcode = 'datetime_field_overflow';
  end if;
  if to_regclass('public.' || part) is not null then
    return false;
  end if;
  -- Two workers may meet here; the lock ends with the transaction.
  perform pg_advisory_xact_lock(hashtext('capture_event months'));
  if to_regclass('public.' || part) is not null then
    return false;
  end if;
  execute format(
    'create table public.%I partition of public.capture_event for values from (%L) to (%L)', part,
    first::text || ' 00:00:00+00', (first + interval '1 month')::date::text || ' 00:00:00+00');
  execute format('alter table public.%I enable row level security', part);
  return true;
end $$;

create function public.drop_event_months(before timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  part record;
  dropped integer := 0;
begin
  if before > now() - interval '1 year' then
    raise exception 'events are kept for a year at least';
  end if;
  for part in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.capture_event'::regclass
      and to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= before at time zone 'UTC'
  loop
    execute format('drop table public.%I', part.relname);
    dropped := dropped + 1;
  end loop;
  return dropped;
end $$;

create function public.communities_with_dirty_hours() returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.capture_dirtyhour
$$;

-- Where there is something to compare on these days; a local day touches its neighbours.
create function public.communities_with_visits(days date[]) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select c.id from public.communities_community c
  where exists (
    select from unnest(days) one where exists (
        select from public.capture_event e where e.community_id = c.id
          and e.occurred_at >= (one - 1)::timestamptz and e.occurred_at < (one + 2)::timestamptz)
      or exists (
        select from public.capture_audiencehour h where h.community_id = c.id
          and h.hour >= (one - 1)::timestamptz and h.hour < (one + 2)::timestamptz)
      or exists (
        select from public.capture_audienceday d where d.community_id = c.id and d.day = one))
$$;

select public.make_event_month(now() + make_interval(months => n)) from generate_series(-1, 3) n;
"""
UNDO_MONTHS = """
drop function public.communities_with_visits(date[]);
drop function public.communities_with_dirty_hours();
drop function public.drop_event_months(timestamptz);
drop function public.make_event_month(timestamptz);
"""

# One round trip for many communities. A function goes from one to the next as the worker would: it opens the scope of
# each by itself and has no rights but its caller’s, so that row-level security binds it.
TOGETHER = """
create function public.events_near(asked json) returns table (of_community bigint, of_visitor bigint,
  at timestamptz, event_kind smallint, of_visit bigint, began_at timestamptz, by_channel smallint, by_source varchar,
  by_campaign varchar)
language plpgsql set plan_cache_mode = force_generic_plan set enable_sort = off as $$
declare
  one record;
  scope text := coalesce(current_setting('app.community', true), '');
begin
  for one in
    select * from json_to_recordset(asked)
      as a (community bigint, visitors bigint[], since timestamptz, until timestamptz)
  loop
    perform set_config('app.community', one.community::text, true);
    -- By the visitor, not by the time: see the look-ups of analytics/capture/counting.py.
    return query
      select one.community, e.* from unnest(one.visitors) as v (visitor), lateral (
        select e.visitor, e.occurred_at, e.kind, e.visit, e.visit_at, e.channel, e.source, e.campaign
        from public.capture_event e
        where e.community_id = one.community and e.visitor between v.visitor and v.visitor
          and e.occurred_at >= one.since and e.occurred_at <= one.until
        order by e.visitor, e.occurred_at offset 0
      ) e;
  end loop;
  perform set_config('app.community', scope, true);
end $$;

create function public.store_seen(told json, logged integer) returns void
language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
  one record;
  scope text := coalesce(current_setting('app.community', true), '');
begin
  for one in select * from json_to_recordset(told) as t (community bigint, events json, refusals json) loop
    perform set_config('app.community', one.community::text, true);
    if one.events is not null then
      with stored as (
        insert into public.capture_event as e (community_id, uid, occurred_at, received_at, kind, visitor, visit,
          visit_at, entry, membership_id, object_id, channel, source, campaign, path, props, consent)
        select one.community, r.uid, r.occurred_at, now(), r.kind, r.visitor, r.visit, r.visit_at, r.entry,
          -- Somebody may have gone since.
          (select m.id from public.communities_membership m
            where m.community_id = one.community and m.id = r.membership),
          r.object, r.channel, r.source, r.campaign, r.path, r.props, r.consent
        from json_to_recordset(one.events) as r (uid uuid, occurred_at timestamptz, kind smallint, visitor bigint,
          visit bigint, visit_at timestamptz, entry boolean, membership bigint, object bigint, channel smallint,
          source varchar, campaign varchar, path varchar, props jsonb, consent smallint)
        on conflict do nothing
        returning e.uid, date_trunc('hour', e.occurred_at, 'UTC') as hour
      )
      insert into public.capture_dirtyhour (community_id, hour, uids)
      select one.community, s.hour, array_agg(s.uid)
      from (select uid, hour, row_number() over (partition by hour) - 1 as place from stored) s
      group by s.hour, s.place / logged order by s.hour;
    end if;
    if one.refusals is not null then
      insert into public.capture_filteredday as f (community_id, day, reason, views)
      select one.community, r.day, r.reason, r.views
      from json_to_recordset(one.refusals) as r (day date, reason varchar, views integer)
      on conflict (community_id, day, reason) do update set views = f.views + excluded.views;
    end if;
  end loop;
  perform set_config('app.community', scope, true);
end $$;
"""
UNDO_TOGETHER = """
drop function public.store_seen(json, integer);
drop function public.events_near(json);
"""


class Migration(migrations.Migration):
    dependencies = [("capture", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        migrations.RunSQL(CUT, migrations.RunSQL.noop),
        *protect("capture_event", {"membership_id": ("communities_membership", "set null")}),
        migrations.RunSQL(MONTHS, UNDO_MONTHS),
        *protect("capture_dirtyhour"),
        *protect("capture_audiencehour"),
        *protect("capture_audienceday"),
        *protect("capture_filteredday"),
        migrations.RunSQL(TOGETHER, UNDO_TOGETHER),
    ]
