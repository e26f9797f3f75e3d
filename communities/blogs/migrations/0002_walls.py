from django.db import migrations
from django.db.migrations.operations.special import RunSQL

from communities.rowsecurity import protect

WORDS = """
alter table blogs_ownblog add column vector tsvector
  generated always as (public.f_vector(community_id, language, public.f_broken(name || ' ' || about))) stored;
create index own_blog_text on blogs_ownblog using gin (vector);
"""
NO_WORDS = "alter table blogs_ownblog drop column vector;"

# The index, which policies would keep from being used, and the community of the transaction alone.
FOUND = """
create function public.search_own_blogs(words text, languages text[], most int)
returns table (blog_id bigint, rank real)
language plpgsql stable security definer
set search_path = pg_catalog, public set plan_cache_mode = force_custom_plan as $$
declare
  here bigint := nullif(current_setting('app.community', true), '')::bigint;
  wanted tsquery := public.f_query(words, languages);
begin
  if here is null or wanted is null then return; end if;
  return query select found.id, ts_rank(found.vector, wanted) from (
    select b.id, b.vector from public.blogs_ownblog b
    where b.community_id = here and b.vector @@ (('''~' || here || '''')::tsquery && wanted) limit 500
  ) found order by 2 desc limit most;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("blogs", "0001_initial"), ("communities", "0002_walls"), ("content", "0002_walls")]

    operations = [
        *protect(
            "blogs_article",
            {"thread_id": ("content_thread", "cascade"), "cover_id": ("content_attachment", "set null")},
        ),
        *protect(
            "blogs_coauthor",
            {
                "article_id": ("blogs_article.thread_id", "cascade"),
                "membership_id": ("communities_membership", "cascade"),
            },
        ),
        RunSQL(WORDS, NO_WORDS),
        RunSQL(FOUND, "drop function public.search_own_blogs(text, text[], int)"),
        *protect(
            "blogs_ownblog",
            {
                "space_id": ("content_space", "cascade"),
                "owner_id": ("communities_membership", "cascade"),
                "pinned_id": ("content_thread", "set null"),
            },
        ),
        *protect(
            "blogs_blogfollower",
            {"blog_id": ("blogs_ownblog", "cascade"), "membership_id": ("communities_membership", "cascade")},
        ),
        *protect(
            "blogs_articlereview",
            {
                "thread_id": ("content_thread", "cascade"),
                "submitted_by_id": ("communities_membership", "set null"),
                "decided_by_id": ("communities_membership", "set null"),
            },
        ),
        *protect(
            "blogs_reviewnote",
            {
                "review_id": ("blogs_articlereview.thread_id", "cascade"),
                "author_id": ("communities_membership", "set null"),
                "settled_by_id": ("communities_membership", "set null"),
            },
        ),
        *protect("blogs_checklist", {"space_id": ("content_space", "cascade")}),
        *protect(
            "blogs_coauthorinvitation",
            {
                "article_id": ("blogs_article.thread_id", "cascade"),
                "membership_id": ("communities_membership", "cascade"),
                "invited_by_id": ("communities_membership", "set null"),
            },
        ),
        *protect(
            "blogs_articleseries",
            {
                "space_id": ("content_space", "cascade"),
                "started_by_id": ("communities_membership", "set null"),
            },
        ),
        *protect(
            "blogs_seriespart",
            {"thread_id": ("content_thread", "cascade"), "series_id": ("blogs_articleseries", "cascade")},
        ),
    ]
