"""Both walls."""

from django.db import migrations

from communities.rowsecurity import protect

PERSON, SOMEBODY = ("communities_membership", "cascade"), ("communities_membership", "set null")


# Who has lines about days long ago: numbers of communities, nothing else.
OLD = """
create function public.communities_with_old_handlings(before timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.animation_handling where at < before
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("animation", "0001_initial"),
        ("communities", "0002_walls"),
        ("content", "0002_walls"),
    ]

    operations = [
        migrations.RunSQL(OLD, "drop function public.communities_with_old_handlings(timestamptz)"),
        *protect("animation_handling", {"by_id": SOMEBODY, "to_id": SOMEBODY}),
        *protect(
            "animation_welcome",
            {
                "membership_id": PERSON,
                "greeted_by_id": SOMEBODY,
                "post_id": ("content_post", "set null"),
                "looked_after_by_id": SOMEBODY,
                "nudged_by_id": SOMEBODY,
            },
        ),
        *protect("animation_introduction", {"newcomer_id": PERSON, "person_id": PERSON, "by_id": SOMEBODY}),
    ]
