"""The months of one community as the demo's files tell them: days, shares, invented people. A file of its own because
visits, contacts, orders and counts all use it.
"""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from analytics.roi.money import split
from communities.calendar import Month, day_of
from communities.demo.people import tongues_of
from communities.demo.reading import Brand, Clock, Entry, read_names, read_traffic
from communities.demo.scene import Scene
from communities.letters import slug_of
from communities.models import Community, Membership

MONTHS = 9


@dataclass
class Story:
    """One community, what its files say of its results, and dice that fall the same way each time."""

    scene: Scene
    traffic: Entry
    by: Membership
    names: Any = field(default_factory=read_names)

    @classmethod
    def of(cls, scene: Scene) -> Story:
        leads = (one for one in scene.people.values() if one.role == Membership.Role.MARKETING)
        traffic = {} if scene.brand.is_small else read_traffic(scene.brand.slug)
        return cls(scene, traffic, next(leads, scene.manager))

    @property
    def community(self) -> Community:
        return self.scene.community

    @property
    def brand(self) -> Brand:
        return self.scene.brand

    @property
    def clock(self) -> Clock:
        return self.scene.clock

    @property
    def today(self) -> datetime.date:
        return day_of(self.clock.now, self.clock)

    @property
    def first_day(self) -> datetime.date:
        return self.month(1 - MONTHS)

    def dice(self, what: str) -> random.Random:
        return random.Random(f"{what} of {self.brand.slug}")

    def month(self, number: int) -> datetime.date:
        """The first day of a month; 0 is the one that is running, −1 the one before."""
        return Month.of(self.today).later(number).first

    def last_day(self, number: int) -> datetime.date:
        """The last day of a month that has come."""
        return min(Month.of(self.today).later(number).last, self.today)

    def benefit(self, measure: str) -> Entry | None:
        return next((one for one in self.traffic["benefits"] if one["measure"] == measure), None)

    def moments(self, dice: random.Random, number: int, count: int) -> list[datetime.datetime]:
        """So many moments of one month in office hours, the earliest first, none of them to come."""
        first, last = self.month(number), self.last_day(number)
        days = (last - first).days + 1
        found = [
            self.at(
                first + datetime.timedelta(days=dice.randrange(days)),
                f"{dice.randrange(8, 21)}:{dice.randrange(60):02d}",
            )
            for _one in range(count)
        ]
        return sorted(found)

    def at(self, day: datetime.date, time: str) -> datetime.datetime:
        return self.clock.at((day - self.today).days, time)

    def person(self, dice: random.Random, number: int) -> tuple[str, str]:
        """An invented name and address; the number keeps the address unique."""
        tongue = dice.choice(tongues_of(self.brand))
        name = f"{dice.choice(self.names['first'][tongue])} {dice.choice(self.names['last'][tongue])}"
        return name, f"{slug_of(name)}.{number}@post.example"


def weekly(first: datetime.date, last: datetime.date, total: int) -> dict[datetime.date, int]:
    """A month's total on its sevenths, fourteenths…, as far as they have come; the days sum to it."""
    days = [first.replace(day=day) for day in (7, 14, 21, 28) if day <= last.day] or [last]
    return dict(zip(days, split(total, [Decimal(1)] * len(days)), strict=True))
