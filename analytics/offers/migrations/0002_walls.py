"""Both walls, and which communities have an offer that people are to be told of."""

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from communities.rowsecurity import protect

PERSON, SOMEBODY = ("communities_membership", "cascade"), ("communities_membership", "set null")

# Numbers of communities, and nothing else.
DUE = """
create function public.communities_with_offers(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select community_id from public.offers_codeoffer
  where opening_told_at is null and paused_at is null and quota is distinct from 0
    and opens_at <= at and (ends_at is null or ends_at > at)
  union
  select community_id from public.offers_codeoffer
  where opening_told_at is not null and ending_told_at is null and paused_at is null
    and ends_at > at and ends_at <= at + interval '1 day'
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("offers", "0001_initial"),
        ("communities", "0002_walls"),
        ("newsletters", "0002_walls"),
        ("roi", "0002_walls"),
    ]

    operations = [
        *protect(
            "offers_codeoffer",
            {
                "offer_id": ("roi_offer", "cascade"),
                "segment_id": ("newsletters_segment", "set null"),
                "created_by_id": SOMEBODY,
            },
        ),
        *protect("offers_offercode", {"terms_id": ("offers_codeoffer", "cascade"), "holder_id": SOMEBODY}),
        *protect("offers_offerwish", {"membership_id": PERSON}),
        RunSQL(DUE, "drop function public.communities_with_offers(timestamptz)"),
    ]
