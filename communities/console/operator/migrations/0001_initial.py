import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("communities", "0002_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="JobState",
            fields=[
                ("name", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("seconds", models.FloatField(default=0)),
                ("longest", models.FloatField(default=0)),
                ("runs", models.PositiveBigIntegerField(default=0)),
                ("failures", models.PositiveBigIntegerField(default=0)),
                ("failed_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "verbose_name": "periodic job",
            },
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("backup_failed", "Backup failed"),
                            ("queue_late", "Jobs are late"),
                            ("disk_low", "Disk almost full"),
                        ],
                        max_length=20,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("began_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("told_at", models.DateTimeField(null=True)),
                ("well_since", models.DateTimeField(null=True)),
                ("facts", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "alarm",
            },
        ),
        migrations.CreateModel(
            name="FailedJob",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("arguments", models.JSONField(default=list)),
                ("options", models.JSONField(default=dict)),
                ("problem", models.CharField(max_length=500)),
                ("failed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("again_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "failed job",
                "indexes": [
                    models.Index(
                        condition=models.Q(("again_at", None)), fields=["-id"], name="failed_job_open"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FleetSums",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("numbers", models.JSONField(default=dict)),
                ("results", models.JSONField(default=list)),
                ("counted_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "sums over all communities",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="fleet_sums_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="OperatorAct",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by_address", models.EmailField(max_length=254)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("suspended", "Community suspended"),
                            ("resumed", "Community resumed"),
                            ("quotas", "Quotas set"),
                            ("handed_over", "Community handed over"),
                            ("cloned", "Community cloned"),
                            ("deleted", "Deletion of a community asked for"),
                            ("kept", "Deletion of a community taken back"),
                            ("arrived", "Community brought in from an export"),
                            ("opened", "Community opened by the operator"),
                            ("left", "Opening ended"),
                            ("searched", "Person looked up"),
                            ("locked", "Account locked"),
                            ("unlocked", "Account unlocked"),
                            ("job_again", "Failed job started again"),
                            ("mail_again", "Mail sent again"),
                            ("mail_dropped", "Mail given up"),
                            ("aside_again", "Set aside, to be tried again"),
                            ("aside_left", "Set aside, to be left out"),
                        ],
                        max_length=20,
                    ),
                ),
                ("community_number", models.BigIntegerField(null=True)),
                ("what", models.CharField(blank=True, max_length=300)),
                ("reason", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "verbose_name": "act of the operator",
                "indexes": [models.Index(fields=["community_number", "-id"], name="act_of_community")],
            },
        ),
        migrations.CreateModel(
            name="CommunityFigures",
            fields=[
                (
                    "community",
                    models.OneToOneField(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="figures",
                        serialize=False,
                        to="communities.community",
                    ),
                ),
                ("members", models.PositiveIntegerField(default=0)),
                ("active_week", models.PositiveIntegerField(default=0)),
                (
                    "days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), default=list, size=None
                    ),
                ),
                ("storage", models.PositiveBigIntegerField(default=0)),
                ("mails_sent", models.PositiveIntegerField(default=0)),
                ("mails_failed", models.PositiveIntegerField(default=0)),
                ("mails_waiting", models.PositiveIntegerField(default=0)),
                ("benefit", models.BigIntegerField(null=True)),
                ("cost", models.BigIntegerField(null=True)),
                (
                    "near",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10), default=list, size=None
                    ),
                ),
                ("counted_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "figures of a community",
                "indexes": [
                    models.Index(fields=["counted_at"], name="figures_due"),
                    models.Index(
                        condition=models.Q(("near", []), _negated=True),
                        fields=["community"],
                        name="figures_near",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("operator_address", models.EmailField(max_length=254)),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ends_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by_owner", models.BooleanField(default=False)),
                (
                    "community",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="openings",
                        to="communities.community",
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "opening by the operator",
                "indexes": [
                    models.Index(fields=["community", "-id"], name="opening_of_community"),
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["ends_at"], name="opening_live"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="opening_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("opened_at"))), name="opening_length"
                    ),
                ],
            },
        ),
    ]
