"""The oracle’s figures for the team: what has not been withdrawn counts, whoever may read the space it stands in."""

# ruff: noqa: S608 - statements made of each other, all of them written here.

from __future__ import annotations

import datetime

from django.utils import timezone

STANDING = "select t.* from content_thread t where t.state = 'published'"
TEXTS = (
    f"select p.* from content_post p join ({STANDING}) t on t.id = p.thread_id where p.state = 'published'"
)
# One for each text, for each reaction to a text, and for each vote.
CONTRIBUTIONS = f"""
select person, count(*) from (
  select author_id as person from ({TEXTS}) p where author_id is not null
  union all select r.membership_id from content_reaction r join ({TEXTS}) p on p.id = r.post_id
  union all select b.voter_id from polls_ballot b join polls_poll v on v.id = b.poll_id
    join ({STANDING}) t on t.id = v.thread_id where b.voter_id is not null
  union all select i.voter_id from ideas_vote i join ({STANDING}) t on t.id = i.idea_id
    where i.voter_id is not null) deeds
group by person
"""
# Neither the team nor who is kept out counts as a member who is active.
COUNTED = """
select id from communities_membership
where role not in ('moderator', 'manager', 'marketing', 'owner') and status not in ('suspended', 'banned')
"""
ACCEPTED = f"""
select t.id from ({STANDING}) t join forums_question q on q.thread_id = t.id
join content_post a on a.id = q.accepted_id and a.state = 'published'
"""
THREADS = f"""
select count(*) filter (where t.asks), count(*) filter (where t.id in ({ACCEPTED})),
  count(*) filter (where t.kind in ('topic', 'question')),
  count(*) filter (where t.kind in ('topic', 'question') and exists (
    select 1 from content_post p where p.thread_id = t.id and p.state = 'published' and p.position > 1
      and p.author_id is distinct from t.author_id))
from ({STANDING}) t
"""
# Who wrote, reacted or read.
HERE = f"""
select m.id from communities_membership m where m.status = 'active' and not m.unclaimed and (
  exists (select 1 from ({TEXTS}) p where p.author_id = m.id)
  or exists (select 1 from content_reaction r join ({TEXTS}) p on p.id = r.post_id where r.membership_id = m.id)
  or exists (select 1 from content_readmarker k where k.membership_id = m.id))
"""


def around_now() -> tuple[datetime.datetime, datetime.datetime]:
    now = timezone.now()
    return now - datetime.timedelta(days=1), now + datetime.timedelta(days=1)
