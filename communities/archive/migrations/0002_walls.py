"""Both walls, and which communities have exports to go on with or to delete: numbers, never rows."""

from django.db import migrations

from communities.rowsecurity import protect

DUE = """
create function public.communities_with_exports(stopped timestamptz, at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select community_id from public.archive_export where state = 'running' and worked_at <= stopped
  union
  select community_id from public.archive_export where state = 'ready' and expires_at <= at
$$
"""


class Migration(migrations.Migration):
    dependencies = [("archive", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        *protect("archive_export", {"by_id": ("communities_membership", "set null")}),
        migrations.RunSQL(DUE, "drop function public.communities_with_exports(timestamptz, timestamptz)"),
    ]
