from django.db import migrations

from communities.rowsecurity import protect


class Migration(migrations.Migration):
    dependencies = [("guides", "0001_initial"), ("content", "0002_walls")]

    operations = protect("guides_guide", {"thread_id": ("content_thread", "cascade")})
