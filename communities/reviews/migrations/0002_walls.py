"""The walls of things and their reviews."""

from django.db import migrations

from communities.rowsecurity import protect


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0001_initial"),
        ("communities", "0002_walls"),
        ("content", "0002_walls"),
    ]

    operations = [
        *protect("reviews_thing", {"space_id": ("content_space", "cascade")}),
        *protect(
            "reviews_review",
            {
                "thread_id": ("content_thread", "cascade"),
                "thing_id": ("reviews_thing", "cascade"),
                "reviewer_id": ("communities_membership", "set null"),
                "answer_id": ("content_post", "set null"),
            },
        ),
    ]
