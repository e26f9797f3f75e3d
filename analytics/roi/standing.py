"""Where an objective stands: its figure now, against baseline and target."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from analytics.roi.models import Objective
from analytics.roi.monthly import Figure, monthly
from communities.calendar import Month
from communities.models import Community


@dataclass(frozen=True)
class Standing:
    objective: Objective
    figure: Figure | None
    month: datetime.date

    @property
    def value(self) -> Decimal | None:
        return self.figure.value if self.figure else None

    @property
    def is_reached(self) -> bool:
        if self.value is None:
            return False
        rising = self.objective.target > self.objective.baseline
        return self.value >= self.objective.target if rising else self.value <= self.objective.target

    @property
    def share(self) -> int:
        """How far on the gauge, 0 to 100; its scale ends a fifth above the larger of target and figure."""
        return round(min(Decimal(100), (self.value or Decimal(0)) * 100 / self._scale))

    @property
    def goal(self) -> int:
        return round(self.objective.target * 100 / self._scale)

    @property
    def _scale(self) -> Decimal:
        return (
            max(self.objective.target, self.objective.baseline, self.value or Decimal(0), Decimal(1)) * 6 / 5
        )


def standing_of(community: Community, objective: Objective) -> Standing:
    """By the last month that is over, within the objective’s time."""
    month = min(Month.current(community).before, Month.of(objective.deadline))
    figures = monthly(community, objective.figure, month.first, month.last)
    return Standing(objective, figures.get(month.first), month.first)
