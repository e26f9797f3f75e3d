"""Both walls, and the label of what is written for a reward."""

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from communities.rowsecurity import protect

PERSON, SOMEBODY = ("communities_membership", "cascade"), ("communities_membership", "set null")
PROGRAMME = ("ambassadors_programme", "cascade")

# Which communities have a term that has ended, or that ends soon and whose people have not been told: numbers, and
# nothing else.
DUE = """
create function public.communities_with_terms(at timestamptz, soon timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select community_id from public.ambassadors_term
  where state = 'running' and (until <= at or (until <= soon and not end_told))
$$;
"""

# What somebody publishes in their perimeter while they have a term of a programme that rewards them, or sends there to
# be read by a moderator first, whenever that is, is marked, in whichever way it is written or brought in. A draft
# counts by when it is sent, not by when it was begun. Only ever set: what was written for a reward stays so. Rows of an
# export are brought back as they were (`app.as_it_was`): what was published before anybody was rewarded is not marked
# then. A thread says what its first text is.
LABEL = """
create function public.f_label_rewarded() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
  moment timestamptz := new.published_at;
begin
  if moment is null then
    if tg_op = 'INSERT' then
      moment := new.created_at;
    elsif old.state = 'pending' then
      return new;
    else
      moment := now();
    end if;
  end if;
  new.rewarded := exists (
    select from public.ambassadors_term t
    join public.ambassadors_programme p on p.community_id = t.community_id and p.id = t.programme_id
    where t.community_id = new.community_id and t.membership_id = new.author_id and p.rewarded
      and t.started_at <= moment and moment < coalesce(t.ended_at, t.until)
      and (t.spaces = '{}' or exists (
        select from public.content_thread h
        where h.community_id = new.community_id and h.id = new.thread_id and h.space_id = any(t.spaces)
      ))
  );
  return new;
end
$$;
create trigger label_rewarded before insert or update of published_at on public.content_post
for each row when (
  new.published_at is not null and new.author_id is not null and not new.rewarded
  and coalesce(current_setting('app.as_it_was', true), '') <> 'yes'
)
execute function public.f_label_rewarded();
create trigger label_rewarded_as_sent before insert or update of state on public.content_post
for each row when (
  new.state = 'pending' and new.published_at is null and new.author_id is not null and not new.rewarded
  and coalesce(current_setting('app.as_it_was', true), '') <> 'yes'
)
execute function public.f_label_rewarded();
create function public.f_label_thread() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  update public.content_thread set rewarded = new.rewarded
  where community_id = new.community_id and id = new.thread_id and rewarded <> new.rewarded;
  return null;
end
$$;
create trigger label_thread_new after insert on public.content_post
for each row when (new.position = 1 and new.rewarded) execute function public.f_label_thread();
create trigger label_thread after update of rewarded, position, published_at on public.content_post
for each row when (
  new.position = 1 and (new.rewarded is distinct from old.rewarded or new.position is distinct from old.position)
)
execute function public.f_label_thread();
"""
NO_LABEL = """
drop trigger label_thread on public.content_post;
drop trigger label_thread_new on public.content_post;
drop function public.f_label_thread();
drop trigger label_rewarded_as_sent on public.content_post;
drop trigger label_rewarded on public.content_post;
drop function public.f_label_rewarded();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ambassadors", "0001_initial"),
        ("communities", "0002_walls"),
        ("content", "0002_walls"),
    ]

    operations = [
        *protect("ambassadors_programme"),
        *protect("ambassadors_charter", {"programme_id": PROGRAMME}),
        *protect(
            "ambassadors_term",
            {"programme_id": PROGRAMME, "membership_id": PERSON, "decided_by_id": SOMEBODY},
        ),
        *protect("ambassadors_task", {"programme_id": PROGRAMME}),
        *protect(
            "ambassadors_taskdone", {"task_id": ("ambassadors_task", "cascade"), "membership_id": PERSON}
        ),
        *protect("ambassadors_kititem", {"programme_id": PROGRAMME}),
        *protect("ambassadors_thanks", {"membership_id": PERSON, "by_id": SOMEBODY}),
        RunSQL(DUE, "drop function public.communities_with_terms(timestamptz, timestamptz)"),
        RunSQL(LABEL, NO_LABEL),
    ]
