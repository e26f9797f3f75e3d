"""Lines of the bell about a stage of the launch: once for one member and one occasion."""

import django.db.models.deletion
from django.db import migrations, models

import communities.fields

OWNED = """
alter table notifications_notification add constraint notifications_notification_stage_id_owned
  foreign key (community_id, stage_id) references launch_stage (community_id, id) on delete cascade;
"""
NOT_OWNED = (
    "alter table notifications_notification drop constraint notifications_notification_stage_id_owned;"
)


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0005_launch"),
        ("content", "0004_held_edits"),
        ("launch", "0003_stage_lines"),
        ("notifications", "0003_personal_lines"),
    ]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="occasion",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="notification",
            name="stage",
            field=communities.fields.OwnedForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="launch.stage",
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(
                choices=[
                    ("reply_posted", "Reply"),
                    ("mentioned", "Mention"),
                    ("quoted", "Quote"),
                    ("reaction_received", "Reaction"),
                    ("thread_started", "New thread"),
                    ("article_published", "New article"),
                    ("answer_accepted", "Accepted answer"),
                    ("post_held", "Post waiting"),
                    ("post_approved", "Post published"),
                    ("post_refused", "Post not published"),
                    ("decision_made", "Decision about a post"),
                    ("post_restored", "Post put back"),
                    ("sanction_started", "Measure on the account"),
                    ("sanction_ended", "End of a measure"),
                    ("report_decided", "Answer to a report"),
                    ("stage_opened", "Opening of a part"),
                    ("stage_paused", "Pause of a part"),
                    ("stage_ready", "Stage ready to open"),
                    ("stage_due", "Stage that opens tomorrow"),
                    ("stage_alarm", "Stage that cannot open"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="notification",
            name="thread",
            field=communities.fields.OwnedForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="content.thread",
            ),
        ),
        migrations.RunSQL(OWNED, NOT_OWNED),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stage__isnull", False)),
                fields=("membership", "kind", "stage", "occasion"),
                name="notification_of_stage_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(("thread__isnull", False), ("stage__isnull", False), _connector="OR"),
                name="notification_about",
            ),
        ),
    ]
