from django.db import migrations

from communities.rowsecurity import protect

THREAD = ("content_thread", "cascade")
SOMEBODY = ("communities_membership", "set null")

# That a question is closed as the same as another one stands on its thread, too: lists, searches and whoever replies
# ask the thread alone. It goes with the row, whatever takes that away.
MARK = """
create function public.f_mark_double() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  if tg_op = 'DELETE' then
    update public.content_thread set is_double = false
    where community_id = old.community_id and id = old.thread_id and is_double;
    return old;
  end if;
  update public.content_thread set is_double = true
  where community_id = new.community_id and id = new.thread_id and not is_double;
  return new;
end $$;
create trigger mark_double after insert or delete on public.forums_samequestion
for each row execute function public.f_mark_double();
"""
UNDO_MARK = """
drop trigger mark_double on public.forums_samequestion;
drop function public.f_mark_double();
"""

# Numbers of communities, and nothing else.
REMIND = """
create function public.communities_with_threads_to_answer(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.forums_assignedthread where remind_at <= at
$$
"""
ASK = """
create function public.communities_with_open_questions(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.forums_question where ask_at <= at
$$
"""


class Migration(migrations.Migration):
    dependencies = [("forums", "0001_initial"), ("content", "0002_walls")]

    operations = [
        *protect(
            "forums_question",
            {
                "thread_id": THREAD,
                "accepted_id": ("content_post", "set null"),
                "accepted_by_id": SOMEBODY,
            },
        ),
        *protect(
            "forums_samequestion", {"thread_id": THREAD, "original_id": THREAD, "closed_by_id": SOMEBODY}
        ),
        *protect(
            "forums_assignedthread",
            {
                "thread_id": THREAD,
                "assignee_id": ("communities_membership", "cascade"),
                "assigned_by_id": SOMEBODY,
            },
        ),
        *protect("forums_featuredthread", {"thread_id": THREAD, "featured_by_id": SOMEBODY}),
        *protect(
            "forums_askedhelper",
            {
                "thread_id": THREAD,
                "membership_id": ("communities_membership", "cascade"),
                "asked_by_id": SOMEBODY,
            },
        ),
        migrations.RunSQL(MARK, UNDO_MARK),
        migrations.RunSQL(REMIND, "drop function public.communities_with_threads_to_answer(timestamptz)"),
        migrations.RunSQL(ASK, "drop function public.communities_with_open_questions(timestamptz)"),
    ]
