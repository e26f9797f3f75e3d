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
    ]
