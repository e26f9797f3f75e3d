"""Both walls, and two tables that only grow: the journal and the decisions. A trigger binds every role."""

from django.db import migrations

from communities.rowsecurity import protect

KEEP = """
create trigger keep before update or delete on moderation_auditevent for each row execute function public.f_keep();
create trigger keep before update or delete on moderation_decision for each row execute function public.f_keep();
"""
LET_GO = """
drop trigger keep on moderation_decision;
drop trigger keep on moderation_auditevent;
"""

MEMBERSHIP = ("communities_membership", "set null")
CASE = ("moderation_case", "cascade")
# What is kept for ever keeps its persons too: a membership is emptied, never deleted.
KEPT = ("communities_membership", "no action")


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0001_initial"),
        ("communities", "0002_walls"),
        ("content", "0002_walls"),
    ]

    operations = [
        *protect(
            "moderation_case",
            {
                "post_id": ("content_post", "set null"),
                "edit_id": ("content_pendingedit", "set null"),
                "space_id": ("content_space", "set null"),
                "author_id": MEMBERSHIP,
                "person_id": MEMBERSHIP,
                "assignee_id": MEMBERSHIP,
            },
        ),
        *protect("moderation_report", {"case_id": CASE, "reporter_id": MEMBERSHIP}),
        *protect(
            "moderation_decision",
            {"case_id": ("moderation_case", "no action"), "concerned_id": KEPT, "actor_id": KEPT},
        ),
        *protect(
            "moderation_sanction",
            {
                "membership_id": ("communities_membership", "cascade"),
                "decision_id": ("moderation_decision", "no action"),
                "by_id": MEMBERSHIP,
            },
        ),
        *protect("moderation_watchword", {"by_id": MEMBERSHIP}),
        *protect("moderation_auditevent", {"case_id": ("moderation_case", "no action"), "actor_id": KEPT}),
        migrations.RunSQL(KEEP, LET_GO),
    ]
