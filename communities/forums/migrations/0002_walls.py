from django.db import migrations

from communities.rowsecurity import protect


class Migration(migrations.Migration):
    dependencies = [("forums", "0001_initial"), ("content", "0002_walls")]

    operations = protect(
        "forums_question",
        {
            "thread_id": ("content_thread", "cascade"),
            "accepted_id": ("content_post", "set null"),
            "accepted_by_id": ("communities_membership", "set null"),
        },
    )
