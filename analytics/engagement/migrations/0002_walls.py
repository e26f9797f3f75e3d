from django.db import migrations

from communities.rowsecurity import protect

DUE = """
create function public.communities_with_dirty_days() returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.engagement_dirtyday
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
    dependencies = [("engagement", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        *protect("engagement_memberday"),
        *protect("engagement_dirtyday"),
        *protect("engagement_fill"),
        migrations.RunSQL(DUE, "drop function public.communities_with_dirty_days()"),
        migrations.RunSQL(ACTIVE, "drop function public.active_members(bigint[], date, date)"),
    ]
