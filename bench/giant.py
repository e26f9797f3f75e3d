"""One community with a million posts and 400,000 members, made by SQL from rows that the services made.

Threads are of uneven length (2,040 posts to 8), lie in time over three years, and belong to eight forums and a blog.
Posts lie on disk in order of time, so those of one thread are not neighbours. What is there already stays.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connections, transaction

from bench import SHARE
from bench.content import fill, paragraph
from communities.content import services
from communities.content.models import Space, Thread
from communities.content.queries import recount_community
from communities.models import Community, Membership
from communities.scoping import community_scope
from moderation.services import report_post
from tests.crowd import insert_like

GIANT, SMALL = "bench-giant", "bench-small"
PEOPLE, THREADS, POSTS, WRITERS = (whole // SHARE for whole in (400_000, 60_000, 1_000_000, 40_000))
FORUMS, TAGS, CASES, DAYS, PAGES = 8, 40, 60_000 // SHARE, 400, 2_000 // SHARE
# The longest thread, so that all of them together have `POSTS` posts: their lengths fall with the root of their rank.
LONGEST = round(2_040 / SHARE**0.5)
PARTS = 12  # of the posts, each a transaction
FOLLOWED, FOLLOWERS = "hot-thread", 200

# Sentences with a few words in most and most words in few, as in any language; one word is in one post of 20,000.
SENTENCES = """
create temporary table sentence as
select n::int as n, (
  select string_agg((
    array['halyard','mast','sail','rope','tide','wind','keel','deck','hull','buoy','anchor','clutch'])
    [1 + floor(12 * random() ^ 3)::int] || case when w % 3 = 0
    then ' ' || left(md5((random() ^ 2 * 4000)::int::text), 7) else '' end, ' ')
  from generate_series(1, 14 + n % 9) w) as text
from generate_series(1, 5000) n
"""
WRITER = """
create temporary table writer as
select (row_number() over (order by id))::int as n, id from communities_membership
where community_id = %(here)s and role = 'member' order by id limit %(writers)s
"""
# `length` falls with the root of the rank, ranks are spread over time.
LAID = """(
  select drawn.n, began, length, writer.id as author, sentence.text as words from (
    select n, now() - (%(threads)s - n + 1) * %(apart)s * interval '1 minute' as began,
      greatest(round(%(longest)s / sqrt((n * 7919::bigint) %% %(threads)s + 1)), 8)::int as length,
      1 + floor(random() ^ 2 * %(writers)s)::int as w
    from generate_series(1, %(threads)s) n offset 0) drawn
  join writer on writer.n = w join sentence on sentence.n = 1 + drawn.n %% 5000) laid"""
PLACED = """(
  select t.id as thread, t.author_id, t.published_at as began, p as place, t.last_position as length,
    1 + floor(random() ^ 2 * %(writers)s)::int as w, 1 + floor(random() * 5000)::int as a,
    1 + floor(random() * 5000)::int as b, random() as dice
  from content_thread t cross join lateral generate_series(1, t.last_position) p
  where t.community_id = %(here)s and t.slug like 'grown-%%' and substr(t.slug, 7)::int > %(from)s
    and substr(t.slug, 7)::int <= %(to)s
  offset 0) placed
  join writer on writer.n = w join sentence one on one.n = a join sentence two on two.n = b"""
AT = "began + (place - 1) * least(now() - began, interval '30 days') / length"
LAST_AUTHORS = """
update content_thread t set last_author_id = p.author_id from content_post p
where t.community_id = %(here)s and t.slug like 'grown-%%' and p.community_id = t.community_id and p.thread_id = t.id
  and p.position = t.last_position
"""


def make_giant() -> Community:
    """Made once, in some minutes; told apart by its size. Beside it there is one that is as it was before it grew."""
    for slug in (SMALL, GIANT):
        if not Community.objects.filter(slug=slug).exists():
            _begin(slug)
    community = Community.objects.get(slug=GIANT)
    if community.member_count < PEOPLE:
        _grow(community.pk)
        with connections["owner"].cursor() as cursor:
            cursor.execute("vacuum analyze")
        with community_scope(community):
            recount_community(community.pk)
    return Community.objects.get(slug=GIANT)


@transaction.atomic
def _begin(slug: str) -> None:
    community = Community.objects.create(
        slug=slug, name="Bench", tagline="Measured", languages=["en"], moderation_mode="reactive"
    )
    with community_scope(community):
        fill(community)
        for number in range(1, FORUMS + 1):
            Space.objects.create(kind="forum", slug=f"forum-{number}", name=f"Forum {number}", place=number)
        people = list(Membership.objects.order_by("pk")[:3])
        for number in range(1, FORUMS + 1):
            for turn in range(30 if number == 1 else 1):
                services.start_thread(
                    Space.objects.get(slug=f"forum-{number}"), by=people[1], community=community, kind="topic",
                    title=f"Laid {number} {turn}", body=paragraph(turn), tags=["Tides"],
                )  # fmt: skip
        thread = Thread.objects.select_related("space").get(title="Laid 1 0")
        for number in range(19):
            reply = services.reply_to(thread, by=people[2], body=paragraph(number))
        report_post(reply, by=people[1], category="spam")
        recount_community(community.pk)


def _grow(here: int) -> None:
    """One transaction for each step, and none for those of an earlier run that was interrupted."""
    told: dict[str, Any] = {"here": here, "threads": THREADS, "writers": WRITERS, "longest": LONGEST}
    # Three years of threads, whatever their number; those who leave traces, with room for who follows them.
    told |= {"apart": 26 * SHARE, "writers_met": WRITERS - 1000}
    for step, done in STEPS:
        began = time.monotonic()
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.execute(
                "select set_config('app.community', %s, true), set_config('work_mem', '256MB', true)",
                [str(here)],
            )
            cursor.execute(
                "select id from content_thread where community_id = %(here)s and title = 'Laid 1 0'", told
            )
            told["like"] = cursor.fetchone()[0]
            if done:
                cursor.execute(f"select exists ({done})", told)
            if not done or not cursor.fetchone()[0]:
                step(cursor, told)
        name = getattr(step, "__name__", "_posts").strip("_")
        print(f"{name:14}{time.monotonic() - began:6.0f} s", flush=True)


def _people(cursor: Any, told: dict[str, Any]) -> None:
    """Accounts up to the number, and each of all accounts a member."""
    insert_like(
        cursor, "members_member", "id = (select min(id) from members_member)",
        "generate_series(1, %(most)s - (select count(*) from members_member)) n",
        told | {"most": PEOPLE}, email="'person-' || n || '@giant.example.org'", is_operator="false",
    )  # fmt: skip
    insert_like(
        cursor, "communities_membership",
        "id = (select max(id) from communities_membership where community_id = %(here)s)",
        """(select m.id as person, 1 + m.id %% 997 as a, 1 + m.id %% 4801 as b from members_member m where not exists (
          select from communities_membership x where x.community_id = %(here)s and x.member_id = m.id)) new""",
        told, member_id="person", handle="'person-' || person",
        display_name="initcap(left(md5(a::text), 6)) || ' ' || initcap(left(md5(b::text), 8))",
        joined_at="now() - random() * interval '3 years'", seen_at="now() - random() ^ 2 * interval '700 days'",
        role="'member'", unread_count="0", post_count="0",
    )  # fmt: skip


def _words(cursor: Any, told: dict[str, Any]) -> None:
    """Who writes, and what: beside, for as long as the connection lasts."""
    cursor.execute(SENTENCES)
    cursor.execute(WRITER, told)
    cursor.execute("analyze sentence, writer")


def _threads(cursor: Any, told: dict[str, Any]) -> None:
    forum = (
        "(select id from content_space where community_id = %(here)s and slug = 'forum-' || (1 + n %% {}))"
    )
    insert_like(
        cursor, "content_thread", "id = %(like)s", LAID, told, slug="'grown-' || n", author_id="author",
        title="left(words, 60) || ' ' || n", space_id=forum.format(FORUMS), created_at="began",
        published_at="began", last_position="length", reply_count="length - 1", reaction_count="0",
        last_activity_at="began + (length - 1) * least(now() - began, interval '30 days') / length",
    )  # fmt: skip
    new = "content_thread t where t.community_id = %(here)s and t.slug like 'grown-%%'"
    counted = "row_number() over () as n"
    fresh = f"(select t.id as new_id, t.title as new_title, t.published_at as at, {counted} from {new}) t"
    insert_like(
        cursor,
        "content_threadtitle",
        "thread_id = %(like)s",
        fresh,
        told,
        thread_id="new_id",
        title="new_title",
    )
    insert_like(
        cursor, "content_tag", "community_id = %(here)s and slug = 'tides'", f"generate_series(1, {TAGS}) n", told,
        slug="'tag-' || n", name="'Tag ' || n",
    )  # fmt: skip
    insert_like(
        cursor, "content_taggedthread", "thread_id = %(like)s", fresh, told, thread_id="new_id", published_at="at",
        tag_id=f"""(select g.id from content_tag g where g.community_id = %(here)s
          and g.slug = 'tag-' || (1 + floor({TAGS} * (n %% 100 / 100.0) ^ 2)::int))""",
    )  # fmt: skip


def _posts(cursor: Any, told: dict[str, Any], part: int) -> None:
    """Those of a part of the threads."""
    size = THREADS // PARTS
    cursor.execute("select set_config('gin_pending_list_limit', '64MB', true)")
    insert_like(
        cursor, "content_post", "thread_id = %(like)s and position = 2", PLACED,
        told | {"from": size * part, "to": size * (part + 1)}, thread_id="thread",
        author_id="case when place = 1 then placed.author_id else writer.id end", position="place", submission="null",
        public_id="uuidv7()", news_due_at="null", created_at=AT, published_at=AT,
        body_html="""'<p>' || one.text || '. ' || case when dice < 0.00005 then 'quincunx ' else '' end || two.text
          || '.</p>'""",
        body_source="''", reaction_count="case when place %% 10 = 1 then 3 else 0 end",
        reactions="""case when place %% 10 = 1 then '{"useful": 3}'::jsonb else '{}' end""", order_by=AT,
    )  # fmt: skip


def _last_authors(cursor: Any, told: dict[str, Any]) -> None:
    cursor.execute(LAST_AUTHORS, told)
    cursor.execute("analyze content_post, content_thread, communities_membership")


def _traces(cursor: Any, told: dict[str, Any]) -> None:
    """Reactions, how far people have read, what they follow, and what waits in their bells."""
    statements = [
        """insert into content_reaction (community_id, post_id, membership_id, kind, created_at)
        select %(here)s, p.id, w.id, 'useful', p.published_at + interval '1 hour' from content_post p
        cross join generate_series(1, 3) k join writer w on w.n = k + p.id %% %(writers_met)s
        where p.community_id = %(here)s and p.reaction_count = 3""",
        """insert into content_readmarker (community_id, membership_id, thread_id, position, seen_at)
        select %(here)s, w.id, t.id, t.last_position, t.last_activity_at from content_thread t
        cross join generate_series(1, 8) k join writer w on w.n = k + t.id %% %(writers_met)s
        where t.community_id = %(here)s on conflict do nothing""",
        """insert into content_subscription (community_id, membership_id, thread_id, level, created_at)
        select %(here)s, w.id, t.id, 'follow', t.published_at from content_thread t
        cross join generate_series(1, 4) k join writer w on w.n = k + t.id %% %(writers_met)s
        where t.community_id = %(here)s on conflict do nothing""",
        f"""insert into content_subscription (community_id, membership_id, thread_id, level, created_at)
        select %(here)s, w.id, t.id, 'follow', t.published_at from content_thread t
        join writer w on w.n between 100 and {99 + FOLLOWERS}
        where t.community_id = %(here)s and t.slug = '{FOLLOWED}' on conflict do nothing""",
        """insert into notifications_notification (community_id, membership_id, kind, thread_id, post_id, posts,
          actor_id, path, count, created_at, read_at)
        select %(here)s, w.id, 'reply_posted', p.thread_id, p.id, array[p.id], p.author_id, '', 1, p.published_at,
          p.published_at + interval '1 day' from content_post p
        cross join (values (0), (1)) k(turn) join writer w on w.n = 1 + turn * (1 + p.id %% %(writers_met)s)
        where p.community_id = %(here)s and p.position %% 5 = 2""",
    ]  # fmt: skip
    for statement in statements:
        cursor.execute(statement, told)


def _cases(cursor: Any, told: dict[str, Any]) -> None:
    """A third is open; each has one report."""
    insert_like(
        cursor, "moderation_case", "id = (select min(id) from moderation_case where community_id = %(here)s)",
        f"""(select p.id as post, p.author_id as whose, row_number() over () as n, p.published_at as at
          from content_post p where p.community_id = %(here)s and p.position = 7 limit {CASES}) new""",
        told, ref="upper(right('0000000' || to_hex(n * 7 + 268435456), 8))", post_id="post", author_id="whose",
        opened_at="at", due_at="at + interval '3 days'", rank_at="at - interval '2 days'",
        state="case when n %% 3 = 0 then 'open' else 'resolved' end",
        resolved_at="case when n %% 3 = 0 then null else at + interval '1 day' end",
        outcome="case when n %% 3 = 0 then '' else 'keep' end",
    )  # fmt: skip
    insert_like(
        cursor, "moderation_report", "id = (select min(id) from moderation_report where community_id = %(here)s)",
        """(select c.id as new_case, c.opened_at as at from moderation_case c where c.community_id = %(here)s
          and not exists (select from moderation_report r where r.case_id = c.id)) new""",
        told, case_id="new_case", created_at="at",
    )  # fmt: skip


def _days(cursor: Any, told: dict[str, Any]) -> None:
    """What was counted of members and visitors over more than a year, up to three days ago."""
    days = f"generate_series(current_date - {DAYS}, current_date - 3, interval '1 day') day"
    statements = [
        f"""insert into engagement_memberday (community_id, day, person, views, contributions)
        select %(here)s, day, w.id, 1 + w.id %% 20, w.id %% 3 from {days}
        join writer w on w.n %% 20 = extract(doy from day)::int %% 20""",
        f"""insert into capture_audienceday (community_id, day, dimension, key, page_views, visits, visitors, bounces,
          seconds)
        select %(here)s, day, 'page', '/forums/t/grown-' || n || '/', 1 + n %% 50, 1 + n %% 40, 1 + n %% 30, n %% 9, n
        from {days} cross join generate_series(1, {PAGES}) n
        union all select %(here)s, day, dimension, key, 40000, 9000, 7000, 3000, 900000
        from {days} cross join (values ('all', ''), ('channel', '1'), ('channel', '2'), ('source', 'google'))
          known(dimension, key)""",
        "insert into engagement_fill (community_id, filled_at) values (%(here)s, now()) on conflict do nothing",
    ]  # fmt: skip
    for statement in statements:
        cursor.execute(statement, told)


# What is there once a step is done.
GROWN = "select from content_thread where community_id = %(here)s and slug like 'grown-%%'"
OF_PART = """
select from content_thread t join content_post p on p.community_id = t.community_id and p.thread_id = t.id
where t.community_id = %(here)s and t.slug = 'grown-{}'"""
STEPS: list[tuple[Callable[[Any, dict[str, Any]], None], str]] = [
    (_people, ""),
    (_words, ""),
    (_threads, GROWN),
    *((partial(_posts, part=part), OF_PART.format((part + 1) * THREADS // PARTS)) for part in range(PARTS)),
    (_last_authors, ""),
    (_traces, "select from content_readmarker where community_id = %(here)s offset 1000"),
    (_cases, "select from moderation_case where community_id = %(here)s offset 1000"),
    (_days, "select from capture_audienceday where community_id = %(here)s"),
]
