"""Hours and days grow by the events stored since, each counted once; from scratch only where somebody asks for it.

A pass takes dirty hours off the log, adds their events to the figures and commits; if it is killed half-way, it has
done nothing and the hours are still in the log. What it costs follows the new events and the visits that they belong
to, not the day. The log has no unique key on purpose: with one, an hour marked by a transaction that has not
committed yet would be lost (docs/decisions and tests/analytics/capture/test_races.py).
"""

from __future__ import annotations

import datetime
import logging
import secrets
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils import timezone

from analytics.capture.counting import (
    ADD,
    COUNT_DAY,
    COUNT_HOURS,
    DAY_DIFFERS,
    HOUR_ADDS_UP,
    HOURS_DIFFER,
    LONGEST_VISIT_HOURS,
)
from communities.blogs.readings import MEASURED
from communities.calendar import DAY, day_of, moments
from communities.models import Community
from communities.queries import communities_by_question
from communities.scoping import community_scope
from communities.tasks import in_each

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 200  # entries of the log, of `together.LOGGED` events at most
# New events that one pass counts, and an entry more: what an hour brings at once goes in slices, each a transaction of
# less than 50 ms, so that nobody waits long for the lock of a day and a worker that is killed has lost little.
SLICE = 2500
# What piled up beyond this goes by whole passes: each looks through all that waits, which slices would do too often.
PILED_UP = 10 * SLICE
HOUR = datetime.timedelta(hours=1)
# An hour, the new events in it as the database writes a list (it goes to and fro and is never read here), how many,
# and whether entries are left that the pass has seen.
Taken = tuple[datetime.datetime, str, int, bool]
NONE = "{}"
# Single events are kept 25 months at most; what was counted from them stays. A month goes as a whole: as soon as
# its first day is that old.
KEPT_MONTHS = 25
# How far from a moment the events of its visits lie, and those of all visits of its day.
VISIT = datetime.timedelta(hours=LONGEST_VISIT_HOURS + 1)
REACH = 2 * VISIT + 2 * DAY

# Held once, as a table of its own: a table that was filled a moment ago is planned as if it were empty, and what is not
# materialized would be chosen and locked anew for each of its rows.
TAKE = """
with waiting as materialized (
  select id, sum(cardinality(uids)) over (order by id) - cardinality(uids) as before,
    sum(cardinality(uids)) over () as events
  from (
    select id, uids from capture_dirtyhour where community_id = %(community)s order by id limit %(most)s
  ) first
), chosen as materialized (
  select id from waiting where before < %(slice)s or events > %(piled_up)s
), held as materialized (
  select id from capture_dirtyhour where community_id = %(community)s and id in (table chosen)
  order by id for update skip locked
)
delete from capture_dirtyhour where community_id = %(community)s and id in (table held)
returning hour, uids::text, cardinality(uids),
  (select count(*) from waiting) >= least(%(most)s, (select count(*) from chosen) + 1)
"""
# One pass per community at a time. A statement of its own, so that those after it see what it waited for.
LOCK = "select pg_advisory_xact_lock(hashtext('capture roll-up'), %(community)s::int)"


def roll_up_all() -> int:
    """Count all that is in the log, one community and one transaction at a time; how many entries it had.

    A community that cannot be counted keeps its entries, and holds up no other.
    """
    return in_each(communities_by_question("select communities_with_dirty_hours()", []), _roll_up_wholly)


def _roll_up_wholly(community: Community) -> int:
    done, is_more = 0, True
    while is_more:
        taken, is_more = _pass(community, MOST_AT_ONCE)
        done += taken
    return done


def roll_up(community: Community, *, most: int = MOST_AT_ONCE) -> int:
    """One pass over a community’s dirty hours; how many entries of the log it took. Harmless when repeated."""
    return _pass(community, most)[0]


def _pass(community: Community, most: int) -> tuple[int, bool]:
    """The same, and whether it has left some; what another worker holds is left to that one.

    The log is the cursor: what a pass counts is off it with the figures, in one transaction.
    """
    with community_scope(community), connection.cursor() as cursor:
        bounds = {"most": most, "slice": SLICE, "piled_up": PILED_UP}
        cursor.execute(TAKE, {"community": community.pk, **bounds})
        taken: list[Taken] = cursor.fetchall()
        if not taken:
            return 0, False
        cursor.execute(LOCK, {"community": community.pk})
        _look_at_marked(community, taken)
        if named := [one for one in taken if one[2]]:
            add(community, named)
    return len(taken), taken[0][3]


def _look_at_marked(community: Community, taken: list[Taken]) -> None:
    """Count hours from scratch, and their days, that were marked without naming events and differ from them."""
    marked = {hour for hour, _uids, number, _more in taken if not number and is_kept(hour - VISIT)}
    if not marked:
        return
    logged = Counter(dict.fromkeys(marked, 0))
    for hour, _uids, number, _more in taken:
        logged[hour] += number
    wrong = [hour for hour in sorted(marked) if not _adds_up(community, hour, logged[hour])]
    still_to_add = _joined(taken)
    for hour in wrong:
        count_hour(community, hour, still_to_add)
    for day in sorted(days_of(community, wrong)):
        count_day(community, day, still_to_add)


def add(community: Community, taken: list[Taken]) -> None:
    """Have hours and days grow by events of these hours that no figure knows yet."""
    first, last = min(hour for hour, *_uids in taken), max(hour for hour, *_uids in taken) + HOUR
    told = _told(community, first - REACH, last + REACH) | {
        "began": first - VISIT,
        "ended": last + VISIT,
        "new": _joined(taken),
    }
    _execute_without("enable_sort", ADD, told)


def _joined(taken: Iterable[Taken]) -> str:
    return "{" + ",".join(uids.strip("{}") for _hour, uids, number, _more in taken if number) + "}"


def _execute_without(means: str, statement: str, told: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Have the planner do without one of its means: of what a statement makes itself it knows no size."""
    with connection.cursor() as cursor:
        cursor.execute(f"set local {means} = off")
        cursor.execute(statement, told)
        rows: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
        cursor.execute(f"set local {means} = on")
    return rows


def _execute_at_once(statement: str, told: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Compare whole sets, not one by one."""
    return _execute_without("enable_nestloop", statement, told)


def count_hour(community: Community, hour: datetime.datetime, also: str = NONE) -> None:
    """One hour from scratch, without what waits in the log and what is still to be added."""
    told = _told(community, hour, hour + HOUR) | {"start": hour, "end": hour + HOUR, "also": also}
    _execute_at_once(COUNT_HOURS, told)


def count_day(community: Community, day: datetime.date, also: str = NONE) -> None:
    """One local day from scratch: 23, 24 or 25 hours, wherever the zone puts its ends."""
    _execute_at_once(COUNT_DAY, _whole_day(community, day) | {"also": also})


def is_kept(moment: datetime.datetime) -> bool:
    """Whether the single events of that time are still there: of older days the sums are all that is left."""
    return moment >= kept_since(timezone.now())


def kept_since(now: datetime.datetime) -> datetime.datetime:
    """The first moment of the first month of which they are."""
    year, month = divmod(now.year * 12 + now.month - KEPT_MONTHS, 12)
    return datetime.datetime(year, month + 1, 1, tzinfo=datetime.UTC)


def days_of(community: Community, hours: Iterable[datetime.datetime]) -> set[datetime.date]:
    """The local days that these hours touch; where a zone is off by half an hour, an hour may touch two."""
    ends = [moment for hour in hours for moment in (hour, hour + HOUR - datetime.timedelta(seconds=1))]
    return {day_of(moment, community) for moment in ends}


def repair_differences(community: Community, days: list[datetime.date]) -> list[datetime.date]:
    """Of some days, those whose figures were not what a count from scratch says; now they are.

    Hours are compared of the UTC day, figures of the local one. What waits in the log makes no difference.
    """
    wrong = []
    with community_scope(community), connection.cursor() as cursor:
        cursor.execute(LOCK, {"community": community.pk})
        for day in days:
            start = datetime.datetime.combine(day, datetime.time.min, datetime.UTC)
            hours = _hours_differ(community, start, start + DAY)
            figures = _says(DAY_DIFFERS, _whole_day(community, day) | {"also": NONE})
            if figures:
                count_day(community, day)
            for number in range(24 if hours else 0):
                count_hour(community, start + number * HOUR)
            if hours or figures:
                wrong.append(day)
    return wrong


def days_to_check(today: datetime.date, *, others: int = 3) -> list[datetime.date]:
    """Yesterday and a few days of the year before it."""
    yesterday = today - DAY
    return [yesterday, *(yesterday - DAY * (1 + secrets.randbelow(365)) for _one in range(others))]


def _told(community: Community, since: datetime.datetime, until: datetime.datetime) -> dict[str, Any]:
    return {
        "community": community.pk,
        "zone": community.time_zone,
        "since": since,
        "until": until,
        "shown": [MEASURED],
    }


def _adds_up(community: Community, hour: datetime.datetime, taken: int) -> bool:
    return _says(HOUR_ADDS_UP, {"community": community.pk, "start": hour, "taken": taken})


def _hours_differ(community: Community, start: datetime.datetime, end: datetime.datetime) -> bool:
    return _says(HOURS_DIFFER, _told(community, start, end) | {"start": start, "end": end, "also": NONE})


def _whole_day(community: Community, day: datetime.date) -> dict[str, Any]:
    start, end = moments(day, day, community)
    return _told(community, start - VISIT, end + VISIT) | {"day": day, "start": start, "end": end}


def _says(statement: str, told: dict[str, Any]) -> bool:
    return bool(_execute_at_once(statement, told)[0][0])
