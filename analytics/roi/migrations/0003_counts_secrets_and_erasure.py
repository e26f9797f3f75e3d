"""Counts that come on top, sealed secrets and messages, contacts that can be erased."""

from django.db import migrations, models

from analytics.roi.sealing import seal


def seal_secrets(apps, schema_editor):
    shops = apps.get_model("roi", "OrderSource").objects.using(schema_editor.connection.alias)
    for shop in shops.exclude(secret=""):
        shop.sealed_secret = seal(shop.secret, place=f"order source {shop.token}")
        shop.save(update_fields=["sealed_secret"])


def keep_figures(apps, schema_editor):
    """Typed visits and answers were added to those counted here; typed impressions never met any."""
    counts = apps.get_model("roi", "Count").objects.using(schema_editor.connection.alias)
    counts.exclude(measure="impression").update(on_top=True)


class Migration(migrations.Migration):
    dependencies = [("communities", "0005_launch"), ("roi", "0002_walls")]

    operations = [
        migrations.AddField(
            "count",
            "on_top",
            models.BooleanField(
                default=False,
                help_text=(
                    "Only for what was seen on other pages: otherwise the same would be worth something twice."
                ),
                verbose_name="comes on top of what this community counts",
            ),
        ),
        migrations.AddField("delivery", "sealed_rows", models.TextField(blank=True, editable=False)),
        migrations.AddField("lead", "erased_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("ordersource", "sealed_secret", models.TextField(blank=True, editable=False)),
        migrations.RunPython(seal_secrets, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(keep_figures, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField("ordersource", "secret"),
        migrations.AddIndex(
            "delivery",
            models.Index(
                condition=models.Q(("sealed_rows", ""), _negated=True),
                fields=["community", "id"],
                name="delivery_waiting",
            ),
        ),
    ]
