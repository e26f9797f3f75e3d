"""The mail about an opening is one of the bell now: what is left here is whom an announcement is for."""

from django.db import migrations

MAILS_DUE = """
create or replace function public.communities_with_launch_mails() returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select community_id from public.launch_waitingplace where mail_due_at is not null
  union select community_id from public.launch_invitation where mail_due_at is not null
$$
"""
MAILS_DUE_BEFORE = """
create or replace function public.communities_with_launch_mails() returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select community_id from public.launch_waitingplace where mail_due_at is not null
  union select community_id from public.launch_invitation where mail_due_at is not null
  union select community_id from public.launch_stagenews where mail_due_at is not null
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("launch", "0002_walls"),
    ]

    operations = [
        migrations.RunSQL(MAILS_DUE, MAILS_DUE_BEFORE),
        migrations.RemoveIndex(
            model_name="stagenews",
            name="stage_news_due",
        ),
        migrations.RemoveField(
            model_name="stagenews",
            name="mail_due_at",
        ),
    ]
