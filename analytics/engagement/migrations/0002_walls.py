from django.db import migrations

from communities.rowsecurity import protect

DUE = """
create function public.communities_with_dirty_days() returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.engagement_dirtyday
$$
"""

# What `fill_days` would change of the last days, in one pass over everything instead of one for each community; and
# where nothing was ever counted. Days are those of each place’s clocks.
MISCOUNTED = """
create function public.communities_with_miscounted_days(at timestamptz, back int) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  with deed as (
    select c.id as community_id, d.person, (d.done_at at time zone c.time_zone)::date as day
    from public.communities_community c cross join lateral (
      select p.author_id as person, p.published_at as done_at
      from public.content_post p join public.content_thread t on t.id = p.thread_id
      where p.community_id = c.id and p.published_at >= at - make_interval(days => back + 2)
        and p.state = 'published' and t.state = 'published'
      union all
      select r.membership_id, r.created_at
      from public.content_reaction r join public.content_post p on p.id = r.post_id
        join public.content_thread t on t.id = p.thread_id
      where r.community_id = c.id and r.created_at >= at - make_interval(days => back + 2)
        and p.state = 'published' and t.state = 'published'
      union all
      select b.voter_id, b.cast_at
      from public.polls_ballot b join public.polls_poll v on v.id = b.poll_id
        join public.content_thread t on t.id = v.thread_id
      where b.community_id = c.id and b.cast_at >= at - make_interval(days => back + 2) and t.state = 'published'
      union all
      select i.voter_id, i.cast_at
      from public.ideas_vote i join public.content_thread t on t.id = i.idea_id
      where i.community_id = c.id and i.cast_at >= at - make_interval(days => back + 2) and t.state = 'published'
    ) d
  ), counted as (
    select d.community_id, d.person, d.day, count(*) as n
    from deed d join public.communities_membership m on m.id = d.person and not m.unclaimed
    group by d.community_id, d.person, d.day
  ), kept as (
    select k.community_id, k.person, k.day, k.contributions as n from public.engagement_memberday k
    where k.day >= at::date - back - 2 and k.contributions <> 0 and k.person > 0
  )
  select c.id from counted full join kept using (community_id, person, day)
  join public.communities_community c on c.id = community_id
  where counted.n is distinct from kept.n and day <= (at at time zone c.time_zone)::date
    and day >= (at at time zone c.time_zone)::date - back
  union
  select c.id from public.communities_community c
  where not exists (select from public.engagement_fill f where f.community_id = c.id)
    and exists (select from public.content_post p where p.community_id = c.id)
$$
"""

# Who is gone, and still stands in events or days.
GONE = """
create function public.communities_that_know_gone_people() returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select m.community_id from public.communities_membership m
  where (m.status = 'erased' or m.member_id is null and not m.unclaimed) and (
    exists (select from public.capture_event e where e.community_id = m.community_id and e.membership_id = m.id)
    or exists (
      select from public.engagement_memberday d where d.community_id = m.community_id and d.person = m.id))
  union
  select d.community_id from public.engagement_memberday d
  left join public.communities_membership m on m.community_id = d.community_id and m.id = d.person
  where d.person > 0 and m.id is null
$$
"""

# How many members were there on each day, and in the last seven (then `day` is null): numbers for the operator.
ACTIVE = """
create function public.active_members(ids bigint[], first date, last date)
returns table (community_id bigint, day date, people bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
  select d.community_id, d.day, count(*) from public.engagement_memberday d
  where d.community_id = any(ids) and d.day between first and last group by d.community_id, d.day
  union all
  select d.community_id, null, count(distinct d.person) from public.engagement_memberday d
  where d.community_id = any(ids) and d.day between last - 6 and last group by d.community_id
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("engagement", "0001_initial"),
        ("communities", "0002_walls"),
        ("content", "0002_walls"),
        ("capture", "0002_walls"),
        ("polls", "0002_walls"),
        ("ideas", "0002_walls"),
    ]

    operations = [
        *protect("engagement_memberday"),
        *protect("engagement_dirtyday"),
        *protect("engagement_fill"),
        migrations.RunSQL(DUE, "drop function public.communities_with_dirty_days()"),
        migrations.RunSQL(
            MISCOUNTED, "drop function public.communities_with_miscounted_days(timestamptz, int)"
        ),
        migrations.RunSQL(GONE, "drop function public.communities_that_know_gone_people()"),
        migrations.RunSQL(ACTIVE, "drop function public.active_members(bigint[], date, date)"),
    ]
