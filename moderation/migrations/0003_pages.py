"""Cases about a member's page: of a text or of a person, never of both, and one that is open."""

import django.db.models.deletion
from django.db import migrations, models

import communities.fields

# As `protect` makes it for the columns of a new table: the person is of the same community.
OWNED = """
alter table moderation_case add constraint moderation_case_person_id_owned
  foreign key (community_id, person_id) references communities_membership (community_id, id)
  on delete set null (person_id);
"""
NOT_OWNED = "alter table moderation_case drop constraint moderation_case_person_id_owned;"


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0005_launch"),
        ("content", "0005_held_beside"),
        ("moderation", "0002_walls"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="person",
            field=communities.fields.OwnedForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="communities.membership",
            ),
        ),
        migrations.RunSQL(OWNED, NOT_OWNED),
        migrations.AddField(
            model_name="case",
            name="snapshot",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="decision",
            name="profile",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AlterField(
            model_name="case",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("approved", "Left up"),
                    ("hidden", "Hidden"),
                    ("removed", "Removed"),
                    ("restored", "Put back"),
                    ("cleared", "Profile cleared"),
                    ("withdrawn", "Taken back by its author"),
                ],
                max_length=9,
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="act",
            field=models.CharField(
                choices=[
                    ("approve", "Left up"),
                    ("refuse", "Not published"),
                    ("hide", "Hidden"),
                    ("remove", "Removed"),
                    ("clear", "Profile cleared"),
                    ("restore", "Put back"),
                    ("warn", "Warning"),
                    ("mute", "Read only"),
                    ("suspend", "Suspended"),
                    ("lift", "Measure ended"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "resolved"), _negated=True),
                fields=("person",),
                name="case_of_person_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("person__isnull", True),
                    models.Q(("edit__isnull", True), ("post__isnull", True), ("space__isnull", True)),
                    _connector="OR",
                ),
                name="case_text_or_person",
            ),
        ),
    ]
