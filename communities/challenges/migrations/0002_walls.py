"""The walls of challenges, the words of rules that stay, and in which communities something is due."""

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from communities.rowsecurity import protect

# Whoever entered has agreed to these words.
KEEP = """
create function public.challenges_keep_rules() returns trigger language plpgsql as $$
begin
  if new.words is distinct from old.words or new.number is distinct from old.number then
    raise exception 'a version of rules stays as it is' using errcode = 'insufficient_privilege';
  end if;
  return new;
end
$$;
create trigger keep_rules before update on challenges_rules
  for each row execute function public.challenges_keep_rules();
"""
LET_GO = """
drop trigger keep_rules on challenges_rules;
drop function public.challenges_keep_rules();
"""
# That a text takes part stands on its thread, too: pages of all others ask nothing. It goes with the last row. The
# thread is held first: of one that is taken out of a challenge and put into another one at once, both are seen.
ENTERED = """
create function public.challenges_mark_entered() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  if tg_op = 'DELETE' then
    perform 1 from public.content_thread
    where community_id = old.community_id and id = old.thread_id for no key update;
    update public.content_thread set takes_part = false
    where community_id = old.community_id and id = old.thread_id and takes_part and not exists (
      select from public.challenges_entry
      where community_id = old.community_id and thread_id = old.thread_id);
    return old;
  end if;
  perform 1 from public.content_thread
  where community_id = new.community_id and id = new.thread_id for no key update;
  update public.content_thread set takes_part = true
  where community_id = new.community_id and id = new.thread_id and not takes_part;
  return new;
end
$$;
create trigger mark_entered after insert or delete on public.challenges_entry
  for each row execute function public.challenges_mark_entered();
"""
NOT_ENTERED = """
drop trigger mark_entered on public.challenges_entry;
drop function public.challenges_mark_entered();
"""
# Marks are whole, from 1 to 10.
MARKS = """
alter table challenges_assessment add constraint assessment_marks
  check (1 <= all (marks) and 10 >= all (marks))
"""
# Numbers of communities, and nothing else.
DUE = """
create function public.communities_with_due_challenges(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct c.community_id from public.challenges_challenge c
    join public.content_thread t on t.community_id = c.community_id and t.id = c.thread_id
    where c.next_at <= at and t.state = 'published'
$$
"""
MEMBERSHIP = ("communities_membership", "cascade")
CHALLENGE = ("challenges_challenge.thread_id", "cascade")
ENTRY = ("challenges_entry", "cascade")


class Migration(migrations.Migration):
    dependencies = [
        ("challenges", "0001_initial"),
        ("communities", "0002_walls"),
        ("content", "0002_walls"),
    ]

    operations = [
        *protect("challenges_challenge", {"thread_id": ("content_thread", "cascade")}),
        *protect("challenges_rules", {"challenge_id": CHALLENGE}),
        *protect(
            "challenges_entry",
            {
                "challenge_id": CHALLENGE,
                "thread_id": ("content_thread", "cascade"),
                "membership_id": MEMBERSHIP,
                "rules_id": ("challenges_rules", "cascade"),
            },
        ),
        *protect(
            "challenges_vote",
            {"challenge_id": CHALLENGE, "entry_id": ENTRY, "membership_id": MEMBERSHIP},
        ),
        *protect("challenges_juror", {"challenge_id": CHALLENGE, "membership_id": MEMBERSHIP}),
        *protect(
            "challenges_assessment",
            {"juror_id": ("challenges_juror", "cascade"), "entry_id": ENTRY},
        ),
        RunSQL(KEEP, LET_GO),
        RunSQL(ENTERED, NOT_ENTERED),
        RunSQL(MARKS, "alter table challenges_assessment drop constraint assessment_marks"),
        RunSQL(DUE, "drop function public.communities_with_due_challenges(timestamptz)"),
    ]
