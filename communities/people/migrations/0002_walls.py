"""Both walls; whose roles have ended, and whose end soon."""

from django.db import migrations

from communities.rowsecurity import protect

PERSON = ("communities_membership", "cascade")

ENDED = """
create function public.communities_with_ended_roles(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.communities_membership where role_until <= at
$$
"""
# Two weeks before, as `communities/terms.py` says.
ENDING = """
create function public.communities_with_ending_roles(at timestamptz, until timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.communities_membership
  where role_until > at and role_until <= until and not role_end_told
$$
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        *protect(
            "people_membernote", {"membership_id": PERSON, "by_id": ("communities_membership", "set null")}
        ),
        *protect("people_ownershipoffer", {"by_id": PERSON, "to_id": PERSON}),
        migrations.RunSQL(ENDED, "drop function public.communities_with_ended_roles(timestamptz)"),
        migrations.RunSQL(
            ENDING, "drop function public.communities_with_ending_roles(timestamptz, timestamptz)"
        ),
    ]
