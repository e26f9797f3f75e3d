"""From the stream into the event table: visits are told apart, channels found, and hours marked for counting.

Everything that one batch stores, its position included, is one transaction: a worker that is killed has stored
nothing of it, and the next one reads the batch again.
"""

from __future__ import annotations

import datetime
import hashlib
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from django.db import transaction

from analytics.capture.channels import Arrival, Channel, arrival_of
from analytics.capture.counting import LONGEST_VISIT_HOURS
from analytics.capture.filtering import MOST_VIEWS_A_MINUTE
from analytics.capture.models import DirtyHour, Kind, Position, Reason
from analytics.capture.recording import STREAM, VISIT_GAP, Hit, Refusal, unpack
from analytics.capture.stream import Item, has_community, read_stream, trim_stream
from analytics.capture.together import Known, Near, Row, Together, Told, store
from communities.calendar import day_of
from communities.models import Community
from communities.queries import MAIL_PARAMETER
from communities.scoping import community_scope
from members.aside import is_passing, set_aside

logger = logging.getLogger(__name__)

BATCH = 10_000  # items; of few visitors an entry has one, of many a hundred
START = "0-0"
LONGEST_VISIT = datetime.timedelta(hours=LONGEST_VISIT_HOURS)


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
    # What else a community’s row holds takes longer to read than a hit to store.
    here = Community.objects.only("slug", "time_zone").filter(pk__in={*hits, *refusals}).order_by("pk")
    _store_together([(one, sorted(hits[one.pk], key=_at), refusals[one.pk]) for one in here])


def _store_together(seen: list[tuple[Community, list[Hit], list[Refusal]]]) -> None:
    """In as many statements as for one community; where something cannot be stored by halves, down to one community,
    and within it down to one hit."""
    if not seen:
        return
    try:
        with transaction.atomic():
            together = Together((community, hits) for community, hits, _refusals in seen if hits)
            for community, hits, refusals in seen:
                together.keep(community, [], refusals)
                if hits:
                    store_hits(community, hits, (), together)
            together.store()
    except Exception as problem:
        if is_passing(problem):
            raise
        if len(seen) > 1:
            half = len(seen) // 2
            _store_together(seen[:half])
            _store_together(seen[half:])
            return
        community, hits, refusals = seen[0]
        with community_scope(community):
            _store_all_but_bad(community, refusals, store_refusals)
            _store_all_but_bad(community, hits, partial(store_hits, community))


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


def store_hits(
    community: Community, hits: list[Hit], own_hosts: Iterable[str] = (), together: Together | None = None
) -> Stored:
    """Store the hits of one community, in order of time, in a transaction: at once, or when those of others are
    stored `together`. Repeated ones change nothing."""
    if not hits:
        return Stored()
    hits = sorted(hits, key=_at)
    ground = together or Together([(community, hits)], own_hosts)
    hits, flood = _within_human_pace(community, hits, ground.known[community.pk])
    visits = {visitor: _visit_of(events) for visitor, events in ground.known[community.pk].items()}
    doubted = _with_forged_referrer(community, hits, ground)
    events = [_event(hit, visits, ground.hosts[community.pk], doubted) for hit in hits]
    ground.keep(community, events, flood)
    if together is None:
        ground.store()
    views = sum(1 for event in events if event["kind"] == Kind.PAGE_VIEW)
    return Stored(views, len(events) - views, len(flood))


def _at(hit: Hit) -> float:
    return hit.at


def store_refusals(refusals: Iterable[Refusal]) -> None:
    """Add to the counts of what was left out; the caller sees to it that a batch comes once."""
    told: Told = defaultdict(lambda: ([], []))
    for refusal in refusals:
        told[refusal.community_id][1].append(refusal)
    store(told)


def mark_dirty(moments: Iterable[datetime.datetime]) -> None:
    """Have the hours of these moments looked at again, and counted from scratch with their days where they differ."""
    hours = {_hour(moment) for moment in moments}
    DirtyHour.objects.bulk_create([DirtyHour(hour=hour) for hour in sorted(hours)])


def _hour(moment: datetime.datetime) -> datetime.datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _understood(item: Item) -> Hit | Refusal | None:
    try:
        kept = unpack(item)
        return kept if has_community(kept.community_id) else None
    except (ValueError, TypeError, AttributeError):
        # Left by another release; one item must not stop the others.
        logger.exception("an item of the stream was not understood")
        return None


def _visit_of(events: list[Near]) -> Visit:
    last = events[-1]
    arrival = Arrival(Channel(last.channel), last.source, last.campaign)
    return Visit(last.visit, last.visit_at or last.at, last.at, arrival)


def _within_human_pace(
    community: Community, hits: list[Hit], known: Known
) -> tuple[list[Hit], list[Refusal]]:
    """Leave out what no person does: the page views of a visitor beyond sixty in a minute."""
    seen: Counter[tuple[int, datetime.datetime]] = Counter(
        (visitor, _minute(event.at))
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
    return kept, dropped


def _minute(moment: datetime.datetime) -> datetime.datetime:
    return moment.replace(second=0, microsecond=0)


def _event(hit: Hit, visits: dict[int, Visit], hosts: frozenset[str], doubted: set[str]) -> Row:
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
    return {
        "uid": hit.uid,
        "occurred_at": at.isoformat(),
        "kind": hit.kind,
        "visitor": hit.visitor,
        "visit": visit.visit,
        "visit_at": visit.began.isoformat(),
        "entry": not continues,
        "membership": hit.membership_id,
        "object": hit.object_id,
        "channel": visit.arrival.channel,
        "source": visit.arrival.source,
        "campaign": visit.arrival.campaign,
        "path": hit.path,
        "props": {} if continues else _campaign_parameters(hit, doubted),
        "consent": int(hit.consented),
    }


def number_of(uid: str) -> int:
    """A visit’s number, from its first hit: the same however often the hit is stored."""
    return int.from_bytes(hashlib.blake2b(uid.encode(), digest_size=8).digest(), "big", signed=True)


def _campaign_parameters(hit: Hit, doubted: set[str]) -> dict[str, str]:
    """The campaign’s parameters as they were written; and whether the referrer cannot be true."""
    said = dict(parse_qsl(hit.query)) if hit.query else {}
    return said | {"referrer": "self"} if hit.uid in doubted else said


def _with_forged_referrer(community: Community, hits: list[Hit], ground: Together) -> set[str]:
    """Hits that give the page itself as their referrer, by visitors who were not here that day: nobody can come
    from a page that they never saw. (Somebody who was here may turn a page or reload it after a pause.)
    """
    suspects = ground.suspects[community.pk]
    if not suspects:
        return set()
    known = ground.were_here[community.pk]
    first = {}
    for hit in reversed(hits):
        first[hit.visitor] = hit.uid
    return {
        hit.uid
        for hit in suspects
        if first.get(hit.visitor) == hit.uid and hit.visitor not in known and hit.earlier not in known
    }


def _arrival(hit: Hit, hosts: frozenset[str]) -> Arrival:
    """A visit that begins inside (after a pause) came from nowhere that we know, unless one of our mails brought it."""
    found = arrival_of(hit.referrer, hit.query, hosts)
    if MAIL_PARAMETER in hit.query and any(name == MAIL_PARAMETER for name, _mark in parse_qsl(hit.query)):
        return Arrival(Channel.COMMUNITY_NOTIFICATION, campaign=found.campaign)
    return Arrival(Channel.DIRECT) if found.channel == Channel.INSIDE else found
