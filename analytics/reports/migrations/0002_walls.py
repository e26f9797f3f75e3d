"""Row-level security and composite keys for what was reported."""

from django.db import migrations

from communities.rowsecurity import protect

MEMBER = ("communities_membership", "set null")

# By their own clocks: of whom last month is still to be closed, begun to be sent, or owed to somebody.
DUE = """
create function public.communities_with_reports_to_write(
  at timestamptz, first_hour integer, begin_day integer, last_day integer)
returns setof bigint language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct r.community_id from public.reports_recipient r
  join public.communities_community c on c.id = r.community_id
  cross join lateral (select at at time zone c.time_zone as now) here
  left join public.reports_closedmonth m on m.community_id = r.community_id
    and m.month = (date_trunc('month', here.now) - interval '1 month')::date
  where extract(day from here.now) <= last_day
    and not (extract(day from here.now) = 1 and extract(hour from here.now) < first_hour)
    and (r.owed_month is not null or m.id is null
      or m.sent_at is null and extract(day from here.now) <= begin_day)
$$
"""
NOT_DUE = "drop function public.communities_with_reports_to_write(timestamptz, integer, integer, integer)"


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        migrations.RunSQL(DUE, NOT_DUE),
        *protect("reports_closedmonth", {"closed_by_id": MEMBER}),
        *protect("reports_closedentry", {"closed_id": ("reports_closedmonth", "cascade")}),
        *protect("reports_recipient", {"author_id": MEMBER}),
    ]
