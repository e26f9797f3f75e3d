"""From the stream into the event table: visits are told apart, channels found, and hours marked for counting.

Everything that one batch stores, its position included, is one transaction: a worker that is killed has stored
nothing of it, and the next one reads the batch again.
"""

from __future__ import annotations

import datetime
import hashlib
import logging
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from analytics.capture.channels import Arrival, Channel, arrival_of, is_own
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

BATCH = 20  # entries, of a hundred items at most
START = "0-0"


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
        try:
            _store_of(community, refusals[community.pk], hits[community.pk])
        except Exception as problem:
            if is_passing(problem):
                raise
            _store_singly(community, refusals[community.pk], hits[community.pk])


def _store_of(community: Community, refusals: list[Refusal], hits: list[Hit]) -> None:
    with transaction.atomic(), community_scope(community):
        store_refusals(refusals)
        store_hits(community, hits)


def _store_singly(community: Community, refusals: list[Refusal], hits: list[Hit]) -> None:
    """Something among them cannot be stored. Tried again it would fail again, and nothing behind it in the stream
    would ever be counted: it is left out, and counted for the operator."""
    for refused, hit in [*(([one], []) for one in refusals), *(([], [one]) for one in hits)]:
        try:
            _store_of(community, refused, hit)
        except Exception as problem:
            if is_passing(problem):
                raise
            logger.exception("a hit was not stored", extra={"community": community.pk})
            set_aside("lost hit", community.pk, problem, community_number=community.pk)


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
    Event.objects.bulk_create(events, batch_size=500, ignore_conflicts=True)
    mark_dirty(
        {event.occurred_at for event in events} | {event.visit_at for event in events if event.visit_at}
    )
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
    """Have the hours of these moments counted again."""
    hours = {moment.replace(minute=0, second=0, microsecond=0) for moment in moments}
    DirtyHour.objects.bulk_create([DirtyHour(hour=hour) for hour in sorted(hours)])


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
    # 30:00 is the same visit, 30:01 a new one. Midnight and a new campaign do not end a visit.
    continues = current is not None and abs(at - current.last) <= VISIT_GAP
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
