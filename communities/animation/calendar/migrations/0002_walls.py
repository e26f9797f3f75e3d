"""Both walls."""

from django.db import migrations

from communities.rowsecurity import protect

PERSON, SOMEBODY = ("communities_membership", "cascade"), ("communities_membership", "set null")


class Migration(migrations.Migration):
    dependencies = [
        ("editorial", "0001_initial"),
        ("communities", "0002_walls"),
        ("content", "0002_walls"),
    ]

    operations = [
        *protect(
            "editorial_entry",
            {
                "space_id": ("content_space", "set null"),
                "owner_id": SOMEBODY,
                "thread_id": ("content_thread", "set null"),
                "created_by_id": SOMEBODY,
            },
        ),
        *protect("editorial_calendarfeed", {"membership_id": PERSON}),
    ]
