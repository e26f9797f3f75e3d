"""Both walls around what belongs to a community; recipes and blueprints belong to accounts."""

from django.db import migrations

from communities.rowsecurity import protect


class Migration(migrations.Migration):
    dependencies = [("recipe", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        *protect("recipe_appliedpart", {"by_id": ("communities_membership", "set null")}),
        *protect("recipe_ownerlink", {"membership_id": ("communities_membership", "cascade")}),
    ]
