import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import communities.fields
import communities.promotions.targets


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("communities", "0002_walls"),
        ("newsletters", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Announcement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.JSONField(default=dict)),
                (
                    "target",
                    models.CharField(
                        blank=True,
                        max_length=500,
                        validators=[communities.promotions.targets.check_target],
                        verbose_name="leads to",
                    ),
                ),
                (
                    "tone",
                    models.CharField(
                        choices=[("news", "Calm"), ("warning", "Warning")],
                        default="news",
                        max_length=8,
                        verbose_name="appearance",
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("everybody", "Everybody, visitors too"),
                            ("members", "All members"),
                            ("segment", "Members of a segment"),
                        ],
                        default="everybody",
                        max_length=9,
                        verbose_name="who sees it",
                    ),
                ),
                ("segment_name", models.CharField(blank=True, editable=False, max_length=60)),
                ("starts_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="from")),
                ("ends_at", models.DateTimeField(verbose_name="until")),
                ("can_be_closed", models.BooleanField(default=True, verbose_name="readers can close it")),
                ("closed_by_visitors", models.PositiveIntegerField(default=0, editable=False)),
                ("followed_by_visitors", models.PositiveIntegerField(default=0, editable=False)),
                ("closed_by_members", models.PositiveIntegerField(default=0, editable=False)),
                ("followed_by_members", models.PositiveIntegerField(default=0, editable=False)),
                ("counted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "community",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="communities.community",
                    ),
                ),
                (
                    "created_by",
                    communities.fields.OwnedForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="communities.membership",
                    ),
                ),
                (
                    "segment",
                    communities.fields.OwnedForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="newsletters.segment",
                    ),
                ),
            ],
            options={
                "verbose_name": "announcement",
                "verbose_name_plural": "announcements",
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("closed", models.BooleanField(default=False)),
                ("followed", models.BooleanField(default=False)),
                (
                    "announcement",
                    communities.fields.OwnedForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="announcements.announcement",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="communities.community",
                    ),
                ),
                (
                    "membership",
                    communities.fields.OwnedForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="communities.membership",
                    ),
                ),
            ],
            options={
                "verbose_name": "reading of an announcement",
                "verbose_name_plural": "readings of announcements",
            },
        ),
        migrations.AddIndex(
            model_name="announcement",
            index=models.Index(
                condition=models.Q(("removed_at__isnull", True)),
                fields=["community", "-ends_at", "-id"],
                name="announcement_standing",
            ),
        ),
        migrations.AddIndex(
            model_name="announcement",
            index=models.Index(
                condition=models.Q(("removed_at__isnull", True)),
                fields=["community", "starts_at"],
                name="announcement_day",
            ),
        ),
        migrations.AddIndex(
            model_name="announcement",
            index=models.Index(
                condition=models.Q(("counted_at__isnull", True)),
                fields=["ends_at"],
                name="announcement_count",
            ),
        ),
        migrations.AddIndex(
            model_name="announcement",
            index=models.Index(
                condition=models.Q(("segment__isnull", False)),
                fields=["segment"],
                name="announcement_segment_key",
            ),
        ),
        migrations.AddIndex(
            model_name="announcement",
            index=models.Index(
                condition=models.Q(("created_by__isnull", False)),
                fields=["created_by"],
                name="announcement_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.UniqueConstraint(fields=("community", "id"), name="announcement_owned"),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                name="announcement_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(("tone__in", ["news", "warning"])), name="announcement_tone"
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(("audience__in", ["everybody", "members", "segment"])),
                name="announcement_audience",
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(("audience", "segment"), ("segment__isnull", True), _connector="OR"),
                name="announcement_segment",
            ),
        ),
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(fields=["announcement"], name="announcement_readings"),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.UniqueConstraint(
                fields=("membership", "announcement"), name="announcement_read_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(("closed", True), ("followed", True), _connector="OR"),
                name="announcement_reading_says",
            ),
        ),
    ]
