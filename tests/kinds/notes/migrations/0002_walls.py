from django.db import migrations

from communities.rowsecurity import protect


class Migration(migrations.Migration):
    dependencies = [("notes", "0001_initial"), ("content", "0002_walls")]

    operations = protect("notes_note", {"thread_id": ("content_thread", "cascade")})
