"""Both walls, and the questions that jobs ask across communities: numbers, never rows."""

from django.db import migrations

from communities.rowsecurity import protect

DUE = """
create function public.communities_with_due_senders(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select community_id from public.mailing_sender where due_at <= at order by due_at
$$;
create function public.communities_with_old_returns(before timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.mailing_mailreturn where at <= before
$$;
"""
NOT_DUE = """
drop function public.communities_with_due_senders(timestamptz);
drop function public.communities_with_old_returns(timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("mailing", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        *protect("mailing_sender"),
        *protect("mailing_mailreturn"),
        migrations.RunSQL(DUE, NOT_DUE),
    ]
