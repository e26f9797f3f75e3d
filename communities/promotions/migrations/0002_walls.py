from django.db import migrations

from communities.rowsecurity import protect

BANNER = {"banner_id": ("promotions_banner", "cascade")}


class Migration(migrations.Migration):
    dependencies = [("promotions", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        *protect("promotions_banner", {"created_by_id": ("communities_membership", "set null")}),
        *protect("promotions_bannerhour", BANNER),
        *protect("promotions_countedminute"),
        *protect(
            "promotions_customerstory",
            {
                "person_id": ("communities_membership", "cascade"),
                "asked_by_id": ("communities_membership", "set null"),
            },
        ),
    ]
