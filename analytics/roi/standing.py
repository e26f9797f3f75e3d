"""Where an objective stands: its figure now, against baseline and target."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from analytics.roi.models import Objective
from analytics.roi.money import percent
from analytics.roi.monthly import Figure, monthly
from communities.calendar import Month
from communities.models import Community
from communities.templatetags.parvis import number

# Figures that are a share of a hundred: they are read with their sign.
SHARES = frozenset({Objective.Figure.REPEAT, Objective.Figure.ANSWERED})


def in_its_unit(figure: str, value: Decimal | float | None) -> str:
    """A value of an objective’s figure as it is read: “85%”, “150”."""
    if value is None:
        return "–"
    return percent(Decimal(str(value)) / 100) if figure in SHARES else number(value, 0)


@dataclass(frozen=True)
class Standing:
    objective: Objective
    figure: Figure | None
    month: datetime.date

    @property
    def value(self) -> Decimal | None:
        return self.figure.value if self.figure else None

    @property
    def value_text(self) -> str:
        return in_its_unit(self.objective.figure, self.value)

    @property
    def baseline_text(self) -> str:
        return in_its_unit(self.objective.figure, self.objective.baseline)

    @property
    def target_text(self) -> str:
        return in_its_unit(self.objective.figure, self.objective.target)

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
