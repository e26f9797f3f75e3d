"""What the operator’s pages ask. Across communities there are numbers only: the SQL functions of 0002_walls.py answer
them, and nothing here reads a community’s rows."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.console.operator.models import (
    CommunityFigures,
    FailedJob,
    FleetSums,
    JobState,
    Opening,
    OperatorAct,
)
from communities.console.operator.watching import waited
from communities.keysets import NUMBER, Keyset, Page
from communities.models import Community, Membership
from communities.redis_server import open_redis
from members.mails.kinds import kind_named
from members.models import JobRound, Member, OutgoingMail, SetAside

BY_NUMBER = Keyset(("pk", NUMBER), size=24)
LINES = Keyset(("pk", NUMBER), size=50)
MOST_PEOPLE, MOST_PROBLEMS, MOST_FAILED = 20, 50, 10
QUEUES = tuple(settings.CELERY_TASK_QUEUES)
QUEUE_LABELS = {
    "people": _("What people wait for"),
    "mails": _("E-mails"),
    "periodic": _("Work by the clock"),
    "long": _("What takes hours"),
    "backups": _("Backups"),
}
# A job that did not run for so many of its own intervals is late.
LATE = 4


@dataclass(frozen=True)
class Choice:
    """One chip above the list of communities."""

    name: str
    label: str
    # None while nothing was counted.
    count: int | None


@dataclass(frozen=True)
class ResultsOfMany:
    """What many communities brought in and cost in thirty days, in one currency."""

    currency: str
    communities: int
    benefit: float
    cost: float


@dataclass(frozen=True)
class OutboxOfAll:
    """All mails of the installation, as numbers."""

    waiting: int
    oldest: datetime.datetime | None
    undelivered: int

    @property
    def oldest_seconds(self) -> float:
        return (timezone.now() - self.oldest).total_seconds() if self.oldest else 0.0


@dataclass(frozen=True)
class Undelivered:
    """Mails of one kind that failed in one way; of one community, or about accounts (then `community` is None)."""

    community: Community | None
    kind: str
    state: str
    problem: str
    mails: int
    latest: datetime.datetime

    @property
    def label(self) -> str:
        return str(kind_named(self.kind).label)

    @property
    def can_be_tried_again(self) -> bool:
        again = (OutgoingMail.State.REFUSED, OutgoingMail.State.UNCERTAIN)
        return self.state in again and not kind_named(self.kind).secret

    @property
    def state_label(self) -> str:
        return str(OutgoingMail.State(self.state).label)


@dataclass(frozen=True)
class PersonFound:
    """An account, and in which communities it has a membership."""

    person: Member
    places: list[tuple[Community, str]]


@dataclass(frozen=True)
class Job:
    """A periodic job: how often it is due, and how it is doing."""

    state: JobState
    every: datetime.timedelta
    late: bool
    queue: str
    # What its last run left over, and for how long something has been left ever since.
    remaining: int
    behind: datetime.timedelta


@dataclass(frozen=True)
class Queue:
    """Where jobs wait: how many, and for how long the oldest."""

    name: str
    waiting: int
    oldest: datetime.timedelta

    @property
    def label(self) -> str:
        return str(QUEUE_LABELS[self.name])


def communities_page(*, words: str = "", which: str = "", after: str = "") -> Page[Community]:
    """Communities with their figures, the newest first."""
    found = Community.objects.select_related("figures__owner").prefetch_related("domains")
    if words:
        found = found.filter(Q(name__icontains=words) | Q(slug__icontains=words) | Q(pk__in=_owned_by(words)))
    return BY_NUMBER.newest_after(_only(found, which), after)


def _only(found: QuerySet[Community], which: str) -> QuerySet[Community]:
    if which in Community.State.values:
        return found.filter(state=which, suspended_at=None)
    if which == "suspended":
        return found.filter(suspended_at__isnull=False)
    if which == "leaving":
        return found.filter(deletes_at__isnull=False)
    if which == "near":
        return found.exclude(figures__near=[]).filter(figures__isnull=False)
    return found


def _owned_by(words: str) -> list[int]:
    """Those whose owner’s address holds the words: owners are counted again with the figures."""
    owners = CommunityFigures.objects.filter(owner__email__icontains=words)
    return list(owners.values_list("community_id", flat=True)[:200])


def fleet_sums() -> FleetSums:
    """The sums that the job keeps; zeros where it has not run yet."""
    return FleetSums.objects.first() or FleetSums()


def choices_of(sums: FleetSums) -> list[Choice]:
    """The chips above the list."""
    names = {
        "": _("All"),
        **dict(Community.State.choices),
        "suspended": pgettext_lazy("community", "Suspended"),
        "leaving": pgettext_lazy("community", "To be deleted"),
        "near": _("Near a quota"),
    }
    counted = bool(sums.numbers)
    return [
        Choice(name, str(label), sums.of(name or "communities") if counted else None)
        for name, label in names.items()
    ]


def results_of(sums: FleetSums) -> list[ResultsOfMany]:
    """Benefit and cost over many communities, one for each currency."""
    return [
        ResultsOfMany(one["currency"], one["communities"], one["benefit"] / 100, one["cost"] / 100)
        for one in sums.results
    ]


def community_named(slug: str) -> Community:
    """Raises Http404."""
    found = Community.objects.select_related("figures__owner").prefetch_related("domains")
    return get_object_or_404(found, slug=slug)


def outbox_of_all() -> OutboxOfAll:
    with connection.cursor() as cursor:
        cursor.execute("select waiting, oldest, undelivered from outbox_numbers()")
        return OutboxOfAll(*cursor.fetchone())


def undelivered_mails() -> list[Undelivered]:
    """What did not arrive in the last thirty days, by community, kind and answer: numbers, no recipient."""
    with connection.cursor() as cursor:
        cursor.execute("select * from undelivered_numbers(%s)", [MOST_PROBLEMS])
        rows = cursor.fetchall()
    places = Community.objects.in_bulk([row[0] for row in rows if row[0] is not None])
    return [Undelivered(places.get(row[0]), *row[1:]) for row in rows]


def queue_lengths() -> dict[str, int]:
    """How many jobs wait in each queue. Raises RedisError."""
    with open_redis() as client:
        lengths: list[Any] = [client.llen(name) for name in QUEUES]
    return dict(zip(QUEUES, lengths, strict=True))


def oldest_waiting() -> dict[str, float]:
    """For how many seconds the oldest job of each queue has waited; 0 where none does. Raises RedisError."""
    with open_redis() as client:
        # New ones are put in at the left, and taken at the right.
        last: dict[str, Any] = {name: client.lindex(name, -1) for name in QUEUES}
    return {name: waited(job) for name, job in last.items()}


def periodic_jobs() -> list[Job]:
    """Every job of beat’s table, those that are not well first."""
    states = {state.name: state for state in JobState.objects.all()}
    rounds = {one.job: one for one in JobRound.objects.all()}
    now = timezone.now()
    jobs = []
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        every = datetime.timedelta(seconds=float(entry["schedule"]))
        state = states.get(entry["task"]) or JobState(name=entry["task"])
        last = state.finished_at
        at = rounds.get(entry["task"]) or JobRound(job=entry["task"])
        jobs.append(
            Job(
                state,
                every,
                late=last is not None and now - last > every * LATE,
                queue=entry["options"]["queue"],
                remaining=at.remaining,
                behind=now - at.behind_since if at.behind_since else datetime.timedelta(0),
            )
        )
    return sorted(jobs, key=lambda one: (not one.state.is_failing, not one.late, one.every, one.state.name))


def queues() -> list[Queue]:
    """Each queue, what waits in it and for how long; none where Redis does not answer."""
    try:
        lengths, ages = queue_lengths(), oldest_waiting()
    except redis.RedisError:
        return []
    return [Queue(name, lengths[name], datetime.timedelta(seconds=ages[name])) for name in QUEUES]


def failed_jobs(*, after: str = "") -> Page[FailedJob]:
    """Jobs that raised and were not started again, the latest first."""
    return LINES.newest_after(FailedJob.objects.filter(again_at=None), after)


def things_aside(*, after: str = "") -> Page[SetAside]:
    """What periodic jobs could not do and leave out for now, the latest first."""
    return LINES.newest_after(SetAside.objects.all(), after)


def places_of_aside(rows: Iterable[SetAside]) -> list[tuple[SetAside, Community | None]]:
    """Each with the community that it is, or belongs to; in one statement."""
    found = list(rows)
    places = Community.objects.in_bulk({row.place for row in found if row.place})
    return [(row, places.get(row.place or 0)) for row in found]


def failed_jobs_of(community: Community) -> list[FailedJob]:
    """Those that were about one community; of the few hundred that are kept at all."""
    mine = FailedJob.objects.filter(again_at=None, options__community_id=community.pk)
    return list(mine.order_by("-id")[:MOST_FAILED])


def journal(*, after: str = "", community: Community | None = None) -> Page[OperatorAct]:
    lines = OperatorAct.objects.all()
    return LINES.newest_after(lines.filter(community_number=community.pk) if community else lines, after)


def openings_of(community: Community, *, after: str = "") -> Page[Opening]:
    return LINES.newest_after(Opening.objects.of(community), after)


def live_openings() -> list[Opening]:
    return list(Opening.objects.live().select_related("community").newest()[:20])


def people_like(address: str) -> list[PersonFound]:
    """Accounts whose address begins so; the caller has written down why. One more than are shown says that there are
    others."""
    # Addresses are kept in small letters: asked so, their index is of use.
    begun = Member.objects.filter(email__startswith=address.lower())
    people = list(begun.order_by("email")[: MOST_PEOPLE + 1])
    places = _places_of(people)
    return [PersonFound(person, places[person.pk]) for person in people]


def _places_of(people: list[Member]) -> dict[int, list[tuple[Community, str]]]:
    """Where each of them is a member, and as what; in two statements."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select person, community_id, role from unnest(%s::bigint[]) person, memberships_of(person)",
            [[person.pk for person in people]],
        )
        rows = cursor.fetchall()
    known = Community.objects.in_bulk({community_id for _person, community_id, _role in rows})
    labels = dict(Membership.Role.choices)
    found: dict[int, list[tuple[Community, str]]] = {person.pk: [] for person in people}
    for person, community_id, role in rows:
        if community_id in known:
            found[person].append((known[community_id], str(labels[role])))
    for places in found.values():
        places.sort(key=lambda one: (one[0].name, one[0].pk))
    return found
