"""One person’s Today: asked of every source, less what rests or is with others, ranked, and cut to the minutes."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from communities.animation.models import LONGEST_REST, Handling
from communities.animation.permissions import can_see_today, sees_own_part_only
from communities.animation.today.matters import DONE_HERE, Elsewhere, Matter, Named, Scope, Source, sources
from communities.animation.today.ranking import Day, Ranked, fit, in_order, rank
from communities.animation.today.weights import weights_of
from communities.calendar import DAY, day_of, moment_at
from communities.models import Community, Membership

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

# Of one source; what is behind it is named with the page that shows it.
MOST = 12
# What was given and has not been done for so long is everybody’s again: whoever has it may be away.
GIVEN_FOR = 7 * DAY
# Acts that still say something; nobody keeps more things in the air.
MOST_STANDING = 2_000
# Of one day of one person.
MOST_DONE = 100
MIDNIGHT = datetime.time()


@dataclass
class Standing:
    """How matters stand that somebody did something about: what rests, and what is with whom."""

    resting: dict[str, set[int]] = field(default_factory=dict)
    mine: dict[str, set[int]] = field(default_factory=dict)
    givers: dict[str, str] = field(default_factory=dict)
    with_others: list[Handling] = field(default_factory=list)
    # What the viewer did themselves, the newest first.
    own: list[Handling] = field(default_factory=list)


@dataclass(frozen=True)
class Gathered:
    """All that is due for one person, in order. `failed` are the sources that could not be asked, `fuller` those that
    have more than was asked for."""

    ranked: list[Ranked]
    failed: list[Source]
    fuller: list[Source]
    standing: Standing


def day_bounds(community: Community, now: datetime.datetime) -> tuple[datetime.datetime, datetime.datetime]:
    """When this day began and when it ends, where the community is."""
    day = day_of(now, community)
    return moment_at(day, MIDNIGHT, community), moment_at(day + DAY, MIDNIGHT, community)


def standing_of(viewer: Membership, now: datetime.datetime) -> Standing:
    """One query. What is with somebody who has left, or is of the team no more, is everybody’s again."""
    found = Standing()
    rows = Handling.objects.since(now - LONGEST_REST).standing().select_related("to", "by")
    for row in rows.order_by("-at", "-id")[:MOST_STANDING]:
        if not row.key.isdecimal():
            continue
        if row.by_id == viewer.pk:
            found.own.append(row)
        elsewhere = row.to is not None and row.to_id != viewer.pk and _is_held(row, row.to, now)
        resting = row.until is not None and row.until > now
        if resting or elsewhere:
            found.resting.setdefault(row.source, set()).add(int(row.key))
        elif row.to_id == viewer.pk:
            found.mine.setdefault(row.source, set()).add(int(row.key))
            if row.by is not None and row.by_id != viewer.pk:
                found.givers[f"{row.source}-{row.key}"] = row.by.display_name
        if elsewhere:
            found.with_others.append(row)
    return found


def _is_held(row: Handling, to: Membership, now: datetime.datetime) -> bool:
    """Whether it is still with this person: not when they have done it, nor when they let it lie for a week."""
    return row.act != Handling.Act.DONE and (row.until or row.at) > now - GIVEN_FOR and can_see_today(to)


def scope_for(
    source: Source, standing: Standing, community: Community, viewer: Membership, now: datetime.datetime
) -> Scope:
    own = sees_own_part_only(viewer)
    return Scope(
        community,
        viewer,
        now,
        without=frozenset(standing.resting.get(source.name, ())),
        only=frozenset(standing.mine.get(source.name, ())) if own else None,
    )


def may_have(source: Source, person: Membership) -> bool:
    """Whether matters of a source can be on somebody’s list at all."""
    return source.shared if sees_own_part_only(person) else source.may(person)


def gather(community: Community, viewer: Membership, now: datetime.datetime | None = None) -> Gathered:
    """A constant number of queries for each source, and two. A source that fails stops no other."""
    moment = now or timezone.now()
    standing, memo = standing_of(viewer, moment), dict[str, Any]()
    ends, weights = day_bounds(community, moment)[1], weights_of(community)
    ranked: list[Ranked] = []
    failed, fuller = list[Source](), list[Source]()
    for source in sources:
        if not may_have(source, viewer):
            continue
        scope = scope_for(source, standing, community, viewer, moment)
        scope.memo = memo
        matters = _asked(source, scope)
        if matters is None:
            failed.append(source)
            continue
        if len(matters) > MOST:
            fuller.append(source)
        ranked += [rank(source, one, now=moment, ends=ends, weights=weights) for one in matters[:MOST]]
    return Gathered(_as_seen(in_order(ranked), standing), failed, fuller, standing)


def _asked(source: Source, scope: Scope) -> list[Matter] | None:
    """None for a source that fails."""
    return _guarded(source, lambda source: list(source.due(scope, MOST + 1)), None)


def _as_seen(ranked: list[Ranked], standing: Standing) -> list[Ranked]:
    """Each with the number of acts about it: whoever acts says by it what they have seen."""
    if not ranked:
        return []
    rows = Handling.objects.filter(
        source__in={one.source.name for one in ranked}, key__in={one.matter.key for one in ranked}
    )
    numbers = {
        (source, key): number
        for source, key, number in rows.values("source", "key")
        .annotate(newest=Max("number"))
        .values_list("source", "key", "newest")
    }
    return [
        replace(
            one,
            seen=numbers.get((one.source.name, one.matter.key), 0),
            given_by=standing.givers.get(one.id, ""),
        )
        for one in ranked
    ]


@dataclass(frozen=True)
class Done:
    """What somebody did about a matter today, for the list and for taking it back; without a `row` it was done on a
    page of its own, and is taken back there."""

    source: Source
    key: int
    at: datetime.datetime
    minutes: int
    row: Handling | None = None
    named: Named | None = None

    @property
    def id(self) -> str:
        """Of its line: one that was done on a page of its own has no row to be known by."""
        return f"h-{self.row.pk}" if self.row is not None else f"h-{self.source.name}-{self.key}"

    @property
    def is_done(self) -> bool:
        return self.row is None or self.row.act == Handling.Act.DONE

    @property
    def can_be_taken_back(self) -> bool:
        return self.row is not None and not self.row.carried_out

    @property
    def title(self) -> str:
        return self.named.title if self.named is not None else str(self.source.label)

    @property
    def url(self) -> str:
        return self.named.url if self.named is not None else self.source.page


@dataclass(frozen=True)
class Holder:
    """Somebody with whom matters are, and which kinds."""

    person: Membership
    labels: list[str]

    @property
    def count(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Bar:
    """A piece of the minutes as they are drawn: done, plan or spare; in minutes."""

    kind: str
    x: float
    width: float


# Between two of them, in minutes.
GAP = 0.35


@dataclass(frozen=True)
class TodayList:
    """What one person sees: what fits, what does not, what they did, what is with others."""

    day: Day
    gathered: Gathered
    done: list[Done]
    minutes: int
    viewer: Membership

    @property
    def is_whole(self) -> bool:
        """Whether all that is due is here: nothing could not be read, nothing stands behind a limit."""
        return not self.gathered.failed and not self.gathered.fuller

    @property
    def all_done(self) -> bool:
        return not self.day.now and not self.day.later and self.is_whole

    @property
    def used(self) -> int:
        return used_in(self.done)

    @property
    def left(self) -> int:
        return max(self.minutes - self.used, 0)

    @property
    def spare(self) -> int:
        return max(self.left - self.day.minutes, 0)

    @property
    def width(self) -> int:
        return max(self.minutes, self.used + self.day.minutes)

    @property
    def bars(self) -> list[Bar]:
        done = [("done", one.minutes) for one in self.done if one.minutes]
        parts = [*done, *(("plan", one.minutes) for one in self.day.now), ("spare", self.spare)]
        bars, x = list[Bar](), 0
        for kind, minutes in parts:
            if minutes:
                bars.append(Bar(kind, x, minutes - GAP))
            x += minutes
        return bars

    @property
    def missing(self) -> int:
        """Minutes that what is due today would take beyond those there are."""
        return sum(one.minutes for one in self.day.late)

    @property
    def holders(self) -> list[Holder]:
        """With whom things are, of those kinds that the viewer may have; whoever sees their own part sees none."""
        found: dict[int, Holder] = {}
        viewer = self.viewer
        for row in self.gathered.standing.with_others if not sees_own_part_only(viewer) else ():
            source = sources.get(row.source)
            if source is not None and source.may(viewer) and row.to is not None:
                holder = found.setdefault(row.to.pk, Holder(row.to, []))
                holder.labels.append(str(source.label))
        return list(found.values())


def list_today(
    community: Community,
    viewer: Membership,
    *,
    minutes: int,
    taken: str = "",
    now: datetime.datetime | None = None,
) -> TodayList:
    """What fits into so many minutes of today, those that were used already taken off."""
    moment = now or timezone.now()
    gathered = gather(community, viewer, moment)
    done = done_today(community, viewer, moment, gathered.standing)
    day = fit(gathered.ranked, max(minutes - used_in(done), 0), taken=taken)
    return TodayList(day, gathered, done, minutes, viewer)


def used_in(done: Iterable[Done]) -> int:
    """The minutes of what was done; what was put off or given took none."""
    return sum(one.minutes for one in done if one.is_done)


def done_today(
    community: Community, viewer: Membership, now: datetime.datetime, standing: Standing | None = None
) -> list[Done]:
    """What somebody did today and did not take back, the first first, by its name: here, and on pages of its own."""
    began, scope = day_bounds(community, now)[0], Scope(community, viewer, now)
    own = (standing or standing_of(viewer, now)).own
    here = list(_done_here([row for row in own if row.at >= began]))
    scope.memo[DONE_HERE] = {(one.source.name, one.key) for one in here if one.is_done}
    done = [*here, *_done_elsewhere(scope, began)]
    named: dict[str, Mapping[int, Named]] = {}
    for name in {one.source.name for one in done}:
        named[name] = _names_of(sources[name], {one.key for one in done if one.source.name == name}, scope)
    known = [replace(one, named=named[one.source.name].get(one.key)) for one in done]
    return sorted(known, key=lambda one: one.at)


def _names_of(source: Source, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
    """None to somebody whose part it is no more: they have done it, and would no longer be told of it."""
    if not may_have(source, scope.viewer):
        return {}
    return _guarded(source, lambda source: source.named(keys, scope), {})


def _done_here(rows: Sequence[Handling]) -> Iterable[Done]:
    for row in rows[:MOST_DONE]:
        source = sources.get(row.source)
        if source is not None:
            yield Done(source, int(row.key), row.at, row.minutes, row)


def _done_elsewhere(scope: Scope, began: datetime.datetime) -> Iterable[Done]:
    for source in sources:
        if source.is_elsewhere and may_have(source, scope.viewer):
            nothing: Sequence[Elsewhere] = ()
            told = _guarded(source, lambda source: source.done_elsewhere(scope, began), nothing)
            yield from (Done(source, one.key, one.at, one.minutes) for one in told)


def _guarded(source: Source, ask: Callable[[Source], Answer], otherwise: Answer) -> Answer:
    """What a source answers, or this where it fails, whatever is wrong with it."""
    try:
        with transaction.atomic():
            return ask(source)
    except Exception:
        logger.exception("a source of Today failed: %s", source.name)
        return otherwise
