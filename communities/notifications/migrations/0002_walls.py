from django.db import migrations

from communities.rowsecurity import protect

DUE = """
create function public.communities_with_waiting_mails(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.notifications_notification
  where mail_due_at <= at and mailed_at is null and read_at is null and not gathered
$$
"""

DIGESTS_DUE = """
create function public.communities_with_digests(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.notifications_notification
  where mail_due_at <= at and mailed_at is null and read_at is null and gathered
$$
"""

DEVICES_DUE = """
create function public.communities_with_due_pushes(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.notifications_push where due_at <= at
$$
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial"), ("content", "0002_walls"), ("launch", "0002_walls")]

    operations = [
        *protect(
            "notifications_notification",
            {
                "membership_id": ("communities_membership", "cascade"),
                "thread_id": ("content_thread", "cascade"),
                "post_id": ("content_post", "cascade"),
                "stage_id": ("launch_stage", "cascade"),
                "actor_id": ("communities_membership", "set null"),
            },
        ),
        *protect("notifications_device", {"membership_id": ("communities_membership", "cascade")}),
        *protect("notifications_push", {"device_id": ("notifications_device", "cascade")}),
        migrations.RunSQL(DEVICES_DUE, "drop function public.communities_with_due_pushes(timestamptz)"),
        migrations.RunSQL(DIGESTS_DUE, "drop function public.communities_with_digests(timestamptz)"),
        migrations.RunSQL(DUE, "drop function public.communities_with_waiting_mails(timestamptz)"),
    ]
