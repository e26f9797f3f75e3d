"""Both walls of the tests, and what was accepted, which nobody changes."""

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from communities.rowsecurity import protect

# Who accepted a version can read what it was: its text is written once.
KEPT = """
create function public.trials_pledge_is_kept() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  if new.text is distinct from old.text or new.number is distinct from old.number then
    raise exception 'the text % that people accepted is not changed', old.number
      using errcode = 'check_violation', constraint = 'pledge_is_kept';
  end if;
  return new;
end $$;
create trigger trials_pledge_is_kept before update on trials_pledge
  for each row execute function public.trials_pledge_is_kept();
"""
NOT_KEPT = """
drop trigger trials_pledge_is_kept on trials_pledge;
drop function public.trials_pledge_is_kept();
"""
MEMBER = "communities_membership"
TRIAL = "trials_trial.space_id"
FEEDBACK = "trials_feedback.thread_id"


class Migration(migrations.Migration):
    dependencies = [
        ("trials", "0001_initial"),
        ("communities", "0002_walls"),
        ("content", "0002_walls"),
    ]

    operations = [
        *protect("trials_trial", {"space_id": ("content_space", "cascade")}),
        *protect("trials_pledge", {"trial_id": (TRIAL, "cascade")}),
        *protect(
            "trials_participant",
            {
                "trial_id": (TRIAL, "cascade"),
                "membership_id": (MEMBER, "cascade"),
                "decided_by_id": (MEMBER, "set null"),
            },
        ),
        *protect("trials_release", {"trial_id": (TRIAL, "cascade")}),
        *protect(
            "trials_feedback",
            {
                "thread_id": ("content_thread", "cascade"),
                "trial_id": (TRIAL, "cascade"),
                "found_in_id": ("trials_release", "set null"),
                "mended_in_id": ("trials_release", "cascade"),
                "same_as_id": (FEEDBACK, "set null"),
            },
        ),
        *protect(
            "trials_also",
            {
                "feedback_id": (FEEDBACK, "cascade"),
                "person_id": (MEMBER, "set null"),
                "came_with_id": (FEEDBACK, "set null"),
            },
        ),
        RunSQL(KEPT, NOT_KEPT),
    ]
