from django.db import migrations

from communities.rowsecurity import protect


class Migration(migrations.Migration):
    dependencies = [("blogs", "0001_initial"), ("content", "0002_walls")]

    operations = [
        *protect(
            "blogs_article",
            {"thread_id": ("content_thread", "cascade"), "cover_id": ("content_attachment", "set null")},
        ),
        *protect(
            "blogs_coauthor",
            {
                "article_id": ("blogs_article.thread_id", "cascade"),
                "membership_id": ("communities_membership", "cascade"),
            },
        ),
    ]
