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


class Migration(migrations.Migration):
    dependencies = [("communities", "0001_initial"), ("members", "0001_initial")]

    operations = [
        *protect("communities_membership", {"merged_into_id": ("communities_membership", "set null")}),
        *protect("communities_formerhandle", {"membership_id": ("communities_membership", "set null")}),
        migrations.RunSQL(MEMBERSHIPS_OF, "drop function public.memberships_of(bigint)"),
        migrations.RunSQL(WALL, NO_WALL),
        migrations.RunSQL(DUE, NOT_DUE),
        migrations.RunSQL(KEEP, "drop function public.f_keep()"),
    ]
