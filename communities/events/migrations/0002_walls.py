"""The walls of events, in which communities somebody is to be told of one, and in which a date is to be announced."""

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from communities.rowsecurity import protect

# Numbers of communities, and nothing else.
NEWS = """
create function public.communities_with_event_news(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select community_id from public.events_event where not (news = '')
  union select community_id from public.events_event
    where reminded_at is null and cancelled_at is null and starts_at > at and starts_at <= at + interval '24 hours'
  union select community_id from public.events_registration where not (news = '')
  -- Out of sight, or back in sight, and those who registered do not know.
  union select e.community_id from public.events_event e
    join public.content_thread t on t.community_id = e.community_id and t.id = e.thread_id
    where e.starts_at > at and e.cancelled_at is null and (t.state = 'published') = e.gone_told
      and (e.gone_told or exists (
        select from public.events_registration r
        where r.community_id = e.community_id and r.event_id = e.thread_id and not (r.state = 'off')))
$$
"""
# When somebody goes where, beside it. The event is held, so that one that is moved at once is followed.
HOURS = """
create function public.events_take_hour() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  select starts_at into new.starts_at from public.events_event
  where community_id = new.community_id and thread_id = new.event_id for share;
  return new;
end
$$;
create trigger take_hour before insert or update of event_id, starts_at on public.events_registration
  for each row execute function public.events_take_hour();
create function public.events_move_hours() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  update public.events_registration set starts_at = new.starts_at
  where community_id = new.community_id and event_id = new.thread_id;
  return new;
end
$$;
create trigger move_hours after update of starts_at on public.events_event
  for each row when (new.starts_at is distinct from old.starts_at) execute function public.events_move_hours();
"""
NO_HOURS = """
drop trigger move_hours on public.events_event;
drop function public.events_move_hours();
drop trigger take_hour on public.events_registration;
drop function public.events_take_hour();
"""
DATES = """
create function public.communities_with_event_dates(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.events_series where due_at <= at
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0001_initial"),
        ("communities", "0002_walls"),
        ("content", "0002_walls"),
    ]

    operations = [
        *protect("events_series"),
        *protect(
            "events_event",
            {
                "thread_id": ("content_thread", "cascade"),
                "series_id": ("events_series", "cascade"),
                "report_id": ("content_post", "set null"),
            },
        ),
        *protect("events_team", {"event_id": ("events_event.thread_id", "cascade")}),
        *protect(
            "events_registration",
            {
                "event_id": ("events_event.thread_id", "cascade"),
                "team_id": ("events_team", "cascade"),
                "out_of_id": ("events_team", "set null"),
                "membership_id": ("communities_membership", "cascade"),
            },
        ),
        *protect("events_owncalendar", {"membership_id": ("communities_membership", "cascade")}),
        RunSQL(HOURS, NO_HOURS),
        RunSQL(NEWS, "drop function public.communities_with_event_news(timestamptz)"),
        RunSQL(DATES, "drop function public.communities_with_event_dates(timestamptz)"),
    ]
