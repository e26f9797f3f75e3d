"""Behind the wall, with keys that lead to rows of the same community alone."""

from django.db import migrations

from communities.rowsecurity import protect


class Migration(migrations.Migration):
    dependencies = [
        ("albums", "0001_initial"),
        ("communities", "0002_walls"),
        ("content", "0002_walls"),
    ]

    operations = [
        *protect(
            "albums_photo",
            {
                "post_id": ("content_post", "cascade"),
                "picture_id": ("content_attachment", "cascade"),
            },
        ),
        *protect(
            "albums_album",
            {
                "thread_id": ("content_thread", "cascade"),
                "gathering_id": ("content_thread", "set null"),
                "cover_id": ("albums_photo.post_id", "set null"),
            },
        ),
        *protect(
            "albums_likeness",
            {
                "photo_id": ("albums_photo.post_id", "cascade"),
                "person_id": ("communities_membership", "cascade"),
                "asked_by_id": ("communities_membership", "set null"),
            },
        ),
    ]
