from django.db import migrations

from communities.rowsecurity import protect


class Migration(migrations.Migration):
    dependencies = [("transfer", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        *protect("transfer_importeditem"),
        *protect("transfer_unclaimedaddress", {"membership_id": ("communities_membership", "cascade")}),
    ]
