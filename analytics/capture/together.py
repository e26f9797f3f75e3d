"""What many communities ask for and store in one round trip each, however many they are.

Most communities are quiet: a batch of the stream has one hit of each of hundreds, and what would cost is not the hits
but a dozen statements for every community. The database goes from one to the next instead (`events_near` and
`store_seen`, migrations/0002_walls.py), in the scope of each: there as here nobody meets another one’s rows.
"""

from __future__ import annotations

import datetime
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from analytics.capture.channels import is_own
from analytics.capture.recording import VISIT_GAP, Hit, Refusal
from communities.models import Community, Domain

LOGGED = 500  # new events in one entry of the log
A_MOMENT = datetime.timedelta(microseconds=1)
A_DAY = datetime.timedelta(days=1)

Row = dict[str, Any]  # an event, by what `store_seen` calls its columns
Told = dict[int, tuple[list[Row], list[Refusal]]]  # by community
Known = dict[int, list["Near"]]  # by visitor, each in order of time


class Near(NamedTuple):
    """An event that is stored already, as far as the next of its visitor must know it."""

    visitor: int
    at: datetime.datetime
    kind: int
    visit: int
    visit_at: datetime.datetime | None
    channel: int
    source: str
    campaign: str


class Together:
    """What is known of some communities around hits of theirs, and what of these is to be stored."""

    def __init__(self, seen: Iterable[tuple[Community, list[Hit]]], own_hosts: Iterable[str] = ()) -> None:
        """`seen`: hits in order of time, at least one of each community."""
        seen = list(seen)
        _make_months({_month(hit.moment) for _community, hits in seen for hit in hits})
        self.hosts = _hosts_of([community.pk for community, _hits in seen], own_hosts)
        self.known = _ask([_around(community.pk, hits) for community, hits in seen])
        self.suspects = {community.pk: self._with_own_referrer(community, hits) for community, hits in seen}
        self.were_here = _ask(
            [
                _asked(
                    community.pk,
                    self.suspects[community.pk],
                    hits[0].moment - A_DAY,
                    hits[0].moment - A_MOMENT,
                )
                for community, hits in seen
                if self.suspects[community.pk]
            ]
        )
        self._told: Told = defaultdict(lambda: ([], []))

    def _with_own_referrer(self, community: Community, hits: list[Hit]) -> list[Hit]:
        """Those that give the page itself as where they come from."""
        hosts = self.hosts[community.pk]
        return [hit for hit in hits if hit.referrer and _names_itself(community, hit, hosts)]

    def keep(self, community: Community, events: list[Row], refusals: list[Refusal]) -> None:
        """Have these stored with everybody’s, by `store`."""
        kept_events, kept_refusals = self._told[community.pk]
        kept_events += events
        kept_refusals += refusals

    def store(self) -> None:
        """Store what was kept: events and their entries in the log of dirty hours, each once, and what was left out."""
        store(self._told)


def store(told: Told) -> None:
    """Events and what was left out, by community, in one statement. In a transaction."""
    each = [
        {"community": pk, "events": events or None, "refusals": _summed(refusals) or None}
        for pk, (events, refusals) in sorted(told.items())
        if events or refusals
    ]
    if each:
        with connection.cursor() as cursor:
            cursor.execute("select store_seen(%s::json, %s)", [json.dumps(each), LOGGED])


def _around(pk: int, hits: list[Hit]) -> dict[str, Any]:
    """The visitors of these hits, from one visit’s gap before the first to one after the last."""
    return _asked(pk, hits, hits[0].moment - VISIT_GAP, hits[-1].moment + VISIT_GAP)


def _asked(pk: int, hits: list[Hit], since: datetime.datetime, until: datetime.datetime) -> dict[str, Any]:
    visitors = {hit.visitor for hit in hits} | {hit.earlier for hit in hits if hit.earlier}
    return {
        "community": pk,
        "visitors": sorted(visitors),
        "since": since.isoformat(),
        "until": until.isoformat(),
    }


def _ask(asked: list[dict[str, Any]]) -> dict[int, Known]:
    """What is stored of these visitors of each community in a span of time."""
    found: dict[int, Known] = defaultdict(lambda: defaultdict(list))
    if asked:
        with connection.cursor() as cursor:
            cursor.execute("select * from events_near(%s::json)", [json.dumps(asked)])
            for pk, *event in cursor.fetchall():
                near = Near(*event)
                found[pk][near.visitor].append(near)
    return found


def _month(moment: datetime.datetime) -> datetime.datetime:
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _make_months(months: set[datetime.datetime]) -> None:
    """Partitions are made ahead by a task; this is for replayed logs, and for a task that did not run."""
    if months:
        with connection.cursor() as cursor:
            cursor.execute(
                "select make_event_month(month) from unnest(%s::timestamptz[]) as month", [sorted(months)]
            )


def _hosts_of(ids: list[int], also: Iterable[str]) -> dict[int, frozenset[str]]:
    """The names that each community answers to: visits from them are internal."""
    platform = urlsplit(settings.PLATFORM_URL).hostname or ""
    everywhere = frozenset({*settings.PLATFORM_HOSTS, platform, *also} - {""})
    own: dict[int, set[str]] = defaultdict(set)
    domains = Domain.objects.filter(community__in=ids, verified=True)
    for pk, host in domains.values_list("community", "host"):
        own[pk].add(host)
    return {pk: everywhere | own[pk] if pk in own else everywhere for pk in ids}


def _names_itself(community: Community, hit: Hit, hosts: frozenset[str]) -> bool:
    parts = urlsplit(hit.referrer)
    paths = (hit.path, f"/c/{community.slug}{hit.path}")
    return is_own(parts.hostname or "", hosts) and (parts.path or "/") in paths


def _summed(refusals: Iterable[Refusal]) -> list[dict[str, Any]]:
    counts: Counter[tuple[datetime.date, str]] = Counter()
    for refusal in refusals:
        counts[refusal.day, refusal.reason.value] += refusal.views
    return [
        {"day": day.isoformat(), "reason": reason, "views": views}
        for (day, reason), views in sorted(counts.items())
    ]
