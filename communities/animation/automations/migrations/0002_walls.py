"""Both walls."""

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from communities.rowsecurity import protect

PERSON, SOMEBODY = ("communities_membership", "cascade"), ("communities_membership", "set null")

# Who has a state to ask for, or old lines to forget; who has something queued: numbers of communities, nothing else.
LOOK = """
create function public.communities_with_automations(at timestamptz, old timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select community_id from public.automations_automation where look_at <= at
  union
  select community_id from public.automations_firing where queued_at < old
$$;
"""
QUEUED = """
create function public.communities_with_firings(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.automations_firing where state = 'waiting' and due_at <= at
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("automations", "0001_initial"),
        ("communities", "0002_walls"),
        ("content", "0002_walls"),
    ]

    operations = [
        *protect("automations_automation", {"to_id": SOMEBODY, "signed_by_id": SOMEBODY}),
        *protect(
            "automations_firing",
            {
                "automation_id": ("automations_automation", "cascade"),
                "person_id": PERSON,
                "thread_id": ("content_thread", "set null"),
                "post_id": ("content_post", "set null"),
                "by_id": SOMEBODY,
                "undone_by_id": SOMEBODY,
            },
        ),
        *protect("automations_origin"),
        RunSQL(LOOK, "drop function public.communities_with_automations(timestamptz, timestamptz)"),
        RunSQL(QUEUED, "drop function public.communities_with_firings(timestamptz)"),
    ]
