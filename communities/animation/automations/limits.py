"""How often: per day, per person, between two times. The same rule for what runs and for what is rehearsed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Protocol

from communities.animation.automations.models import Automation, Firing, FiringQuerySet

DAY = datetime.timedelta(days=1)
Reason = Firing.Reason


class History(Protocol):
    """What one automation has done so far."""

    def times_since(self, at: datetime.datetime) -> int:
        """How often after a moment."""
        ...

    def last(self) -> datetime.datetime | None:
        """When last."""
        ...

    def last_about(self, person: int) -> datetime.datetime | None:
        """When last about somebody."""
        ...


def limited(automation: Automation, history: History, *, person: int | None, now: datetime.datetime) -> str:
    """Why it may not run now, as a Reason; empty where it may. A span is over exactly when it has passed."""
    last = history.last()
    if automation.pause and last is not None and now < last + datetime.timedelta(minutes=automation.pause):
        return Reason.PAUSE
    if person is not None:
        reached = history.last_about(person)
        if reached is not None and now < reached + automation.person_days * DAY:
            return Reason.PERSON
    if history.times_since(now - DAY) >= automation.daily:
        return Reason.DAILY
    return ""


@dataclass(frozen=True)
class Stored:
    """The log. To be asked under the lock of the automation."""

    automation: Automation

    def times_since(self, at: datetime.datetime) -> int:
        rows = Firing.objects.done().filter(automation=self.automation, ended_at__gt=at)
        return int(rows.count())

    def last(self) -> datetime.datetime | None:
        return _newest(Firing.objects.done().filter(automation=self.automation))

    def last_about(self, person: int) -> datetime.datetime | None:
        return _newest(Firing.objects.done().filter(automation=self.automation, person=person))


def _newest(rows: FiringQuerySet) -> datetime.datetime | None:
    return rows.order_by("-ended_at").values_list("ended_at", flat=True).first()


@dataclass
class Imagined:
    """What a rehearsal has let happen so far, in order."""

    times: list[tuple[datetime.datetime, int | None]] = field(default_factory=list)

    def add(self, at: datetime.datetime, person: int | None) -> None:
        self.times.append((at, person))

    def times_since(self, at: datetime.datetime) -> int:
        return sum(moment > at for moment, _person in self.times)

    def last(self) -> datetime.datetime | None:
        return self.times[-1][0] if self.times else None

    def last_about(self, person: int) -> datetime.datetime | None:
        return next((at for at, whom in reversed(self.times) if whom == person), None)
