"""Row-level security and composite keys for what was reported."""

from django.db import migrations

from communities.rowsecurity import protect

MEMBER = ("communities_membership", "set null")


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        *protect("reports_closedmonth", {"closed_by_id": MEMBER}),
        *protect("reports_closedentry", {"closed_id": ("reports_closedmonth", "cascade")}),
        *protect("reports_recipient", {"author_id": MEMBER}),
    ]
