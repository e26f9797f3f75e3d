"""Both walls, and the questions that jobs ask across communities: numbers, never rows."""

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from communities.rowsecurity import protect

SOMEBODY = ("communities_membership", "set null")

DUE = """
create function public.communities_with_newsletters(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.newsletters_newsletter where look_at <= at
$$;
create function public.communities_with_unconfirmed_addresses(before timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.newsletters_newslettersubscription
  where state = 'asked' and asked_at <= before
$$;
create function public.communities_with_followed_links(before timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.newsletters_newsletter
  where begun_at <= before and counted_at is null and state in ('sent', 'stopped')
$$;
"""
NOT_DUE = """
drop function public.communities_with_newsletters(timestamptz);
drop function public.communities_with_unconfirmed_addresses(timestamptz);
drop function public.communities_with_followed_links(timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("newsletters", "0001_initial"),
        ("communities", "0002_walls"),
    ]

    operations = [
        *protect("newsletters_segment", {"created_by_id": SOMEBODY}),
        *protect(
            "newsletters_newslettersubscription",
            {
                "membership_id": ("communities_membership", "cascade"),
                "became_id": ("newsletters_newslettersubscription", "set null"),
            },
        ),
        *protect(
            "newsletters_newsletter",
            {"segment_id": ("newsletters_segment", "set null"), "created_by_id": SOMEBODY},
        ),
        *protect("newsletters_newsletterversion", {"newsletter_id": ("newsletters_newsletter", "cascade")}),
        *protect(
            "newsletters_newslettercopy",
            {
                "newsletter_id": ("newsletters_newsletter", "cascade"),
                "subscription_id": ("newsletters_newslettersubscription", "cascade"),
            },
        ),
        RunSQL(DUE, NOT_DUE),
    ]
