from django.db import migrations

from communities.rowsecurity import protect

DUE = """
create function public.communities_with_dirty_days() returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.engagement_dirtyday
$$
"""

# Where somebody was there, or something was published, since then; and where it was never counted at all.
DEEDS = """
create function public.communities_with_deeds(since timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select c.id from public.communities_community c
  where exists (
      select from public.content_post p where p.community_id = c.id and p.published_at >= since)
    or exists (
      select from public.engagement_memberday d where d.community_id = c.id and d.day >= since::date - 1)
    or not exists (select from public.engagement_fill f where f.community_id = c.id)
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
    ]

    operations = [
        *protect("engagement_memberday"),
        *protect("engagement_dirtyday"),
        *protect("engagement_fill"),
        migrations.RunSQL(DUE, "drop function public.communities_with_dirty_days()"),
        migrations.RunSQL(DEEDS, "drop function public.communities_with_deeds(timestamptz)"),
        migrations.RunSQL(GONE, "drop function public.communities_that_know_gone_people()"),
        migrations.RunSQL(ACTIVE, "drop function public.active_members(bigint[], date, date)"),
    ]
