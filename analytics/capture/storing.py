"""From the stream into the event table: visits are told apart, channels found, and hours marked for counting.

Everything that one batch stores, its position included, is one transaction: a worker that is killed has stored
nothing of it, and the next one reads the batch again.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import logging
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from analytics.capture.channels import Arrival, Channel, arrival_of, is_own
from analytics.capture.counting import LONGEST_VISIT_HOURS
from analytics.capture.filtering import MOST_VIEWS_A_MINUTE
from analytics.capture.models import DirtyHour, Event, FilteredDay, Kind, Position, Reason
from analytics.capture.recording import STREAM, VISIT_GAP, Hit, Refusal, unpack
from analytics.capture.stream import Item, has_community, read_stream, trim_stream
from communities.calendar import day_of
from communities.models import Community, Domain
from communities.queries import MAIL_PARAMETER
from communities.scoping import community_scope
from members.aside import is_passing, set_aside

logger = logging.getLogger(__name__)

BATCH = 2000  # items; of few visitors an entry has one, of many a hundred
LOGGED = 500  # new events in one entry of the log
START = "0-0"
LONGEST_VISIT = datetime.timedelta(hours=LONGEST_VISIT_HOURS)

INSERT = """
insert into capture_event (community_id, uid, occurred_at, received_at, kind, visitor, visit, visit_at, entry,
  membership_id, object_id, channel, source, campaign, path, props, consent)
select %(community)s, r.uid, occurred_at, now(), kind, visitor, visit, visit_at, entry,
  m.id, object, channel, source, campaign, path, props, consent
from json_to_recordset(%(rows)s::json) as r (uid uuid, occurred_at timestamptz, kind smallint, visitor bigint,
  visit bigint, visit_at timestamptz, entry boolean, membership bigint, object bigint, channel smallint,
  source varchar(80), campaign varchar(80), path varchar(200), props jsonb, consent smallint)
-- Somebody may have gone since.
left join communities_membership m on m.community_id = %(community)s and m.id = r.membership
on conflict do nothing
returning uid, occurred_at
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as far as it is known: its last event, and what its first one said."""

    visit: int
    began: datetime.datetime
    last: datetime.datetime
    arrival: Arrival


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch of hits: page views, other acts, page views left out for their pace."""

    views: int = 0
    acts: int = 0
    too_fast: int = 0


def drain_stream() -> int:
    """Store what waits in the stream; how many items. Raises redis.RedisError."""
    done = 0
    while (stored := drain_batch()) > 0:
        done += stored
    return done


def drain_batch() -> int:
    """Store one batch; how many items it had. One worker at a time: the position’s row is locked."""
    with transaction.atomic():
        position = lock_position(STREAM, START)
        items, reached = read_stream(STREAM, position.position, BATCH)
        if reached == position.position:
            return 0
        store_all([kept for item in items if (kept := _understood(item)) is not None])
        position.position = reached
        position.save()
    trim_stream(STREAM, reached)
    return len(items)


def lock_position(name: str, start: str) -> Position:
    """Where reading stopped, locked until the transaction ends."""
    Position.objects.bulk_create([Position(name=name, position=start)], ignore_conflicts=True)
    return Position.objects.select_for_update().get(name=name)


def store_all(kept: Iterable[Hit | Refusal]) -> None:
    """Store what belongs to several communities, each in its own scope; communities that are gone are skipped."""
    hits: dict[int, list[Hit]] = defaultdict(list)
    refusals: dict[int, list[Refusal]] = defaultdict(list)
    for one in kept:
        if isinstance(one, Hit):
            hits[one.community_id].append(one)
        else:
            refusals[one.community_id].append(one)
    for community in Community.objects.filter(pk__in={*hits, *refusals}).order_by("pk"):
        with community_scope(community):
            _store_all_but_bad(community, refusals[community.pk], store_refusals)
            in_order = sorted(hits[community.pk], key=lambda hit: hit.at)
            _store_all_but_bad(community, in_order, partial(store_hits, community))


def _store_all_but_bad(community: Community, seen: list[Any], store: Callable[[list[Any]], object]) -> None:
    """What cannot be stored is left out, counted as lost, and shown to the operator: tried again it would fail again,
    and nothing behind it in the stream would ever be counted.
    """
    try:
        with transaction.atomic():
            store(seen)
    except Exception as problem:
        if is_passing(problem):
            raise
        if len(seen) > 1:
            half = len(seen) // 2
            _store_all_but_bad(community, seen[:half], store)
            _store_all_but_bad(community, seen[half:], store)
            return
        logger.exception("a hit was not stored", extra={"community": community.pk})
        set_aside("lost hit", community.pk, problem, community_number=community.pk)
        lost = [hit.moment for hit in seen if isinstance(hit, Hit)]
        store_refusals(Refusal(community.pk, day_of(moment, community), Reason.LOST) for moment in lost)


def store_hits(community: Community, hits: list[Hit], own_hosts: Iterable[str] = ()) -> Stored:
    """Store the hits of one community, in its scope, in order of time. Repeated ones change nothing."""
    if not hits:
        return Stored()
    hits = sorted(hits, key=lambda hit: hit.at)
    _make_months(hits)
    known = _recent(hits)
    hosts = hosts_of(community) | frozenset(own_hosts)
    hits, flood = _within_human_pace(community, hits, known)
    visits = {visitor: _visit_of(events) for visitor, events in known.items()}
    doubted = _with_forged_referrer(community, hits, hosts)
    events = [_event(hit, visits, hosts, doubted) for hit in hits]
    _log(_insert(community, events))
    views = sum(1 for event in events if event.kind == Kind.PAGE_VIEW)
    return Stored(views, len(events) - views, len(flood))


def store_refusals(refusals: Iterable[Refusal]) -> None:
    """Add to the counts of what was left out; the caller sees to it that a batch comes once."""
    counts: Counter[tuple[datetime.date, str]] = Counter()
    for refusal in refusals:
        counts[refusal.day, refusal.reason.value] += refusal.views
    for (day, reason), views in sorted(counts.items()):
        row, made = FilteredDay.objects.get_or_create(day=day, reason=reason, defaults={"views": views})
        if not made:
            FilteredDay.objects.filter(day=row.day, reason=row.reason).update(views=F("views") + views)


def mark_dirty(moments: Iterable[datetime.datetime]) -> None:
    """Have the hours of these moments looked at again, and counted from scratch with their days where they differ."""
    hours = {_hour(moment) for moment in moments}
    DirtyHour.objects.bulk_create([DirtyHour(hour=hour) for hour in sorted(hours)])


def _insert(community: Community, events: list[Event]) -> list[tuple[uuid.UUID, datetime.datetime]]:
    """Store these events; which of them were new, and when they happened."""
    rows = [
        {
            "uid": str(event.uid),
            "occurred_at": event.occurred_at.isoformat(),
            "kind": event.kind,
            "visitor": event.visitor,
            "visit": event.visit,
            "visit_at": event.visit_at.isoformat() if event.visit_at else None,
            "entry": event.entry,
            "membership": event.membership_id,
            "object": event.object_id,
            "channel": event.channel,
            "source": event.source,
            "campaign": event.campaign,
            "path": event.path,
            "props": event.props,
            "consent": event.consent,
        }
        for event in events
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, {"community": community.pk, "rows": json.dumps(rows)})
        new: list[tuple[uuid.UUID, datetime.datetime]] = cursor.fetchall()
    return new


def _log(new: list[tuple[uuid.UUID, datetime.datetime]]) -> None:
    """Have events that are stored in this transaction counted."""
    by_hour: dict[datetime.datetime, list[uuid.UUID]] = defaultdict(list)
    for uid, at in new:
        by_hour[_hour(at)].append(uid)
    DirtyHour.objects.bulk_create(
        DirtyHour(hour=hour, uids=uids[start : start + LOGGED])
        for hour, uids in sorted(by_hour.items())
        for start in range(0, len(uids), LOGGED)
    )


def _hour(moment: datetime.datetime) -> datetime.datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def hosts_of(community: Community) -> frozenset[str]:
    """The names that the community answers to: visits from them are internal."""
    own = Domain.objects.filter(community=community, verified=True).values_list("host", flat=True)
    platform = urlsplit(settings.PLATFORM_URL).hostname or ""
    return frozenset({*own, *settings.PLATFORM_HOSTS, platform} - {""})


def _understood(item: Item) -> Hit | Refusal | None:
    try:
        kept = unpack(item)
        return kept if has_community(kept.community_id) else None
    except (ValueError, TypeError, AttributeError):
        # Left by another release; one item must not stop the others.
        logger.exception("an item of the stream was not understood")
        return None


def _make_months(hits: list[Hit]) -> None:
    """Partitions are made ahead by a task; this is for replayed logs, and for a task that did not run."""
    with connection.cursor() as cursor:
        for month in sorted(
            {hit.moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0) for hit in hits}
        ):
            cursor.execute("select make_event_month(%s)", [month])


def _recent(hits: list[Hit]) -> dict[int, list[Event]]:
    """The events of these visitors from one visit’s gap before the first hit, by visitor, in order of time."""
    visitors = {hit.visitor for hit in hits} | {hit.earlier for hit in hits if hit.earlier}
    found: dict[int, list[Event]] = defaultdict(list)
    near = Event.objects.filter(
        visitor__in=visitors,
        occurred_at__gte=hits[0].moment - VISIT_GAP,
        occurred_at__lte=hits[-1].moment + VISIT_GAP,
    )
    for event in near.order_by("occurred_at"):
        found[event.visitor or 0].append(event)
    return found


def _visit_of(events: list[Event]) -> Visit:
    last = events[-1]
    arrival = Arrival(Channel(last.channel), last.source, last.campaign)
    return Visit(last.visit or 0, last.visit_at or last.occurred_at, last.occurred_at, arrival)


def _within_human_pace(
    community: Community, hits: list[Hit], known: dict[int, list[Event]]
) -> tuple[list[Hit], list[Refusal]]:
    """Leave out what no person does: the page views of a visitor beyond sixty in a minute."""
    seen: Counter[tuple[int, datetime.datetime]] = Counter(
        (visitor, _minute(event.occurred_at))
        for visitor, events in known.items()
        for event in events
        if event.kind == Kind.PAGE_VIEW
    )
    kept, dropped = [], []
    for hit in hits:
        if hit.kind == Kind.PAGE_VIEW:
            seen[hit.visitor, _minute(hit.moment)] += 1
            if seen[hit.visitor, _minute(hit.moment)] > MOST_VIEWS_A_MINUTE:
                day = day_of(hit.moment, community)
                dropped.append(Refusal(community.pk, day, Reason.TOO_FAST))
                continue
        kept.append(hit)
    store_refusals(dropped)
    return kept, dropped


def _minute(moment: datetime.datetime) -> datetime.datetime:
    return moment.replace(second=0, microsecond=0)


def _event(hit: Hit, visits: dict[int, Visit], hosts: frozenset[str], doubted: set[str]) -> Event:
    """The row of a hit; `visits` learns of it, so that the next hit of the visitor finds the visit."""
    at = hit.moment
    current = visits.get(hit.visitor) or visits.get(hit.earlier)
    # 30:00 is the same visit, 30:01 a new one. Midnight and a new campaign do not end a visit; a whole day does.
    continues = (
        current is not None
        and abs(at - current.last) <= VISIT_GAP
        and max(current.last, at) - current.began <= LONGEST_VISIT
    )
    if continues and current is not None:
        visit = Visit(current.visit, current.began, max(current.last, at), current.arrival)
    else:
        arrival = _arrival(hit, hosts)
        visit = Visit(number_of(hit.uid), at, at, arrival)
    visits[hit.visitor] = visit
    return Event(
        uid=uuid.UUID(hit.uid),
        occurred_at=at,
        kind=hit.kind,
        visitor=hit.visitor,
        visit=visit.visit,
        visit_at=visit.began,
        entry=not continues,
        membership_id=hit.membership_id,
        object_id=hit.object_id,
        channel=visit.arrival.channel,
        source=visit.arrival.source,
        campaign=visit.arrival.campaign,
        path=hit.path,
        props={} if continues else _campaign_parameters(hit, doubted),
        consent=int(hit.consented),
    )


def number_of(uid: str) -> int:
    """A visit’s number, from its first hit: the same however often the hit is stored."""
    return int.from_bytes(hashlib.blake2b(uid.encode(), digest_size=8).digest(), "big", signed=True)


def _campaign_parameters(hit: Hit, doubted: set[str]) -> dict[str, str]:
    """The campaign’s parameters as they were written; and whether the referrer cannot be true."""
    said = dict(parse_qsl(hit.query))
    return said | {"referrer": "self"} if hit.uid in doubted else said


def _with_forged_referrer(community: Community, hits: list[Hit], hosts: frozenset[str]) -> set[str]:
    """Hits that give the page itself as their referrer, by visitors who were not here that day: nobody can come
    from a page that they never saw. (Somebody who was here may turn a page or reload it after a pause.)
    """
    suspects = [hit for hit in hits if _names_itself(community, hit, hosts)]
    if not suspects:
        return set()
    names = {hit.visitor for hit in suspects} | {hit.earlier for hit in suspects}
    day_ago = hits[0].moment - datetime.timedelta(days=1)
    here = Event.objects.filter(visitor__in=names, occurred_at__gte=day_ago, occurred_at__lt=hits[0].moment)
    known = set(here.values_list("visitor", flat=True).distinct())
    first = {}
    for hit in reversed(hits):
        first[hit.visitor] = hit.uid
    return {
        hit.uid
        for hit in suspects
        if first[hit.visitor] == hit.uid and not {hit.visitor, hit.earlier} & known
    }


def _names_itself(community: Community, hit: Hit, hosts: frozenset[str]) -> bool:
    if not hit.referrer:
        return False
    parts = urlsplit(hit.referrer)
    paths = (hit.path, f"/c/{community.slug}{hit.path}")
    return is_own(parts.hostname or "", hosts) and (parts.path or "/") in paths


def _arrival(hit: Hit, hosts: frozenset[str]) -> Arrival:
    """A visit that begins inside (after a pause) came from nowhere that we know, unless one of our mails brought it."""
    found = arrival_of(hit.referrer, hit.query, hosts)
    if any(name == MAIL_PARAMETER for name, _mark in parse_qsl(hit.query)):
        return Arrival(Channel.COMMUNITY_NOTIFICATION, campaign=found.campaign)
    return Arrival(Channel.DIRECT) if found.channel == Channel.INSIDE else found
