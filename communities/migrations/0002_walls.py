from django.db import migrations

from communities.rowsecurity import protect

# The doors between communities, each a function with a fixed search path that answers one question. They run
# with their owner's rights, whom the policies exempt; nothing else may look across the wall.
MEMBERSHIPS_OF = """
create function public.memberships_of(person bigint)
returns table (community_id bigint, membership_id bigint, handle text, role text, status text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select community_id, id, handle, case when role_until <= now() then role_after else role end, status
  from public.communities_membership
  where member_id = person and status = 'active' order by community_id
$$
"""

# The outbox stands on the floor of members: a community's mails are seen in its scope only, those about accounts
# outside every scope only. Both may be written from a community's page.
OWN = "nullif(current_setting('app.community', true), '')::bigint"

WALL = f"""
alter table members_outgoingmail add constraint members_outgoingmail_community_owned
  foreign key (community_id) references communities_community (id) on delete cascade;
alter table members_outgoingmail enable row level security;
create policy community on members_outgoingmail
  using (community_id is not distinct from {OWN})
  with check (community_id is null or community_id = {OWN});
"""
NO_WALL = """
drop policy community on members_outgoingmail;
alter table members_outgoingmail disable row level security;
alter table members_outgoingmail drop constraint members_outgoingmail_community_owned;
"""

DUE = """
create function public.communities_with_outgoing_mails(at timestamptz, dead_since timestamptz)
returns setof bigint language sql stable security definer set search_path = pg_catalog, public as $$
  select community_id from public.members_outgoingmail
  where community_id is not null
    and (state = 'waiting' and due_at <= at or state = 'sending' and claimed_at <= dead_since)
    and not exists (
      select from public.communities_community c where c.id = community_id and c.suspended_at is not null)
  group by community_id order by min(urgency), min(due_at)
$$;
create function public.communities_with_old_mails(before timestamptz, at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select community_id from public.members_outgoingmail where community_id is not null and finished_at <= before
  union
  select community_id from public.members_outgoingmail
  where community_id is not null and state = 'waiting' and useless_at <= at
$$;
"""
NOT_DUE = """
drop function public.communities_with_outgoing_mails(timestamptz, timestamptz);
drop function public.communities_with_old_mails(timestamptz, timestamptz);
"""

# Names are found by any part of them. A name is kept as its pieces of three letters, each word with a blank before it,
# and the community is a piece of its own, as in the vectors of texts. Like those, they are reached through a function
# that runs with its owner’s rights: `@>` is not leakproof. Numbers only leave it; who may see them is decided later.
NAMES = """
create function public.f_pieces(community bigint, name text) returns text[]
language sql immutable parallel safe as $$
  select array_agg(distinct piece) from (
    select '~' || community as piece
    union all
    select substr(padded, place, 3) from (select ' ' || public.f_unaccent(name) || ' ' as padded) whole,
      generate_series(1, length(padded) - 2) place
  ) pieces
$$;
create index membership_name_pieces on communities_membership
  using gin (public.f_pieces(community_id, display_name));
create function public.members_named(words text, most int) returns setof bigint
language plpgsql stable security definer
set search_path = pg_catalog, public set plan_cache_mode = force_custom_plan as $$
declare
  here bigint := nullif(current_setting('app.community', true), '')::bigint;
  -- Of two letters, those that a word begins with.
  part text := case when length(public.f_unaccent(words)) = 2 then ' ' else '' end || public.f_unaccent(words);
  wanted text[];
begin
  if here is null or length(part) < 3 then return; end if;
  select array_agg(distinct substr(part, place, 3)) || ('~' || here) into wanted
    from generate_series(1, length(part) - 2) place;
  return query select m.id from public.communities_membership m
    where m.community_id = here and public.f_pieces(m.community_id, m.display_name) @> wanted
      and position(part in ' ' || public.f_unaccent(m.display_name) || ' ') > 0
    limit most;
end $$;
"""
NO_NAMES = """
drop function public.members_named(text, int);
drop index membership_name_pieces;
drop function public.f_pieces(bigint, text);
"""

# What only grows: the journals and the decisions. The trigger on their tables binds every role. A line goes only with
# its whole community, once the time to take that back is over.
KEEP = """
create function public.f_keep() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  if tg_op = 'DELETE' and exists (
    select 1 from public.communities_community
    where id = (to_jsonb(old) ->> 'community_id')::bigint and deletes_at <= now()
  ) then
    return old;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end
$$;
"""

# Jobs ask for whom something is due by the clocks of each, in one statement for all: one that the database does not
# know would fail it for everybody. Raises `invalid_parameter_value` where it is written.
CLOCK = """
alter table public.communities_community add constraint communities_community_clock_is_known
  check ((timestamptz 'epoch' at time zone time_zone) is not null)
"""
NO_CLOCK = "alter table public.communities_community drop constraint communities_community_clock_is_known"


class Migration(migrations.Migration):
    dependencies = [("communities", "0001_initial"), ("members", "0001_initial")]

    operations = [
        *protect("communities_membership", {"merged_into_id": ("communities_membership", "set null")}),
        *protect("communities_formerhandle", {"membership_id": ("communities_membership", "set null")}),
        migrations.RunSQL(MEMBERSHIPS_OF, "drop function public.memberships_of(bigint)"),
        migrations.RunSQL(NAMES, NO_NAMES),
        migrations.RunSQL(WALL, NO_WALL),
        migrations.RunSQL(DUE, NOT_DUE),
        migrations.RunSQL(CLOCK, NO_CLOCK),
        migrations.RunSQL(KEEP, "drop function public.f_keep()"),
    ]
