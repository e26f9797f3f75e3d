"""A seeded database: one large community and many small ones, written in sets by the tables' owner."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connections

from communities.models import Community

LARGE_THREADS, LARGE_POSTS, LARGE_MEMBERS = 2_000, 20_000, 3_000
SMALL_COMMUNITIES, SMALL_THREADS, SMALL_POSTS, SMALL_MEMBERS = 50, 10, 60, 12
LONG_THREAD = 1_500  # posts of the large community's first thread

# %(c)s the community, others the sizes. Threads of one community lie between those of others, as in life.
MEMBERS = """
insert into communities_membership (community_id, handle, display_name, role, trust_level, status, unclaimed,
  portrait, drawing, headline, place, bio, profile, language, muted_mails, stage_ids, joined_at,
  post_count, unread_count, came_by, role_after, role_spaces)
select %(c)s, 'person' || n, 'Person ' || n, 'member', 1, 'active', false,
  '', '', '', '', '', '{}', '', '{}', '{}', now() - n * interval '1 hour', 0, 0, 'open', 'member', '{}'
from generate_series(1, %(members)s) n
"""
SPACES = """
insert into content_space (community_id, kind, slug, name, description, prompt, language, drawing, picture, audience,
  posting, replying, let_in, mode, asks, place, archived, settings, version)
select %(c)s, case when n <= 3 then 'forum' else 'blog' end, 'space-' || n, 'Space ' || n, '', '', 'en', '', '',
  'public', 'members', 'members', '{}', '', false, n, false, '{}', 1 from generate_series(1, 4) n
"""
THREADS = """
with people as (select array_agg(id order by id) as ids from communities_membership where community_id = %(c)s),
  spaces as (select array_agg(id order by place) as ids from content_space where community_id = %(c)s)
insert into content_thread (community_id, space_id, author_id, last_author_id, kind, slug, language, title, state,
  pinned, locked, locked_reason, asks, answered, solved, created_at, published_at, last_activity_at, last_position,
  reply_count, reaction_count, vote_score, version)
select %(c)s, spaces.ids[1 + n %% 4], people.ids[1 + n %% %(members)s], people.ids[1 + (n * 7) %% %(members)s],
  case when n %% 4 = 3 then 'article' when n %% 4 = 1 then 'question' else 'topic' end, 'thread-' || n, 'en',
  'Thread ' || n || ' about ' || (array['rope', 'sails', 'masts'])[1 + n %% 3], 'published', 0, false, '', n %% 4 = 1,
  n %% 9 <> 1, false, at, at, at, 1, 0, 0, 0, 1
from people, spaces, generate_series(1, %(threads)s) n,
  lateral (select now() - ((n * 7919) %% 100000) * interval '7 minutes' as at) t
"""
POSTS = """
with people as (select array_agg(id order by id) as ids from communities_membership where community_id = %(c)s),
  threads as (select array_agg(id order by id) as ids from content_thread where community_id = %(c)s),
  placed as (select n, case when n <= %(long)s then 1 else 2 + n %% (%(threads)s - 1) end as t
             from generate_series(1, %(posts)s) n)
insert into content_post (community_id, thread_id, author_id, position, state, language, body_html, body_source,
  body_format, mode, created_at, published_at, revision_count, reaction_count, reactions)
select %(c)s, threads.ids[t], people.ids[1 + n %% %(members)s], row_number() over (partition by t order by n),
  'published', 'en', '<p>' || n || ' ' || repeat('the halyard slips under load ', 6) ||
  (array['winch', 'clutch', 'cleat', 'shackle', 'block'])[1 + n %% 5] ||
  case when n %% 997 = 0 then ' quincunx' else '' end
  || '</p>', '', 'html', '', now(), now() - (%(posts)s - n) * interval '1 minute', 0, 0, '{}'
from people, threads, placed
"""
REST = """
insert into content_threadtitle (community_id, thread_id, language, title)
  select community_id, id, 'en', title from content_thread where community_id = %(c)s;
update content_thread t set last_position = p.last, reply_count = p.last - 1 from
  (select thread_id, max(position) as last from content_post where community_id = %(c)s group by 1) p
  where p.thread_id = t.id;
insert into content_tag (community_id, name, slug, "group", thread_count)
  values (%(c)s, 'Ropes', 'ropes', '', 0);
insert into content_taggedthread (community_id, tag_id, thread_id, published_at)
  select t.community_id, g.id, t.id, t.published_at from content_thread t
  join content_tag g on g.community_id = t.community_id
  where t.community_id = %(c)s and t.id %% 3 = 0;
insert into content_readmarker (community_id, membership_id, thread_id, position, seen_at)
  select community_id, author_id, id, 1, now() from content_thread where community_id = %(c)s;
"""
TABLES = ("communities_membership", "content_space", "content_thread", "content_threadtitle", "content_post",
          "content_tag", "content_taggedthread", "content_readmarker")  # fmt: skip


@dataclass(frozen=True)
class Crowd:
    large: Community
    small: Community


def make_crowd() -> Crowd:
    communities = [
        Community(slug=f"crowd-{number}", name=f"Crowd {number}", languages=["en"])
        for number in range(SMALL_COMMUNITIES + 1)
    ]
    Community.objects.bulk_create(communities)
    small = {"threads": SMALL_THREADS, "posts": SMALL_POSTS, "members": SMALL_MEMBERS, "long": 5}
    large = {"threads": LARGE_THREADS, "posts": LARGE_POSTS, "members": LARGE_MEMBERS, "long": LONG_THREAD}
    with connections["owner"].cursor() as cursor:
        for number, community in enumerate(communities):
            sizes = (large if number == SMALL_COMMUNITIES // 2 else small) | {"c": community.pk}
            for statement in (MEMBERS, SPACES, THREADS, POSTS, REST):
                cursor.execute(statement, sizes)
        for table in TABLES:
            cursor.execute(f"vacuum analyze {table}")
    return Crowd(communities[SMALL_COMMUNITIES // 2], communities[0])
