"""Row-level security and composite keys for the money rows."""

from django.db import migrations

from communities.rowsecurity import protect

MEMBER = ("communities_membership", "set null")
OFFER = ("roi_offer", "set null")
SOURCE = ("roi_ordersource", "cascade")


class Migration(migrations.Migration):
    dependencies = [("roi", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        *protect("roi_rate", {"author_id": MEMBER}),
        *protect("roi_count", {"author_id": MEMBER}),
        *protect("roi_cost", {"author_id": MEMBER}),
        *protect("roi_ledgerentry", {"rate_id": ("roi_rate", "no action")}),
        *protect("roi_objective", {"owner_id": MEMBER}),
        *protect("roi_offer"),
        *protect("roi_click", {"offer_id": ("roi_offer", "cascade"), "membership_id": MEMBER}),
        *protect("roi_lead", {"offer_id": ("roi_offer", "cascade"), "membership_id": MEMBER}),
        *protect("roi_ordersource"),
        *protect("roi_order", {"source_id": SOURCE, "membership_id": MEMBER, "offer_id": OFFER}),
        *protect("roi_credit", {"order_id": ("roi_order", "cascade"), "offer_id": OFFER}),
        *protect("roi_delivery", {"source_id": SOURCE}),
        *protect("roi_importrun", {"source_id": SOURCE, "author_id": MEMBER}),
    ]
