"""Row-level security and composite keys for the money rows."""

from django.db import migrations

from communities.rowsecurity import protect

MEMBER = ("communities_membership", "set null")
OFFER = ("roi_offer", "set null")
SOURCE = ("roi_ordersource", "cascade")

# Benefit and cost between two days of each of these communities: numbers for the operator's sums.
SUMS = """
create function public.ledger_sums(ids bigint[], first date, last date)
returns table (community_id bigint, benefit bigint, cost bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
  select l.community_id,
    coalesce(sum(l.amount_minor) filter (where l.side = 'B'), 0)::bigint,
    coalesce(sum(l.amount_minor) filter (where l.side = 'C'), 0)::bigint
  from public.roi_ledgerentry l
  where l.community_id = any(ids) and l.day between first and last and l.counted group by l.community_id
$$
"""

# Where there is something to value, to post, to read or to forget; what is valued came by a visit or was typed.
TO_KEEP = """
create function public.communities_with_ledgers_to_keep(
  today date, first date, files_before timestamptz, contacts_before timestamptz, pages_before timestamptz)
returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select c.id from public.communities_community c
  where exists (
      select from public.engagement_memberday d where d.community_id = c.id and d.day >= first)
    or exists (select from public.capture_audienceday d where d.community_id = c.id and d.day >= first)
    or exists (select from public.promotions_bannerhour h where h.community_id = c.id and h.hour >= first)
    or exists (select from public.roi_count n where n.community_id = c.id and n.day >= first)
    or exists (select from public.roi_saving s where s.community_id = c.id and s.said_at >= first)
    or exists (
      select from public.roi_ledgerentry l where l.community_id = c.id and l.day >= first and l.side = 'B')
    or exists (
      select from public.roi_cost k where k.community_id = c.id and k.repeats = 'monthly'
        and k.starts_on <= today + 1 and (k.ends_on is null or k.ends_on >= first))
    or exists (select from public.roi_delivery d where d.community_id = c.id and d.sealed_rows <> '')
    or exists (
      select from public.roi_importrun r
      where r.community_id = c.id and r.path <> '' and r.updated_at < files_before)
    or exists (
      select from public.roi_lead l
      where l.community_id = c.id and l.erased_at is null and l.at < contacts_before)
    or exists (
      select from public.roi_credit r
      where r.community_id = c.id and r.page <> '' and r.touched_at < pages_before)
$$
"""
NOT_TO_KEEP = (
    "drop function public.communities_with_ledgers_to_keep(date, date, timestamptz, timestamptz, timestamptz)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("roi", "0001_initial"),
        ("communities", "0002_walls"),
        ("capture", "0002_walls"),
        ("engagement", "0002_walls"),
        ("promotions", "0002_walls"),
        ("content", "0002_walls"),
    ]

    operations = [
        migrations.RunSQL(SUMS, "drop function public.ledger_sums(bigint[], date, date)"),
        migrations.RunSQL(TO_KEEP, NOT_TO_KEEP),
        *protect("roi_rate", {"author_id": MEMBER}),
        *protect("roi_count", {"author_id": MEMBER}),
        *protect("roi_cost", {"author_id": MEMBER}),
        *protect("roi_ledgerentry", {"rate_id": ("roi_rate", "no action")}),
        *protect("roi_objective", {"owner_id": MEMBER}),
        *protect("roi_offer"),
        *protect("roi_click", {"offer_id": ("roi_offer", "cascade"), "membership_id": MEMBER}),
        *protect("roi_lead", {"offer_id": ("roi_offer", "cascade"), "membership_id": MEMBER}),
        *protect("roi_saving", {"thread_id": ("content_thread", "cascade"), "membership_id": MEMBER}),
        *protect("roi_ordersource"),
        *protect("roi_orderfacts", {"source_id": SOURCE}),
        *protect("roi_order", {"source_id": SOURCE, "membership_id": MEMBER, "offer_id": OFFER}),
        *protect("roi_credit", {"order_id": ("roi_order", "cascade"), "offer_id": OFFER}),
        *protect("roi_delivery", {"source_id": SOURCE}),
        *protect("roi_importrun", {"source_id": SOURCE, "author_id": MEMBER}),
    ]
