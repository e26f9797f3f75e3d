from django.db import migrations

from communities.rowsecurity import protect

DUE = """
create function public.communities_with_dirty_days() returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.engagement_dirtyday
$$
"""


class Migration(migrations.Migration):
    dependencies = [("engagement", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        *protect("engagement_memberday"),
        *protect("engagement_dirtyday"),
        *protect("engagement_fill"),
        migrations.RunSQL(DUE, "drop function public.communities_with_dirty_days()"),
    ]
