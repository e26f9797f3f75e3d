"""Lines of the bell about what one's own page says: a path alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0005_launch"),
        ("content", "0005_held_beside"),
        ("launch", "0003_stage_lines"),
        ("notifications", "0004_stage_lines"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="notification",
            name="notification_about",
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("thread__isnull", False),
                    ("stage__isnull", False),
                    models.Q(("path", ""), _negated=True),
                    _connector="OR",
                ),
                name="notification_about",
            ),
        ),
    ]
