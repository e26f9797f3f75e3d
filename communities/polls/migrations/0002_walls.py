"""Both walls, the words for search, and whose polls have ended."""

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from communities.rowsecurity import protect

WORDS = """
create function public.f_poll_words(question text, options text[]) returns text
language sql immutable parallel safe as $$ select question || ' ' || array_to_string(options, ' ') $$;
alter table polls_poll add column vector tsvector
  generated always as (public.f_vector(community_id, language, public.f_broken(public.f_poll_words(question, options))))
  stored;
create index poll_text on polls_poll using gin (vector);
"""
NO_WORDS = """
alter table polls_poll drop column vector;
drop function public.f_poll_words(text, text[]);
"""

# As the search of titles: the index, which policies would keep from being used, and this community alone.
FOUND = """
create function public.search_polls(words text, languages text[], most int)
returns table (thread_id bigint, rank real)
language plpgsql stable security definer
set search_path = pg_catalog, public set plan_cache_mode = force_custom_plan as $$
declare
  here bigint := nullif(current_setting('app.community', true), '')::bigint;
  wanted tsquery := public.f_query(words, languages);
begin
  if here is null or wanted is null then return; end if;
  return query select found.thread_id, max(ts_rank(found.vector, wanted)) from (
    select p.thread_id, p.vector from public.polls_poll p
    where p.community_id = here and p.current and p.vector @@ (('''~' || here || '''')::tsquery && wanted)
      and (p.post_id is null or exists (
        select from public.content_post t
        where t.community_id = here and t.id = p.post_id and t.state = 'published'))
    limit 500
  ) found group by 1 order by 2 desc limit most;
end $$
"""

# A poll of a reply is in the thread that its reply is in: moved, split off, merged, and put back again. The first text
# of a thread never leaves it but with all the others.
FOLLOWS = """
create function public.polls_follow_post() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  update public.polls_poll set thread_id = new.thread_id where community_id = new.community_id and post_id = new.id;
  return null;
end
$$;
create trigger polls_follow_post after update of thread_id on public.content_post
  for each row when (new.inset <> '' and new.thread_id is distinct from old.thread_id)
  execute function public.polls_follow_post();
"""
FOLLOWS_NOT = """
drop trigger polls_follow_post on public.content_post;
drop function public.polls_follow_post();
"""

# Numbers of communities, and nothing else.
OVER = """
create function public.communities_with_polls_over(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.polls_poll where told_at is null and closes_at <= at
$$
"""

AGAIN = """
create function public.communities_with_polls_to_reopen(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.polls_poll where again_at <= at
$$
"""

# The orders of a ranked poll with one ballot more or fewer (`voting.save_sums`); one that nobody has any more goes.
MOVED = """
create function public.f_moved_ranking(rankings jsonb, said text, step int) returns jsonb
language sql immutable parallel safe as $$
  select case when coalesce((rankings ->> said)::int, 0) + step = 0 then rankings - said
    else rankings || jsonb_build_object(said, coalesce((rankings ->> said)::int, 0) + step) end
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("polls", "0001_initial"),
        ("communities", "0002_walls"),
        ("content", "0002_walls"),
    ]

    operations = [
        RunSQL(WORDS, NO_WORDS),
        RunSQL(MOVED, "drop function public.f_moved_ranking(jsonb, text, int)"),
        RunSQL(FOUND, "drop function public.search_polls(text, text[], int)"),
        *protect(
            "polls_poll", {"thread_id": ("content_thread", "cascade"), "post_id": ("content_post", "cascade")}
        ),
        RunSQL(FOLLOWS, FOLLOWS_NOT),
        *protect(
            "polls_ballot",
            {"poll_id": ("polls_poll", "cascade"), "voter_id": ("communities_membership", "set null")},
        ),
        *protect("polls_rankingbatch", {"poll_id": ("polls_poll", "cascade")}),
        *protect(
            "polls_addedanswer",
            {
                "poll_id": ("polls_poll", "cascade"),
                "post_id": ("content_post", "cascade"),
                "by_id": ("communities_membership", "set null"),
            },
        ),
        RunSQL(AGAIN, "drop function public.communities_with_polls_to_reopen(timestamptz)"),
        RunSQL(OVER, "drop function public.communities_with_polls_over(timestamptz)"),
    ]
