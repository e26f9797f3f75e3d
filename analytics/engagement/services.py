"""Filling the members’ days: views come from the stream, contributions are counted from what was written."""

from __future__ import annotations

import datetime
import json
import logging
import secrets
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from analytics.capture.storing import START, lock_position
from analytics.capture.stream import Item, has_community, read_stream, trim_stream
from analytics.engagement.models import DirtyDay, Fill, MemberDay
from analytics.engagement.recording import STREAM, Day, unpack
from communities.calendar import day_of, moments, today
from communities.models import Community, Membership
from communities.queries import whole_sets
from communities.scoping import active_community_id, community_scope
from members.aside import is_passing, set_aside
from members.personal import Leaver

logger = logging.getLogger(__name__)

BATCH = 2000  # items of the stream

ADD_VIEWS = """
insert into engagement_memberday (community_id, day, person, views, contributions)
select %(community)s, r.day, r.person, r.views, 0
from json_to_recordset(%(rows)s::json) as r (day date, person bigint, views int)
where exists (select from communities_membership m where m.community_id = %(community)s and m.id = r.person)
on conflict (community_id, day, person) do update set views = engagement_memberday.views + excluded.views
"""

# The day of somebody’s last visit, on their membership: the team’s list is filtered by it. No hour is known.
MARK_VISITS = """
update communities_membership m set seen_at = last.at
from (select r.person, (max(r.day)::timestamp at time zone %(zone)s) as at
      from json_to_recordset(%(rows)s::json) as r (day date, person bigint) group by r.person) last
where m.community_id = %(community)s and m.id = last.person and m.status = 'active'
  and (m.seen_at is null or m.seen_at < last.at)
"""
MARK_HISTORY = """
update communities_membership m set seen_at = last.at
from (select person, (max(day)::timestamp at time zone %(zone)s) as at from engagement_memberday
      where community_id = %(community)s and person > 0 group by person) last
where m.community_id = %(community)s and m.id = last.person and m.status = 'active'
  and (m.seen_at is null or m.seen_at < last.at)
"""

# Posts, reactions and votes of each day, in one statement for a span of days: what is gone is taken back, too. A post
# and a vote have gone with their thread, and a reaction with its post: what nobody can read counts for nobody.
COUNT_CONTRIBUTIONS = """
with deed as (
  select p.author_id as person, (p.published_at at time zone %(zone)s)::date as day
  from content_post p join content_thread t on t.community_id = %(community)s and t.id = p.thread_id
  where p.community_id = %(community)s and p.state = 'published' and p.author_id is not null
    and p.published_at >= %(start)s and p.published_at < %(end)s and t.state = 'published'
  union all
  select r.membership_id, (r.created_at at time zone %(zone)s)::date
  from content_reaction r join content_post p on p.community_id = %(community)s and p.id = r.post_id
    join content_thread t on t.community_id = %(community)s and t.id = p.thread_id
  where r.community_id = %(community)s and r.created_at >= %(start)s and r.created_at < %(end)s
    and p.state = 'published' and t.state = 'published'
  union all
  select b.voter_id, (b.cast_at at time zone %(zone)s)::date
  from polls_ballot b join polls_poll v on v.community_id = %(community)s and v.id = b.poll_id
    join content_thread t on t.community_id = %(community)s and t.id = v.thread_id
  where b.community_id = %(community)s and b.cast_at >= %(start)s and b.cast_at < %(end)s
    and b.voter_id is not null and t.state = 'published'
  union all
  select i.voter_id, (i.cast_at at time zone %(zone)s)::date
  from ideas_vote i join content_thread t on t.community_id = %(community)s and t.id = i.idea_id
  where i.community_id = %(community)s and i.cast_at >= %(start)s and i.cast_at < %(end)s
    and i.voter_id is not null and t.state = 'published'
), counted as (
  select d.person, d.day, count(*)::int as n from deed d
  join communities_membership m on m.community_id = %(community)s and m.id = d.person and not m.unclaimed
  group by d.person, d.day
), taken_back as (
  update engagement_memberday md set contributions = 0
  where md.community_id = %(community)s and md.day between %(since)s and %(until)s
    and md.contributions <> 0 and md.person > 0
    and not exists (select from counted c where c.person = md.person and c.day = md.day)
)
insert into engagement_memberday as md (community_id, day, person, views, contributions)
select %(community)s, day, person, 0, n from counted
on conflict (community_id, day, person) do update set contributions = excluded.contributions
where md.contributions <> excluded.contributions
"""

# One person’s days under two numbers: what was done on each is added.
ADD_DAYS = """
insert into engagement_memberday as md (community_id, day, person, views, contributions)
select community_id, day, %(kept)s, views, contributions from engagement_memberday
where community_id = %(community)s and person = %(gone)s
on conflict (community_id, day, person)
  do update set views = md.views + excluded.views, contributions = md.contributions + excluded.contributions
"""

FIRST_DAY = """
select least((select min(published_at) from content_post where community_id = %(community)s and state = 'published'),
  (select min(created_at) from content_reaction where community_id = %(community)s),
  (select min(cast_at) from polls_ballot where community_id = %(community)s),
  (select min(cast_at) from ideas_vote where community_id = %(community)s))
"""


def drain_activity_stream() -> int:
    """Add the page views of members to their days; how many items. Raises redis.RedisError."""
    done = 0
    while (stored := drain_activity_batch()) > 0:
        done += stored
    return done


def drain_activity_batch() -> int:
    """One batch and its position in one transaction, so that each view is added once."""
    with transaction.atomic():
        position = lock_position(STREAM, START)
        items, reached = read_stream(STREAM, position.position, BATCH)
        if reached == position.position:
            return 0
        by_community: dict[int, list[Day]] = defaultdict(list)
        for item in items:
            if (day := _understood(item)) is not None:
                by_community[day.community_id].append(day)
        for community in Community.objects.filter(pk__in=by_community).order_by("pk"):
            _add_views_apart(community, by_community[community.pk])
        position.position = reached
        position.save()
    trim_stream(STREAM, reached)
    return len(items)


def _understood(item: Item) -> Day | None:
    try:
        day = unpack(item)
        datetime.date.fromisoformat(day.day)
        return day if has_community(day.community_id) else None
    except (ValueError, TypeError, AttributeError):
        # Left by another release; one item must not stop the others.
        logger.exception("an item of the stream was not understood")
        return None


def _add_views_apart(community: Community, days: list[Day]) -> None:
    """All at once; where that fails, one after the other, without the one that cannot be added. It is counted for the
    operator: tried again it would fail again, and nothing behind it in the stream would ever be counted."""
    try:
        with transaction.atomic(), community_scope(community):
            add_views(community, days)
    except Exception as problem:
        if is_passing(problem):
            raise
        if len(days) > 1:
            for day in days:
                _add_views_apart(community, [day])
            return
        logger.exception("views of a member were not added", extra={"community": community.pk})
        set_aside("lost view", community.pk, problem, community_number=community.pk)


def add_views(community: Community, days: Iterable[Day]) -> None:
    """Add page views to members’ days, in the community’s scope, and have the days’ contributions counted."""
    views: dict[tuple[str, int], int] = defaultdict(int)
    for one in days:
        views[one.day, one.membership_id] += one.views
    rows = [{"day": day, "person": who, "views": n} for (day, who), n in sorted(views.items()) if n]
    with connection.cursor() as cursor:
        cursor.execute(ADD_VIEWS, {"community": community.pk, "rows": json.dumps(rows)})
        here = [{"day": day, "person": who} for day, who in sorted(views)]
        told: dict[str, Any] = {
            "community": community.pk,
            "rows": json.dumps(here),
            "zone": community.time_zone,
        }
        cursor.execute(MARK_VISITS, told)
    touched = sorted({day for day, _who in views})
    DirtyDay.objects.bulk_create([DirtyDay(day=datetime.date.fromisoformat(day)) for day in touched])


def fill_days(community: Community, since: datetime.date, until: datetime.date) -> None:
    """Count the contributions of local days again, in the community’s scope. Repeating it changes nothing."""
    start, end = moments(since, until, community)
    told: dict[str, Any] = {"community": community.pk, "zone": community.time_zone}
    told |= {"since": since, "until": until, "start": start, "end": end}
    with connection.cursor() as cursor:
        cursor.execute(COUNT_CONTRIBUTIONS, told)


def fill_history(community: Community) -> None:
    """Count everything ever contributed, in the community’s scope: for a new installation, an import, a demo."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST_DAY, {"community": community.pk})
        first = cursor.fetchone()[0]
    now = today(community)
    if first is not None:
        with connection.cursor() as cursor, whole_sets(cursor):
            fill_days(community, day_of(first, community), now)
    with connection.cursor() as cursor:
        cursor.execute(MARK_HISTORY, {"community": community.pk, "zone": community.time_zone})
    Fill.objects.update_or_create(community_id=community.pk, defaults={"filled_at": timezone.now()})


def fill_dirty(community: Community) -> int:
    """Count the days in the log, in the community’s scope; how many. A first time counts the whole history."""
    days = sorted({day for _id, day in _take_dirty()})
    if not Fill.objects.exists():
        fill_history(community)
    else:
        for day in days:
            fill_days(community, day, day)
    return len(days)


def count_days_of(sender: object, thread: Any, was: datetime.datetime, **_extra: Any) -> None:
    """The days of a text that appeared on another day than was said are counted again."""
    community = Community.objects.only("time_zone").get(pk=thread.community_id)
    days = {day_of(moment, community) for moment in (was, thread.published_at)}
    DirtyDay.objects.bulk_create([DirtyDay(day=day) for day in sorted(days)])


def _take_dirty() -> list[tuple[int, datetime.date]]:
    rows = DirtyDay.objects.select_for_update(skip_locked=True).order_by("pk")
    taken = list(rows.values_list("pk", "day")[:5000])
    DirtyDay.objects.filter(pk__in=[pk for pk, _day in taken]).delete()
    return taken


def merge_days(kept: int, gone: int) -> None:
    """Add the days of a membership to those of another of the same person; a day on which both came is one."""
    with connection.cursor() as cursor:
        cursor.execute(ADD_DAYS, {"community": active_community_id(), "kept": kept, "gone": gone})
    days = MemberDay.objects.filter(person=gone)
    touched = list(days.order_by("day").values_list("day", flat=True))
    days.delete()
    DirtyDay.objects.bulk_create([DirtyDay(day=day) for day in touched])


def forget_person(person: int) -> int:
    """Replace a membership’s id by a random number, the same on all its days, in scope; how many days."""
    return MemberDay.objects.filter(person=person).update(person=-1 - secrets.randbelow(2**62))


def forget_days_of(leaver: Leaver, at_most: int) -> int:
    """The same for somebody who goes, in one statement; how many days, of which none is left."""
    return min(forget_person(leaver.membership_id), at_most - 1)


def forget_gone_people() -> int:
    """Forget those who are erased, whose account is closed, or whose membership no longer exists, in scope; how
    many."""
    known = Membership.objects.exclude(status=Membership.Status.ERASED)
    known = known.exclude(member__isnull=True, unclaimed=False)
    gone = MemberDay.objects.filter(person__gt=0).exclude(person__in=known.values("pk"))
    people = list(gone.values_list("person", flat=True).distinct())
    for person in people:
        forget_person(person)
    return len(people)
