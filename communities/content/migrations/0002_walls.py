"""What Django cannot say: generated text vectors, search, fill factors, composite keys, row-level security."""

from django.db import migrations

from communities.rowsecurity import protect

# Words that are so common that nobody looks for them are kept all the same: of a name made of them, all of it is
# looked for. Everywhere else questions leave them out.
STEMS = """
create text search dictionary public.english_all (template = snowball, language = english);
create text search configuration public.english_all (copy = pg_catalog.english);
alter text search configuration public.english_all
  alter mapping for asciiword, asciihword, hword_asciipart, word, hword, hword_part with public.english_all;
create text search dictionary public.french_all (template = snowball, language = french);
create text search configuration public.french_all (copy = pg_catalog.french);
alter text search configuration public.french_all
  alter mapping for asciiword, asciihword, hword_asciipart, word, hword, hword_part with public.french_all;
"""
UNDO_STEMS = """
drop text search configuration public.english_all;
drop text search dictionary public.english_all;
drop text search configuration public.french_all;
drop text search dictionary public.french_all;
"""

# Part numbers, file names, addresses and versions are taken apart: the parser would make one word of each, which only
# the whole of it finds. C++ and C# are words of their own beside C.
PARTS = r"""
create function public.f_words(t text) returns text language sql immutable parallel safe as $$
  select regexp_replace(regexp_replace(regexp_replace(public.f_unaccent(t),
    '(\w)\+\+(?!\w)', '\1 \1plusplus', 'g'),
    '(\w)#(?!\w)', '\1 \1sharp', 'g'),
    '(?<=\w)[-_./@+#:]+(?=\w)', ' ', 'g')
$$
"""

# The community is a lexeme of its own: it stands in for a btree column inside the text index.
VECTOR = """
create function public.f_vector(community bigint, lang text, body text) returns tsvector
language sql immutable parallel safe as $$
  select case lang
    when 'fr' then to_tsvector('public.french_all', public.f_words(body))
    when 'en' then to_tsvector('public.english_all', public.f_words(body))
    else to_tsvector('pg_catalog.simple', public.f_words(body))
  end || array_to_tsvector(array['~' || community])
$$
"""

# PostgreSQL looks for addresses, files and hosts in each run of letters without a blank: of `_a` ten thousand times
# that takes seconds, of twice as many four times as long. So nothing is longer than any word or address worth finding.
BROKEN = r"""
create function public.f_broken(t text) returns text language sql immutable parallel safe as $$
  select regexp_replace(t, '(\S{120})', '\1 ', 'g')
$$
"""

COLUMNS = """
alter table content_post add column vector tsvector
  generated always as (public.f_vector(community_id, language, public.f_broken(body_html))) stored;
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

# Search goes through functions that run with their owner's rights: `@@` is not leakproof, so under row-level
# security the text index would not be used. They read the community from the transaction's setting, never from
# an argument, and return ids only; who may see them is decided by `visible_to` afterwards.
WORDS = r"""
create function public.f_query(words text, languages text[]) returns tsquery
language plpgsql immutable parallel safe set search_path = pg_catalog, public as $$
declare
  folded text := public.f_unaccent(words);
  one text;
  part tsquery;
  built tsquery;
begin
  if position('"' in folded) = 0 then
    -- What is written as one stands together, in this order.
    folded := regexp_replace(folded, '\w+(?:[-_./@+#:]+\w+)+', '"\&"', 'g');
  end if;
  folded := public.f_words(folded);
  for round in 1..2 loop
    foreach one in array languages loop
      part := case one
        when 'fr' then
          websearch_to_tsquery(('{pg_catalog.french,public.french_all}'::text[])[round]::regconfig, folded)
        when 'en' then
          websearch_to_tsquery(('{pg_catalog.english,public.english_all}'::text[])[round]::regconfig, folded)
        else websearch_to_tsquery('pg_catalog.simple', folded)
      end;
      if numnode(part) > 0 then
        built := case when built is null then part else built || part end;
      end if;
    end loop;
    exit when built is not null;
  end loop;
  return built;
end $$
"""

# Word frequency misleads the planner in both directions, so the newest posts are looked at first: a word found
# often there is common, and the best of them answer; a rare one is ranked over the whole community.
POSTS = """
create function public.search_posts(words text, languages text[], below bigint, most int)
returns table (post_id bigint, rank real, is_common boolean)
language plpgsql stable security definer
set search_path = pg_catalog, public set plan_cache_mode = force_custom_plan as $$
declare
  here bigint := nullif(current_setting('app.community', true), '')::bigint;
  wanted tsquery := public.f_query(words, languages);
  recent bigint[];
begin
  if here is null or wanted is null then return; end if;
  select array_agg(newest.id) into recent from (
    select id, vector from public.content_post
    where community_id = here and (below is null or id < below) order by id desc limit 2000
  ) newest where newest.vector @@ wanted;
  if cardinality(recent) >= 20 then
    return query select p.id, ts_rank(p.vector, wanted), true from public.content_post p
      where p.community_id = here and p.id = any(recent) order by 2 desc limit most;
    return;
  end if;
  return query select p.id, ts_rank(p.vector, wanted), false from public.content_post p
    where p.community_id = here and p.vector @@ (('''~' || here || '''')::tsquery && wanted)
      and (below is null or p.id < below)
    order by 2 desc limit most;
end $$
"""

TITLES = """
create function public.search_titles(words text, languages text[], most int)
returns table (thread_id bigint, rank real)
language plpgsql stable security definer
set search_path = pg_catalog, public set plan_cache_mode = force_custom_plan as $$
declare
  here bigint := nullif(current_setting('app.community', true), '')::bigint;
  wanted tsquery := public.f_query(words, languages);
begin
  if here is null or wanted is null then return; end if;
  return query select found.thread_id, ts_rank(found.vector, wanted) from (
    select t.thread_id, t.vector from public.content_threadtitle t
    where t.community_id = here and t.vector @@ (('''~' || here || '''')::tsquery && wanted) limit 500
  ) found order by 2 desc limit most;
end $$
"""

DUE = """
create function public.communities_with_due_threads(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.content_thread where state = 'scheduled' and scheduled_for <= at
$$
"""

RETIRING = """
create function public.communities_with_threads_to_retire(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.content_thread where state = 'published' and retires_at <= at
$$
"""

UNTOLD = """
create function public.communities_with_late_news(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.content_post where news_due_at <= at
$$
"""

MOVING = """
create function public.communities_with_moves(at timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.content_threadmove where finished_at is null and worked_at <= at
$$
"""

OLD_UPLOADS = """
create function public.communities_with_old_uploads(before timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct a.community_id from public.content_attachment a where a.post_id is null and a.created_at < before
    and not exists (select from public.content_unsenttext u where u.membership_id = a.uploader_id
      and a.id = any(u.pictures))
$$
"""

OLD_UNSENT = """
create function public.communities_with_old_unsent(before timestamptz) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct community_id from public.content_unsenttext where kept_at < before
$$
"""

# What `fold_spaces` would change. A space is not counted further than to its minimum, and its last text is looked up
# only where silence folds it.
FOLDING = """
create function public.communities_with_spaces_to_fold(minimums jsonb) returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  with held as (
    select s.community_id, s.kind, s.audience, coalesce((c.launch ->> 'begun')::boolean, false) as begun,
      coalesce((s.settings ->> 'folded')::boolean, false) as folded, enough.threads as minimum, (
        select count(*) from (
          select from public.content_thread t where t.community_id = s.community_id and t.space_id = s.id
            and t.state = 'published' and t.published_at is not null limit greatest(enough.threads, 1)
        ) counted) as threads,
      coalesce((
        select max(t.last_activity_at) < now() - make_interval(days => (s.settings ->> 'quiet_days')::int)
        from public.content_thread t where t.community_id = s.community_id and t.space_id = s.id
          and t.state = 'published' and t.published_at is not null
          and (s.settings ->> 'quiet_days')::int > 0), false) as silent
    from public.content_space s join public.communities_community c on c.id = s.community_id
    cross join lateral (
      select coalesce((s.settings ->> 'minimum')::int, (minimums ->> s.kind)::int, 0) as threads) enough
    where not s.archived and ((c.launch ->> 'begun')::boolean or (s.settings ->> 'folded')::boolean
      or (s.settings ->> 'quiet_days')::int > 0)
  ), judged as (
    select community_id, kind, audience, folded, threads, (begun and threads < minimum) or silent as short from held
  ), compared as (
    select *, bool_or(not short and audience <> 'team') over (partition by community_id, kind) as has_full
    from judged
  )
  select distinct community_id from compared where folded <> (short and (has_full or threads = 0))
$$
"""

# What `recount_community` would change, in one pass over everything instead of one for each community.
WRONG_COUNTERS = """
create function public.communities_with_wrong_counters() returns setof bigint
language sql stable security definer set search_path = pg_catalog, public as $$
  select t.community_id from (
    select thread_id, count(*) filter (where position > 1 and state = 'published') as replies,
      coalesce(max(position), 0) as last
    from public.content_post where position is not null group by thread_id
  ) real join public.content_thread t on t.id = real.thread_id
  where (t.reply_count, t.last_position) is distinct from (real.replies::int, real.last)
  union
  select g.community_id from public.content_tag g left join (
    select tag_id, count(*) as threads from public.content_taggedthread
    where published_at is not null group by tag_id
  ) real on real.tag_id = g.id where g.thread_count <> coalesce(real.threads, 0)
  union
  select m.community_id from public.communities_membership m left join (
    select p.author_id, count(*) as posts from public.content_post p
    join public.content_thread t on t.id = p.thread_id
    where p.author_id is not null and p.state = 'published' and t.state = 'published' group by p.author_id
  ) real on real.author_id = m.id where m.post_count <> coalesce(real.posts, 0)
  union
  select c.id from public.communities_community c left join (
    select community_id, count(*) as members from public.communities_membership
    where status = 'active' and not unclaimed group by community_id
  ) real on real.community_id = c.id where c.member_count <> coalesce(real.members, 0)
$$
"""

# A space in another one: of its kind, one level deep, never open to everybody where the other is not, and never in use
# where the other is put away. Whoever writes either holds the row of the upper one, so two at once cannot miss it.
WITHIN = """
create function public.f_space_within() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
  above record;
begin
  if new.parent_id is not null then
    select parent_id, kind, audience, archived into above from public.content_space
    where community_id = new.community_id and id = new.parent_id for share;
    if new.parent_id = new.id or above.parent_id is not null or exists (
      select from public.content_space where community_id = new.community_id and parent_id = new.id
    ) then
      raise exception 'space % in % would be a second level', new.id, new.parent_id
        using errcode = 'check_violation', constraint = 'space_one_level';
    end if;
    if new.kind <> above.kind or (new.audience = 'public' and above.audience <> 'public')
      or (above.archived and not new.archived) then
      raise exception 'space % goes beyond % that it stands in', new.id, new.parent_id
        using errcode = 'check_violation', constraint = 'space_within_its_parent';
    end if;
  elsif tg_op = 'UPDATE' and exists (
    select from public.content_space c where c.community_id = new.community_id and c.parent_id = new.id
      and ((c.audience = 'public' and new.audience <> 'public') or (new.archived and not c.archived))
  ) then
    raise exception 'a space in % would go beyond it', new.id
      using errcode = 'check_violation', constraint = 'space_within_its_parent';
  end if;
  return new;
end $$;
create trigger space_within before insert or update of parent_id, kind, audience, archived on public.content_space
for each row execute function public.f_space_within();
"""
UNDO_WITHIN = """
drop trigger space_within on public.content_space;
drop function public.f_space_within();
"""

MEMBERSHIP = ("communities_membership", "cascade")
AUTHOR = ("communities_membership", "set null")
THREAD = ("content_thread", "cascade")
POST = ("content_post", "cascade")


class Migration(migrations.Migration):
    dependencies = [("content", "0001_initial"), ("communities", "0002_walls")]

    operations = [
        migrations.RunSQL(STEMS, UNDO_STEMS),
        migrations.RunSQL(PARTS, "drop function public.f_words(text)"),
        migrations.RunSQL(VECTOR, "drop function public.f_vector(bigint, text, text)"),
        migrations.RunSQL(BROKEN, "drop function public.f_broken(text)"),
        migrations.RunSQL(COLUMNS, UNDO_COLUMNS),
        migrations.RunSQL(WORDS, "drop function public.f_query(text, text[])"),
        migrations.RunSQL(POSTS, "drop function public.search_posts(text, text[], bigint, int)"),
        migrations.RunSQL(TITLES, "drop function public.search_titles(text, text[], int)"),
        migrations.RunSQL(DUE, "drop function public.communities_with_due_threads(timestamptz)"),
        migrations.RunSQL(RETIRING, "drop function public.communities_with_threads_to_retire(timestamptz)"),
        migrations.RunSQL(UNTOLD, "drop function public.communities_with_late_news(timestamptz)"),
        migrations.RunSQL(MOVING, "drop function public.communities_with_moves(timestamptz)"),
        migrations.RunSQL(OLD_UPLOADS, "drop function public.communities_with_old_uploads(timestamptz)"),
        migrations.RunSQL(OLD_UNSENT, "drop function public.communities_with_old_unsent(timestamptz)"),
        migrations.RunSQL(FOLDING, "drop function public.communities_with_spaces_to_fold(jsonb)"),
        migrations.RunSQL(WRONG_COUNTERS, "drop function public.communities_with_wrong_counters()"),
        *protect("content_space", {"parent_id": ("content_space", "no action")}),
        migrations.RunSQL(WITHIN, UNDO_WITHIN),
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
        *protect("content_pendingedit", {"post_id": POST, "editor_id": AUTHOR}),
        *protect("content_reaction", {"post_id": POST, "membership_id": MEMBERSHIP}),
        *protect("content_readmarker", {"thread_id": THREAD, "membership_id": MEMBERSHIP}),
        *protect(
            "content_subscription",
            {"membership_id": MEMBERSHIP, "thread_id": THREAD, "space_id": ("content_space", "cascade")},
        ),
        *protect("content_mention", {"post_id": POST, "membership_id": MEMBERSHIP}),
        *protect("content_attachment", {"post_id": POST, "uploader_id": AUTHOR}),
        *protect("content_unsenttext", {"membership_id": MEMBERSHIP}),
        *protect("content_tag"),
        *protect("content_tagword", {"tag_id": ("content_tag", "cascade")}),
        *protect("content_taggedthread", {"tag_id": ("content_tag", "cascade"), "thread_id": THREAD}),
        *protect("content_redirect"),
        *protect(
            "content_threadmove",
            {
                "source_id": ("content_space", "cascade"),
                "target_id": ("content_space", "cascade"),
                "by_id": AUTHOR,
            },
        ),
        *protect(
            "content_postmove",
            {"source_id": THREAD, "target_id": THREAD, "opening_id": POST, "by_id": AUTHOR},
        ),
    ]
