"""Both walls, and a function that finds where readings are due to become figures."""

from django.db import migrations

from communities.rowsecurity import protect

# One statement for all communities: a number of the community, and nothing else.
DUE = """
create function public.communities_with_old_readings(before timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.announcements_announcement
  where ends_at <= before and counted_at is null
$$;
"""
NOT_DUE = "drop function public.communities_with_old_readings(timestamptz);"


class Migration(migrations.Migration):
    dependencies = [
        ("announcements", "0001_initial"),
        ("communities", "0002_walls"),
    ]

    operations = [
        *protect(
            "announcements_announcement",
            {
                "segment_id": ("newsletters_segment", "set null"),
                "created_by_id": ("communities_membership", "set null"),
            },
        ),
        *protect(
            "announcements_reading",
            {
                "announcement_id": ("announcements_announcement", "cascade"),
                "membership_id": ("communities_membership", "cascade"),
            },
        ),
        migrations.RunSQL(DUE, NOT_DUE),
    ]
