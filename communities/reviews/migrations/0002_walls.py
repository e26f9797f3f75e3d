"""The walls of things and their reviews, and where each review can be read."""

from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from communities.rowsecurity import protect

# As `Thread.objects.visible_to` says, less the reader: asked of the thread whenever either row changes.
SHOWN = """
create function public.reviews_say_where_shown() returns trigger language plpgsql as $$
begin
  new.shown_in := (
    select t.space_id from public.content_thread t
    where t.community_id = new.community_id and t.id = new.thread_id and t.state = 'published'
      and t.published_at is not null);
  return new;
end
$$;
create trigger say_where_shown before insert or update on reviews_review
  for each row execute function public.reviews_say_where_shown();
create function public.reviews_follow_thread() returns trigger language plpgsql as $$
begin
  update public.reviews_review set shown_in = null where community_id = new.community_id and thread_id = new.id;
  return null;
end
$$;
create trigger reviews_follow_thread after update of state, published_at, space_id on content_thread
  for each row when (
    new.kind = 'review'
    and (new.state, new.published_at, new.space_id) is distinct from (old.state, old.published_at, old.space_id))
  execute function public.reviews_follow_thread();
"""
NOWHERE = """
drop trigger reviews_follow_thread on content_thread;
drop function public.reviews_follow_thread();
drop trigger say_where_shown on reviews_review;
drop function public.reviews_say_where_shown();
"""

# Things are found by any part of their name, or of the place where they are, as people are by theirs: by pieces of
# three letters, through a function that runs with its owner’s rights, since policies would keep the index unused.
NAMES = """
create index thing_pieces on reviews_thing
  using gin (public.f_pieces(community_id, name || ' / ' || address));
create function public.things_named(words text, most int) returns setof bigint
language plpgsql stable security definer
set search_path = pg_catalog, public set plan_cache_mode = force_custom_plan as $$
declare
  here bigint := nullif(current_setting('app.community', true), '')::bigint;
  part text := public.f_unaccent(words);
  wanted text[];
begin
  if here is null or length(part) < 3 then return; end if;
  select array_agg(distinct substr(part, place, 3)) || ('~' || here) into wanted
    from generate_series(1, length(part) - 2) place;
  return query select t.id from public.reviews_thing t
    where t.community_id = here and public.f_pieces(t.community_id, t.name || ' / ' || t.address) @> wanted
      and (position(part in public.f_unaccent(t.name)) > 0 or position(part in public.f_unaccent(t.address)) > 0)
    limit most;
end $$;
"""
NO_NAMES = """
drop function public.things_named(text, int);
drop index thing_pieces;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0001_initial"),
        ("communities", "0002_walls"),
        ("content", "0002_walls"),
    ]

    operations = [
        *protect("reviews_thing", {"space_id": ("content_space", "cascade")}),
        *protect(
            "reviews_review",
            {
                "thread_id": ("content_thread", "cascade"),
                "thing_id": ("reviews_thing", "cascade"),
                "reviewer_id": ("communities_membership", "set null"),
                "answer_id": ("content_post", "set null"),
            },
        ),
        RunSQL(SHOWN, NOWHERE),
        RunSQL(NAMES, NO_NAMES),
    ]
