"""Both walls, and in which communities somebody is to be told of a call."""

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from communities.rowsecurity import protect

# Numbers of communities, and nothing else.
TELL = """
create function public.communities_with_calls_to_tell(at timestamptz, soon timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select community_id from public.calls_call where told_at is null and closes_at <= at
  union
  select community_id from public.calls_call
  where warned_at is null and closes_at > at and closes_at <= soon and opens_at <= at
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0001_initial"),
        ("communities", "0002_walls"),
        ("content", "0002_walls"),
    ]

    operations = [
        *protect("calls_call", {"thread_id": ("content_thread", "cascade")}),
        *protect(
            "calls_juror",
            {"call_id": ("calls_call", "cascade"), "membership_id": ("communities_membership", "cascade")},
        ),
        *protect(
            "calls_application",
            {
                "call_id": ("calls_call", "cascade"),
                "applicant_id": ("communities_membership", "cascade"),
                "owner_id": ("communities_membership", "set null"),
            },
        ),
        *protect("calls_applicationfile", {"application_id": ("calls_application", "cascade")}),
        *protect(
            "calls_step",
            {
                "application_id": ("calls_application", "cascade"),
                "by_id": ("communities_membership", "set null"),
            },
        ),
        *protect(
            "calls_evaluation",
            {
                "application_id": ("calls_application", "cascade"),
                "juror_id": ("communities_membership", "set null"),
            },
        ),
        RunSQL(TELL, "drop function public.communities_with_calls_to_tell(timestamptz, timestamptz)"),
    ]
