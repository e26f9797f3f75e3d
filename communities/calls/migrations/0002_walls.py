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
  union
  select community_id from public.calls_call
  where opening_told_at is null and opens_at <= at and closes_at > at
$$
"""

# What the applications of a call come to (`models.Worth`): once for each statement, so that a thousand that arrive in
# one are one change. Rows of several calls are locked in the order of their numbers. Of an application that goes with
# its call no row is made anew.
_MOVED = """
    select a.community_id, a.call_id, {sign}1 as sent,
      {sign}(a.state in ('selected', 'agreed', 'delivered'))::int as chosen,
      case when a.state in ('selected', 'agreed') then {sign}coalesce(a.expected, 0) * a.chance / 100 else 0 end
        as expected,
      case when a.state = 'delivered' then {sign}coalesce(a.actual, 0) else 0 end as actual
    from {rows} a where a.sent_at is not null"""
_CAME, _WENT = _MOVED.format(sign="", rows="came"), _MOVED.format(sign="-", rows="went")
_ADD = """
    insert into public.calls_worth (community_id, call_id, sent, chosen, expected, actual)
    select community_id, call_id, sum(sent), sum(chosen), sum(expected), sum(actual) from ({moved}) moved
    group by 1, 2 having (sum(sent), sum(chosen), sum(expected), sum(actual)) <> (0, 0, 0, 0) order by 2
    on conflict (call_id) do update set sent = calls_worth.sent + excluded.sent,
      chosen = calls_worth.chosen + excluded.chosen, expected = calls_worth.expected + excluded.expected,
      actual = calls_worth.actual + excluded.actual;"""
WORTH = f"""
create function public.calls_count_worth() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then {_ADD.format(moved=_CAME)}
  elsif tg_op = 'UPDATE' then {_ADD.format(moved=f"{_CAME} union all {_WENT}")}
  else
    perform from public.calls_worth where call_id in (select call_id from went) order by call_id for update;
    update public.calls_worth w set sent = w.sent + moved.sent, chosen = w.chosen + moved.chosen,
      expected = w.expected + moved.expected, actual = w.actual + moved.actual
    from (
      select call_id, sum(sent) as sent, sum(chosen) as chosen, sum(expected) as expected, sum(actual) as actual
      from ({_WENT}) one group by 1
    ) moved where w.call_id = moved.call_id;
  end if;
  return null;
end
$$;
create trigger count_worth_of_new after insert on calls_application referencing new table as came
  for each statement execute function public.calls_count_worth();
create trigger count_worth_of_changed after update on calls_application
  referencing old table as went new table as came for each statement execute function public.calls_count_worth();
create trigger count_worth_of_gone after delete on calls_application referencing old table as went
  for each statement execute function public.calls_count_worth();
"""  # noqa: S608 - our own text
NO_WORTH = """
drop trigger count_worth_of_gone on calls_application;
drop trigger count_worth_of_changed on calls_application;
drop trigger count_worth_of_new on calls_application;
drop function public.calls_count_worth();
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
        *protect("calls_worth", {"call_id": ("calls_call", "cascade")}),
        RunSQL(WORTH, NO_WORTH),
        RunSQL(TELL, "drop function public.communities_with_calls_to_tell(timestamptz, timestamptz)"),
    ]
