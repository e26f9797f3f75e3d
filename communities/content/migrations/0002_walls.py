"""What Django cannot say: generated text vectors, fill factors, composite keys, row-level security."""

from django.db import migrations

from communities.rowsecurity import protect

# The community is a lexeme of its own: it stands in for a btree column inside the text index.
VECTOR = """
create function public.f_vector(community bigint, lang text, body text) returns tsvector
language sql immutable parallel safe as $$
  select case lang
    when 'fr' then to_tsvector('pg_catalog.french', public.f_unaccent(body))
    when 'en' then to_tsvector('pg_catalog.english', public.f_unaccent(body))
    else to_tsvector('pg_catalog.simple', public.f_unaccent(body))
  end || array_to_tsvector(array['~' || community])
$$
"""

COLUMNS = """
alter table content_post add column vector tsvector
  generated always as (public.f_vector(community_id, language, body_html)) stored;
create index post_text on content_post using gin (vector);
alter table content_threadtitle add column vector tsvector
  generated always as (public.f_vector(community_id, language, title)) stored;
create index thread_title_text on content_threadtitle using gin (vector);
alter table content_thread set (fillfactor = 80);
alter table content_post set (fillfactor = 90);
"""
UNDO_COLUMNS = """
alter table content_post drop column vector;
alter table content_threadtitle drop column vector;
"""

DUE = """
create function public.communities_with_due_threads(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.content_thread where state = 'scheduled' and scheduled_for <= at
$$
"""

MEMBERSHIP = ("communities_membership", "cascade")
AUTHOR = ("communities_membership", "set null")
THREAD = ("content_thread", "cascade")
POST = ("content_post", "cascade")


class Migration(migrations.Migration):
    dependencies = [("content", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        migrations.RunSQL(VECTOR, "drop function public.f_vector(bigint, text, text)"),
        migrations.RunSQL(COLUMNS, UNDO_COLUMNS),
        migrations.RunSQL(DUE, "drop function public.communities_with_due_threads(timestamptz)"),
        *protect("content_space"),
        *protect(
            "content_spaceauthor", {"space_id": ("content_space", "cascade"), "membership_id": MEMBERSHIP}
        ),
        *protect(
            "content_thread",
            {"space_id": ("content_space", "no action"), "author_id": AUTHOR, "last_author_id": AUTHOR},
        ),
        *protect("content_threadtitle", {"thread_id": THREAD}),
        *protect("content_post", {"thread_id": THREAD, "author_id": AUTHOR}),
        *protect("content_revision", {"post_id": POST, "editor_id": AUTHOR}),
        *protect("content_reaction", {"post_id": POST, "membership_id": MEMBERSHIP}),
        *protect("content_readmarker", {"thread_id": THREAD, "membership_id": MEMBERSHIP}),
        *protect(
            "content_subscription",
            {"membership_id": MEMBERSHIP, "thread_id": THREAD, "space_id": ("content_space", "cascade")},
        ),
        *protect("content_mention", {"post_id": POST, "membership_id": MEMBERSHIP}),
        *protect("content_attachment", {"post_id": POST, "uploader_id": AUTHOR}),
        *protect("content_tag"),
        *protect("content_taggedthread", {"tag_id": ("content_tag", "cascade"), "thread_id": THREAD}),
        *protect("content_redirect"),
    ]
