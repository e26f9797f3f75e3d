"""The journal that nobody changes, and what the operator may ask across communities: numbers, never rows."""

from django.db import migrations

KEEP = """
create function public.f_keep_operator_act() returns trigger language plpgsql as $$
begin
  raise exception 'the operator’s journal is never changed';
end $$;
create trigger keep before update or delete on operator_operatoract
  for each row execute function public.f_keep_operator_act();
"""
KEEP_NOT = """
drop trigger keep on operator_operatoract;
drop function public.f_keep_operator_act();
"""

# `owner` is the number of an account, which belongs to no community.
NUMBERS = """
create function public.fleet_numbers(ids bigint[], since timestamptz)
returns table (community_id bigint, owner bigint, members integer, storage bigint,
  mails_sent bigint, mails_failed bigint, mails_waiting bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
  select c.id,
    (select m.member_id from public.communities_membership m
      where m.community_id = c.id and m.role = 'owner' and m.status = 'active' order by m.id limit 1),
    c.member_count,
    (select coalesce(sum(a.size), 0)::bigint from public.content_attachment a where a.community_id = c.id)
      + (select coalesce(sum(f.size), 0)::bigint from public.people_profilefile f where f.community_id = c.id),
    coalesce(o.sent, 0), coalesce(o.failed, 0), coalesce(o.waiting, 0)
  from public.communities_community c
  left join (
    select m.community_id,
      count(*) filter (where m.state = 'sent' and m.finished_at >= since) sent,
      count(*) filter (where m.state in ('refused', 'uncertain', 'late') and m.finished_at >= since) failed,
      count(*) filter (where m.state in ('waiting', 'sending')) waiting
    from public.members_outgoingmail m where m.community_id = any(ids) group by m.community_id
  ) o on o.community_id = c.id
  where c.id = any(ids)
$$;
create function public.outbox_numbers()
returns table (waiting bigint, oldest timestamptz, undelivered bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
  select w.waiting, w.oldest, u.undelivered from
    (select count(*) waiting, min(m.made_at) oldest from public.members_outgoingmail m
      where m.state in ('waiting', 'sending') and m.due_at <= now()) w,
    (select count(*) undelivered from public.members_outgoingmail m
      where m.state in ('refused', 'uncertain', 'late')) u
$$;
create function public.undelivered_numbers(most integer)
returns table (community_id bigint, kind text, state text, problem text, mails bigint, latest timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
  select m.community_id, m.kind, m.state, m.problem, count(*), max(m.finished_at)
  from public.members_outgoingmail m where m.state in ('refused', 'uncertain', 'late')
  group by m.community_id, m.kind, m.state, m.problem order by max(m.finished_at) desc limit most
$$;
"""
NO_NUMBERS = """
drop function public.fleet_numbers(bigint[], timestamptz);
drop function public.outbox_numbers();
drop function public.undelivered_numbers(integer);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("operator", "0001_initial"),
        ("communities", "0002_walls"),
        ("content", "0002_walls"),
        ("members", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(KEEP, KEEP_NOT),
        migrations.RunSQL(NUMBERS, NO_NUMBERS),
    ]
