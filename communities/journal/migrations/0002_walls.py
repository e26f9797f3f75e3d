"""Both walls; the journal only grows."""

from django.db import migrations

from communities.rowsecurity import protect

# What is kept for ever keeps its persons too: a membership is emptied, never deleted.
KEPT = ("communities_membership", "no action")
KEEP = """
create trigger keep before update or delete on journal_change for each row execute function public.f_keep();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        *protect("journal_change", {"by_id": KEPT, "undoes_id": ("journal_change", "no action")}),
        migrations.RunSQL(KEEP, "drop trigger keep on journal_change"),
    ]
