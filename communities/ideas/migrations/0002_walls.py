"""Both walls, and the budget of a box, which the database holds."""

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from communities.rowsecurity import protect

# A vote has a place of its own among those of its voter in the box (a unique key), and none above the box’s budget.
# Votes that were given stay where a budget is lowered later: only what is new is asked, and not what an export brings
# back as it was (`app.as_it_was`).
BUDGET = """
create function public.ideas_within_budget() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
  most int;
begin
  select votes_each into most from public.ideas_box
  where community_id = new.community_id and space_id = new.box_id for share;
  if new.place is not null and (most is null or new.place > most)
    and coalesce(current_setting('app.as_it_was', true), '') <> 'yes' then
    raise exception 'more votes than box % gives', new.box_id
      using errcode = 'check_violation', constraint = 'vote_within_budget';
  end if;
  return new;
end $$;
create trigger ideas_within_budget before insert on ideas_vote
  for each row execute function public.ideas_within_budget();
"""
NO_BUDGET = """
drop trigger ideas_within_budget on ideas_vote;
drop function public.ideas_within_budget();
"""
# Numbers of communities, and nothing else.
TELL = """
create function public.communities_with_boxes_to_tell(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.ideas_box
  where closes_at > at and not is_draft and (told_until is null or told_until < votes_at)
    and (votes_at <= at
      or opens_at <= at and discusses_at > at and (told_until is null or told_until < opens_at))
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ideas", "0001_initial"),
        ("communities", "0002_walls"),
        ("content", "0002_walls"),
    ]

    operations = [
        *protect(
            "ideas_box",
            {
                "space_id": ("content_space", "cascade"),
                "sponsor_id": ("communities_membership", "set null"),
                "former_id": ("ideas_box.space_id", "set null"),
            },
        ),
        *protect("ideas_boxpaper", {"box_id": ("ideas_box.space_id", "cascade")}),
        *protect(
            "ideas_idea",
            {
                "thread_id": ("content_thread", "cascade"),
                "box_id": ("ideas_box.space_id", "cascade"),
                "answer_id": ("content_post", "set null"),
                "owner_id": ("communities_membership", "set null"),
                "merged_into_id": ("ideas_idea.thread_id", "set null"),
            },
        ),
        *protect(
            "ideas_vote",
            {
                "box_id": ("ideas_box.space_id", "cascade"),
                "idea_id": ("ideas_idea.thread_id", "cascade"),
                "voter_id": ("communities_membership", "set null"),
                "came_with_id": ("ideas_idea.thread_id", "set null"),
            },
        ),
        *protect(
            "ideas_answer",
            {
                "idea_id": ("ideas_idea.thread_id", "cascade"),
                "post_id": ("content_post", "set null"),
                "by_id": ("communities_membership", "set null"),
            },
        ),
        RunSQL(BUDGET, NO_BUDGET),
        RunSQL(TELL, "drop function public.communities_with_boxes_to_tell(timestamptz)"),
    ]
