"""What everything comes to, counted again in plain SQL: the other side of the law of recounting.

Who reads what is written down once more here, from docs/decisions/0002-content-model.md and the managers’ handbook, and
calls nothing of the product: a thread can be read while it is published, in a space that is not put away, of a kind
that is switched on, by those for whom the space is: everybody; members; the team; and moderators, managers and owners
read every space. A text can be read while it is published in a thread that can be read. Whoever has left reads what
visitors read; a suspended member of the team reads what members read.
"""

# ruff: noqa: S608 - statements made of each other, all of them written here.

from __future__ import annotations

from typing import Any

from django.db import connection

# Those who may act in the team: not while they are suspended.
READER = """
select m.id, m.role, m.suspended_until is null or m.suspended_until < clock_timestamp() as acts
from communities_membership m where m.id = %(reader)s and m.status = 'active'
"""
# The stage of the plan that names the forums, where there is one and the plan has begun, opens them to its audience;
# while it is paused, to the team; else to nobody.
KEPT_CLOSED = f"""
select 1 from launch_stage named left join ({READER}) r on true
where 'forums' = any(named.features)
  and exists (select 1 from launch_stage begun where begun.state in ('open', 'paused'))
  and not (named.state = 'open' and named.audience = 'everyone'
    or named.state in ('open', 'paused') and coalesce(
      r.acts and r.role in ('moderator', 'manager', 'marketing', 'owner'), false))
"""
SPACES = f"""
select s.id from content_space s
join communities_community c on c.id = s.community_id left join ({READER}) m on true
where s.kind = 'forum' and not s.archived
  and (cardinality(c.open_features) = 0 or 'forums' = any(c.open_features)) and not exists ({KEPT_CLOSED})
  and (s.audience = 'public'
    or m.id is not null and s.audience = 'members'
    or m.acts and m.role in ('moderator', 'manager', 'owner'))
"""
THREADS = f"select t.* from content_thread t where t.state = 'published' and t.space_id in ({SPACES})"
POSTS = f"""
select p.* from content_post p join ({THREADS}) t on t.id = p.thread_id where p.state = 'published'
"""
OF_THREADS = """
select t.id, count(p.*) filter (where p.position > 1) as replies,
  coalesce((array_agg(p.author_id order by p.position desc) filter (where p.position > 1))[1], t.author_id)
    as last_author,
  bool_or(q.accepted_id is not null and a.state = 'published' or q.solved_alone_at is not null) as solved,
  bool_or(q.accepted_id is not null and a.state = 'published' or q.solved_alone_at is not null) or (t.asks and
    count(p.*) filter (where p.position > 1 and p.author_id is distinct from t.author_id) > 0) as answered
from content_thread t
left join content_post p on p.thread_id = t.id and p.state = 'published'
left join forums_question q on q.thread_id = t.id
left join content_post a on a.id = q.accepted_id
where t.published_at is not null group by t.id
"""
WAITING = f"""
select o.id from ({OF_THREADS}) o join ({THREADS}) t on t.id = o.id where t.asks and not o.answered
"""
# A thread somebody has opened has as many new posts as stand behind their mark; one never opened is new as a whole,
# unless nobody but they themselves has written in it.
NEWS = f"""
select t.id, case when m.thread_id is null then 0
  else (select count(*) from content_post p
        where p.thread_id = t.id and p.state = 'published' and p.position > m.position) end as new
from ({THREADS}) t left join content_readmarker m on m.thread_id = t.id and m.membership_id = %(reader)s
where case when m.thread_id is null
  then exists (select 1 from content_post p where p.thread_id = t.id and p.state = 'published'
               and (p.position > 1 or p.author_id is distinct from %(reader)s))
  else exists (select 1 from content_post p where p.thread_id = t.id and p.state = 'published'
               and p.position > m.position) end
"""
TAGS = f"""
select g.id, count(*) from content_tag g join content_taggedthread l on l.tag_id = g.id
join ({THREADS}) t on t.id = l.thread_id group by g.id
"""
# The first text that somebody has not read, in a thread that they have opened.
FIRST_NEW = f"""
select t.id, min(p.position) from ({THREADS}) t
join content_readmarker m on m.thread_id = t.id and m.membership_id = %(reader)s
join content_post p on p.thread_id = t.id and p.state = 'published' and p.position > m.position group by t.id
"""
# How much of what somebody wrote their page lists.
WRITTEN = f"select author_id, count(*) from ({POSTS}) p group by author_id"
SPACE_LIFE = f"select space_id, count(*) from ({THREADS}) t group by space_id"

# What is kept beside what it counts, each as (what is wrong, where): none of them may find a row.
KEPT = {
    "threads": f"""
        select t.id, (t.reply_count, t.last_author_id, t.solved, t.answered),
          (o.replies, o.last_author, o.solved, o.answered)
        from content_thread t join ({OF_THREADS}) o on o.id = t.id
        where (t.reply_count, t.last_author_id, t.solved, t.answered)
          is distinct from (o.replies::int, o.last_author, o.solved, o.answered)
    """,
    "tags": """
        select g.id, g.thread_count, (select count(*) from content_taggedthread l
          join content_thread t on t.id = l.thread_id where l.tag_id = g.id and t.state = 'published')
        from content_tag g where g.thread_count <> (select count(*) from content_taggedthread l
          join content_thread t on t.id = l.thread_id where l.tag_id = g.id and t.state = 'published')
    """,
    "members’ texts": """
        select m.id, m.post_count, count(t.id) from communities_membership m
        left join content_post p on p.author_id = m.id and p.state = 'published'
        left join content_thread t on t.id = p.thread_id and t.state = 'published'
        group by m.id having m.post_count <> count(t.id)
    """,
    "members": """
        select c.id, c.member_count, (select count(*) from communities_membership m
          where m.community_id = c.id and m.status = 'active' and not m.unclaimed)
        from communities_community c where c.id = %(community)s and c.member_count <> (
          select count(*) from communities_membership m
          where m.community_id = c.id and m.status = 'active' and not m.unclaimed)
    """,
    "reactions": """
        select p.id, (p.reaction_count, p.reactions), r.kinds from content_post p
        left join (select post_id, jsonb_object_agg(kind, n) as kinds, sum(n) as all_of_them from (
          select post_id, kind, count(*) as n from content_reaction group by post_id, kind) k group by post_id) r
          on r.post_id = p.id
        where p.reaction_count <> coalesce(r.all_of_them, 0) or exists (
          select 1 from jsonb_each_text(p.reactions) kept where kept.value::int <> 0
            and kept.value::int is distinct from (r.kinds ->> kept.key)::int)
    """,
    "unread lines": """
        select m.id, m.unread_count, count(n.id) from communities_membership m
        left join notifications_notification n on n.membership_id = m.id and n.read_at is null
        group by m.id having m.unread_count <> count(n.id)
    """,
}


class Oracle:
    """Asks the database of the community in scope; every answer is what is right."""

    def __init__(self, community_id: int) -> None:
        self.community_id = community_id

    def ask(self, statement: str, reader: int | None = None, **values: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"community": self.community_id, "reader": reader, **values})
            return list(cursor.fetchall())

    def ids(self, statement: str, reader: int | None = None) -> set[int]:
        return {row[0] for row in self.ask(f"select id from ({statement}) found", reader)}

    def counts(self, statement: str, reader: int | None = None) -> dict[int, int]:
        return {row[0]: row[1] for row in self.ask(statement, reader)}

    def wrong(self) -> dict[str, list[tuple[Any, ...]]]:
        """What is kept beside what it counts and differs from it."""
        return {name: rows for name, statement in KEPT.items() if (rows := self.ask(statement))}
