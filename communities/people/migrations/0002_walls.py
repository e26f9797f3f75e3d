"""Both walls; whose roles have ended, and whose end soon; who gave an answer."""

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

# Whose profile holds one of some answers: `@>` is not leakproof, so under row-level security its index would not be
# used. Only numbers of people of the community in scope leave it.
ANSWERED = """
create function public.members_with(wanted jsonb[], most int) returns setof bigint
language plpgsql stable security definer
set search_path = pg_catalog, public set plan_cache_mode = force_custom_plan as $$
declare
  here bigint := nullif(current_setting('app.community', true), '')::bigint;
begin
  if here is null then return; end if;
  return query select m.id from public.communities_membership m
    where m.community_id = here and m.profile @> any(wanted) and not (m.profile = '{}'::jsonb) limit most;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        *protect(
            "people_membernote", {"membership_id": PERSON, "by_id": ("communities_membership", "set null")}
        ),
        *protect("people_ownershipoffer", {"by_id": PERSON, "to_id": PERSON}),
        *protect("people_profilefield"),
        *protect(
            "people_profilefile",
            {
                "membership_id": PERSON,
                "field_id": ("people_profilefield", "cascade"),
                "decided_by_id": ("communities_membership", "set null"),
            },
        ),
        migrations.RunSQL(ANSWERED, "drop function public.members_with(jsonb[], int)"),
        migrations.RunSQL(ENDED, "drop function public.communities_with_ended_roles(timestamptz)"),
        migrations.RunSQL(
            ENDING, "drop function public.communities_with_ending_roles(timestamptz, timestamptz)"
        ),
    ]
