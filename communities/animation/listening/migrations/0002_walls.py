"""Both walls."""

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from communities.rowsecurity import protect

SOMEBODY = ("communities_membership", "set null")
NAME, MENTION = ("listening_trackedname", "cascade"), ("listening_mention", "cascade")

# Which communities have a feed to read, or mentions that are not kept any longer: numbers, and nothing else.
DUE = """
create function public.communities_with_listening(at timestamptz, before timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select community_id from public.listening_mentionsource where due_at <= at
  union
  select community_id from public.listening_mention where said_at < before and state <> 'deleted'
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("listening", "0001_initial"),
        ("communities", "0002_walls"),
    ]

    operations = [
        *protect("listening_trackedname", {"created_by_id": SOMEBODY}),
        *protect("listening_mentionsource", {"created_by_id": SOMEBODY}),
        *protect(
            "listening_mention",
            {"source_id": ("listening_mentionsource", "cascade"), "assignee_id": SOMEBODY},
        ),
        *protect("listening_mentionmatch", {"mention_id": MENTION, "name_id": NAME}),
        *protect("listening_mentionday", {"name_id": NAME}),
        RunSQL(DUE, "drop function public.communities_with_listening(timestamptz, timestamptz)"),
    ]
