"""What may be said of a figure: one rule of n, of the month, and of percentages, for every page and mail."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics.engagement.intervals import NEEDS_SILENCE
from analytics.roi.models import Objective
from analytics.roi.money import percent
from analytics.roi.monthly import Figure
from communities.calendar import Month
from communities.templatetags.parvis import number

# Figures in percent of a number of cases.
SHARES = (Objective.Figure.REPEAT, Objective.Figure.ANSWERED, Objective.Figure.SAVED)


class Verdict(StrEnum):
    REACHED = "reached"
    NOT_YET = "not_yet"
    FEW = "few"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Aim:
    """What is aimed at, of an objective as it stands or as a closed month kept it."""

    figure: str
    baseline: Decimal
    target: Decimal

    def verdict(self, figure: Figure | None) -> Verdict:
        if figure is None or figure.value is None:
            return Verdict.UNKNOWN
        if figure.is_few:
            return Verdict.FEW
        if figure.margin is not None and abs(figure.value - self.target) <= figure.margin:
            return Verdict.FEW
        rising = self.target > self.baseline
        reached = figure.value >= self.target if rising else figure.value <= self.target
        return Verdict.REACHED if reached else Verdict.NOT_YET


def judged_month(month: Month, now: Month) -> Month:
    """The month that a verdict speaks of: a running one is not judged, the last one that is over is."""
    return min(month, now.before)


def value_text(figure: Figure | None) -> str:
    """A figure with its unit; of too few cases the count itself."""
    if figure is None or figure.value is None:
        return "–"
    if figure.margin is not None:
        return f"{signed(figure.value)} ± {number(figure.margin, 0)}"
    if figure.is_few:
        return _("%(hits)s of %(n)s") % {"hits": number(figure.hits), "n": number(figure.n)}
    return percent(figure.value / 100) if figure.is_share else number(figure.value, 0)


def signed(points: Decimal) -> str:
    """Points of a score, which may lie below nought."""
    return f"+{number(points, 0)}" if points > 0 else number(points, 0)


def target_text(target: Decimal, figure_name: str) -> str:
    is_share = figure_name in SHARES
    decimals = 0 if target == target.to_integral_value() else 2
    return percent(target / 100, decimals) if is_share else number(target, decimals)


def verdict_text(aim: Aim, figure: Figure | None, month: datetime.date | None = None) -> str:
    """“Target 92, reached”; with the month where it is another than the one shown."""
    target = target_text(aim.target, aim.figure)
    words = {
        Verdict.UNKNOWN: _("Target %(target)s"),
        Verdict.FEW: _("Target %(target)s, too few for a verdict"),
        Verdict.REACHED: _("Target %(target)s, reached"),
        Verdict.NOT_YET: _("Target %(target)s, not yet"),
    }[aim.verdict(figure)] % {"target": target}
    if month is None:
        return words
    said = {"verdict": words, "month": date_format(month, "F"), "value": value_text(figure)}
    return _("%(verdict)s (%(month)s: %(value)s)") % said


def change_words(now: float | Decimal, before: float | Decimal, month: str) -> str:
    """How a count changed: as a percentage where there were enough to take one of, else both counts."""
    if before < NEEDS_SILENCE:
        return _("%(before)s in %(month)s") % {"before": number(before, 0), "month": month}
    change = (Decimal(now) - Decimal(before)) / Decimal(before)
    return _("%(change)s on %(month)s") % {"change": percent(change, signed=True), "month": month}
