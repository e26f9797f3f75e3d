"""Where an objective stands: its figure now, against baseline and target."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from analytics.roi.models import Objective
from analytics.roi.monthly import Figure, monthly
from analytics.roi.verdicts import Aim, Verdict, judged_month, target_text, value_text
from communities.calendar import Month
from communities.models import Community


@dataclass(frozen=True)
class Standing:
    """An objective by the figure of the month that it is judged by."""

    objective: Objective
    figure: Figure | None
    month: datetime.date

    @property
    def value(self) -> Decimal | None:
        return self.figure.value if self.figure else None

    @property
    def verdict(self) -> Verdict:
        aim = self.objective
        return Aim(aim.figure, aim.baseline, aim.target).verdict(self.figure)

    @property
    def is_reached(self) -> bool:
        return self.verdict == Verdict.REACHED

    @property
    def unjudged(self) -> str:
        """Why there is no verdict; empty where there is one."""
        why = {
            Verdict.UNKNOWN: _("nothing was counted"),
            Verdict.FEW: _("too few for a verdict"),
        }
        return why.get(self.verdict, "")

    @property
    def words(self) -> str:
        """“64%, target 80%”: both with their unit."""
        said = {"value": value_text(self.figure), "target": self.target}
        return _("%(value)s, target %(target)s") % said

    @property
    def target(self) -> str:
        return target_text(self.objective.target, self.objective.figure)

    @property
    def baseline(self) -> str:
        return target_text(self.objective.baseline, self.objective.figure)

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
    """By the last month that is over, within the objective’s time: the month that the overview judges by, too."""
    month = judged_month(Month.of(objective.deadline), Month.current(community))
    figures = monthly(community, objective.figure, month.first, month.last)
    return Standing(objective, figures.get(month.first), month.first)
