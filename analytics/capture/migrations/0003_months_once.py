"""A month of events that two processes want at once is made by one of them, and the other goes on."""

from django.db import migrations

# What is known of tables when the lock is there may be older than the lock: the second one would make it again, and
# fail with all that it was about to store.
MONTHS = """
create or replace function public.make_event_month(at timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  first date := date_trunc('month', at at time zone 'UTC')::date;
  part text := 'capture_event_' || to_char(first, 'YYYY_MM');
begin
  if first < date '1990-01-01' or first > current_date + 400 then
    raise exception 'no partition for %', at using errcode = 'datetime_field_overflow';
  end if;
  if to_regclass('public.' || part) is not null then
    return false;
  end if;
  -- Two workers may meet here; the lock ends with the transaction.
  perform pg_advisory_xact_lock(hashtext('capture_event months'));
  begin
    execute format(
      'create table public.%I partition of public.capture_event for values from (%L) to (%L)', part,
      first::text || ' 00:00:00+00', (first + interval '1 month')::date::text || ' 00:00:00+00');
  exception when duplicate_table then
    return false;
  end;
  execute format('alter table public.%I enable row level security', part);
  return true;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("capture", "0002_walls")]

    operations = [migrations.RunSQL(MONTHS, migrations.RunSQL.noop)]
