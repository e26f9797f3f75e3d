"""What an automation would have done in the last thirty days. Reads only: nothing is queued, sent or changed."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass

from django.utils import timezone

from communities.animation.automations.hearing import without_own_work
from communities.animation.automations.limits import Imagined, limited
from communities.animation.automations.models import REHEARSED, Automation, Firing
from communities.animation.automations.reaching import conditions_hold, found_in, out_of_reach, parts_of
from communities.automatic import PERSON, Found, Occurrence, Order, Span
from communities.calendar import DAY, day_of
from communities.models import Community, Membership

MOST = 500
SHOWN = 50
Reason = Firing.Reason


@dataclass(frozen=True)
class Case:
    """One time. `reason` says why it would have been left out; empty: it would have run."""

    at: datetime.datetime
    found: Found
    reason: str = ""
    refusal: str = ""
    otherwise: str = ""

    @property
    def would_run(self) -> bool:
        return not (self.reason or self.refusal)

    @property
    def why(self) -> str:
        return self.refusal or (str(Reason(self.reason).label) if self.reason else "")


@dataclass(frozen=True)
class Bar:
    """One day of the strip: its times, and where it is drawn on a ground of 300 × 42."""

    day: datetime.date
    times: int
    place: int
    height: int

    @property
    def x(self) -> int:
        return 10 * self.place + 1

    @property
    def y(self) -> int:
        return 40 - self.height


@dataclass(frozen=True)
class Rehearsal:
    """All cases of thirty days, the oldest first; `is_cut` where there were more than are asked for."""

    cases: list[Case]
    days: list[Bar]
    is_cut: bool = False

    @property
    def times(self) -> int:
        return sum(case.would_run for case in self.cases)

    @property
    def people(self) -> int:
        return len({case.found.person.pk for case in self.cases if case.would_run and case.found.person})

    @property
    def left_out(self) -> int:
        return len(self.cases) - self.times

    @property
    def shown(self) -> list[Case]:
        """The newest first."""
        return self.cases[::-1][:SHOWN]

    @property
    def most(self) -> int:
        return max((bar.times for bar in self.days), default=0)


def rehearse(
    automation: Automation, community: Community, *, by: Membership, now: datetime.datetime | None = None
) -> Rehearsal:
    """As it would have run, signed by `by`, saved or not. People and texts are judged as they are now, also by
    the act: what it would refuse today is not promised."""
    moment = now or timezone.now()
    parts = parts_of(automation)
    if parts is None:
        return Rehearsal([], [])
    trigger, act = parts
    values = automation.trigger_values
    rows = list(trigger.past(values, Span(community, moment - REHEARSED, moment, MOST)))
    is_cut = len(rows) == MOST
    rows = [one for one in without_own_work(trigger.name, rows) if one.person or PERSON not in act.needs]
    history, cases = Imagined(), list[Case]()
    for one, found in zip(rows, found_in(rows, community, moment), strict=True):
        case = _case(automation, one, found, history, by)
        if case.would_run:
            history.add(one.at, one.person)
        cases.append(case)
    return Rehearsal(cases, _days(cases, community, moment), is_cut)


def _case(automation: Automation, one: Occurrence, found: Found, history: Imagined, by: Membership) -> Case:
    parts = parts_of(automation)
    assert parts is not None  # its caller has looked
    trigger, act = parts
    order = Order(found, by, automation.act_values, trigger, automation.to, automation.words)
    reason = out_of_reach(order, act)
    if not reason and not conditions_hold(automation, found):
        reason = Reason.CONDITION
    if not reason:
        reason = limited(automation, history, person=one.person, now=one.at)
    refusal = "" if reason else act.foresees(order)
    return Case(one.at, found, reason, refusal, one.otherwise)


def _days(cases: list[Case], community: Community, now: datetime.datetime) -> list[Bar]:
    times = Counter(day_of(case.at, community) for case in cases if case.would_run)
    most, last = max(times.values(), default=0), day_of(now, community)
    first = last - (REHEARSED.days - 1) * DAY
    days = [first + step * DAY for step in range(REHEARSED.days)]
    return [
        Bar(day, times[day], place, max(round(36 * times[day] / most), 2) if times[day] else 2)
        for place, day in enumerate(days)
    ]
