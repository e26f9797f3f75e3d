"""What threads count of their replies, counted again: after one was withdrawn, and where many came at once."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from communities.content.kinds import KINDS

# A thread that was never published has no time of activity, one of which nothing shows any more keeps its own; only
# where something was withdrawn does it go back. Whose old site told answers from other replies (`told`) is answered
# when it says so, not when somebody replied.
# Materialised, so that a planner without statistics (just after an import) does not count again for each row.
SETTLE = """
with wanted as materialized (
  select id, author_id from content_thread
  where community_id = %(community)s and id = any(%(threads)s::bigint[])),
shown as materialized (
  select thread_id, position, author_id, published_at, is_comment from content_post
  where community_id = %(community)s and thread_id = any(%(threads)s::bigint[]) and state = 'published'),
real as materialized (
  select w.id, count(*) filter (where p.position > 1) as replies, coalesce(max(p.position), 0) as last,
    max(p.published_at) as at,
    count(*) filter (
      where p.position > 1 and not p.is_comment
        and (w.author_id is null or p.author_id is distinct from w.author_id)) as others,
    (array_agg(p.author_id order by p.position desc))[1] as last_author,
    coalesce(max(p.published_at) filter (where p.position > 1), max(p.published_at)) as last_at
  from wanted w left join shown p on p.thread_id = w.id group by w.id)
update content_thread t set
  last_position = greatest(t.last_position, real.last),
  reply_count = real.replies,
  last_author_id = case when real.replies > 0 then real.last_author else t.author_id end,
  last_activity_at = case when t.last_activity_at is null then null
    when %(withdrawn)s then coalesce(real.last_at, t.last_activity_at)
    else greatest(t.last_activity_at, real.at) end,
  answered = case when t.id = any(%(told)s::bigint[]) then t.answered or t.id = any(%(answered)s::bigint[])
    else t.solved or (t.asks and real.others > 0) end
from real where t.community_id = %(community)s and t.id = real.id
"""


def settle_threads(
    community_id: int,
    thread_ids: Collection[int],
    *,
    withdrawn: bool = False,
    told: Collection[int] = (),
    answered: Collection[int] = (),
) -> None:
    """Count the replies of threads and set what follows from them, for who holds the locks of their rows.

    `withdrawn` says that something was taken away or put back: the kinds then settle what they keep beside threads,
    an accepted answer for instance. Of threads that are `told`, those that are `answered`
    now are so from now on, and nothing else makes them so.
    """
    if withdrawn:
        for kind in KINDS:
            kind.settle_sides(list(thread_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            SETTLE,
            {
                "community": community_id,
                "threads": list(thread_ids),
                "withdrawn": withdrawn,
                "told": list(told),
                "answered": list(answered),
            },
        )
