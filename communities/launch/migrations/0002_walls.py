"""Row-level security and composite keys of the launch tables; and a log that nobody rewrites."""

from django.db import migrations

from communities.rowsecurity import protect

MEMBERSHIP = ("communities_membership", "set null")
STAGE = ("launch_stage", "cascade")

# Only who did it may fade (an erased member); a line goes only with its whole community.
APPEND_ONLY = """
create function public.launch_log_is_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.by_id is null
    and (to_jsonb(new) - 'by_id') = (to_jsonb(old) - 'by_id') then
    return new;
  end if;
  if tg_op = 'DELETE' and current_setting('app.community', true) is distinct from old.community_id::text then
    return old;
  end if;
  -- The job that removes a community works inside its walls.
  if tg_op = 'DELETE' and exists (
    select 1 from public.communities_community where id = old.community_id and deletes_at <= now()
  ) then
    return old;
  end if;
  raise exception 'the launch log is append-only';
end
$$;
create trigger launch_log_append_only before update or delete on launch_launchlogentry
  for each row execute function public.launch_log_is_append_only();
"""
REWRITABLE = """
drop trigger launch_log_append_only on launch_launchlogentry;
drop function public.launch_log_is_append_only();
"""


PLANS_DUE = """
create function public.communities_with_plans_to_look_at(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.launch_stage where state = 'closed' and look_at <= at
$$
"""

# Whose limits are to be read: stages that opened lately.
WATCHED = """
create function public.communities_with_openings_to_watch(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.launch_stageopening where watch_at <= at
$$
"""

MAILS_DUE = """
create function public.communities_with_launch_mails() returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select community_id from public.launch_waitingplace where mail_due_at is not null
  union select community_id from public.launch_invitation where mail_due_at is not null
  union select community_id from public.launch_waitingplace
    where state = 'refused' and email <> '' and refused_at < now() - interval '30 days'
$$
"""


class Migration(migrations.Migration):
    dependencies = [("launch", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        *protect("launch_stage"),
        *protect("launch_stageopening", {"stage_id": STAGE, "opened_by_id": MEMBERSHIP}),
        *protect(
            "launch_stagenews",
            {
                "opening_id": ("launch_stageopening", "cascade"),
                "stage_id": STAGE,
                "membership_id": ("communities_membership", "cascade"),
            },
        ),
        *protect("launch_launchlogentry", {"by_id": MEMBERSHIP}),
        *protect(
            "launch_waitingplace",
            {"refused_by_id": MEMBERSHIP, "brought_by_id": ("launch_waitingplace", "set null")},
        ),
        *protect("launch_gaugeday"),
        *protect("launch_watchreading", {"opening_id": ("launch_stageopening", "cascade")}),
        *protect("launch_wave", {"stage_id": STAGE, "made_by_id": MEMBERSHIP}),
        *protect(
            "launch_invitation",
            {
                "inviter_id": MEMBERSHIP,
                "accepted_by_id": MEMBERSHIP,
                "stage_id": ("launch_stage", "set null"),
                "wave_id": ("launch_wave", "cascade"),
                "place_id": ("launch_waitingplace", "set null"),
            },
        ),
        *protect("launch_invitationlink", {"made_by_id": MEMBERSHIP}),
        *protect(
            "launch_linkarrival",
            {
                "link_id": ("launch_invitationlink", "cascade"),
                "membership_id": ("communities_membership", "cascade"),
            },
        ),
        *protect(
            "launch_joinrequest",
            {
                "membership_id": ("communities_membership", "cascade"),
                "link_id": ("launch_invitationlink", "set null"),
                "decided_by_id": MEMBERSHIP,
            },
        ),
        migrations.RunSQL(APPEND_ONLY, REWRITABLE),
        migrations.RunSQL(PLANS_DUE, "drop function public.communities_with_plans_to_look_at(timestamptz)"),
        migrations.RunSQL(WATCHED, "drop function public.communities_with_openings_to_watch(timestamptz)"),
        migrations.RunSQL(MAILS_DUE, "drop function public.communities_with_launch_mails()"),
    ]
