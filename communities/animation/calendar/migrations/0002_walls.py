"""Both walls."""

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from communities.rowsecurity import protect

PERSON, SOMEBODY = ("communities_membership", "cascade"), ("communities_membership", "set null")


# Who has a ritual whose next text is to be laid out: numbers of communities, and nothing else.
DUE = """
create function public.communities_with_rituals(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.editorial_ritual where due_at <= at
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("editorial", "0001_initial"),
        ("communities", "0002_walls"),
        ("content", "0002_walls"),
    ]

    operations = [
        *protect(
            "editorial_entry",
            {
                "space_id": ("content_space", "set null"),
                "owner_id": SOMEBODY,
                "thread_id": ("content_thread", "set null"),
                "created_by_id": SOMEBODY,
                "ritual_id": ("editorial_ritual", "set null"),
            },
        ),
        *protect(
            "editorial_ritual",
            {"space_id": ("content_space", "set null"), "owner_id": SOMEBODY, "created_by_id": SOMEBODY},
        ),
        RunSQL(DUE, "drop function public.communities_with_rituals(timestamptz)"),
        *protect("editorial_calendarfeed", {"membership_id": PERSON}),
    ]
