"""Both walls."""

from django.db import migrations

from communities.rowsecurity import protect


class Migration(migrations.Migration):
    dependencies = [
        ("announcements", "0001_initial"),
        ("communities", "0002_walls"),
    ]

    operations = [
        *protect(
            "announcements_announcement",
            {
                "segment_id": ("newsletters_segment", "set null"),
                "created_by_id": ("communities_membership", "set null"),
            },
        ),
        *protect(
            "announcements_reading",
            {
                "announcement_id": ("announcements_announcement", "cascade"),
                "membership_id": ("communities_membership", "cascade"),
            },
        ),
    ]
