"""The figures of the results pages. One statement reads the ledger by month; the rest is arithmetic on it."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from analytics.reports.models import ClosedMonth
from analytics.roi.models import Confidence, Cost, LedgerEntry, Side
from analytics.roi.models.ledger import label_of
from analytics.roi.returns import payback, roi
from communities.calendar import Month
from communities.models import Community

# A launch is spread over so many months where costs are amortised.
SPREAD_MONTHS = 36
CASH, SPREAD = "cash", "spread"


@dataclass
class Line:
    """One measure, or one kind of cost, in one month; amounts in minor units."""

    measure: str
    confidence: str = Confidence.MEASURED
    n: int = 0
    amount: int = 0
    low: int = 0
    high: int = 0
    uncounted: int = 0
    foreign: int = 0
    gross: int = 0
    rows: int = 0

    @property
    def label(self) -> str:
        return label_of(self.measure)

    @property
    def grade(self) -> str:
        return {Confidence.MEASURED: "A", Confidence.VALUED: "B"}.get(Confidence(self.confidence), "C")


@dataclass
class LedgerMonth:
    """What came in and what it cost in one month."""

    first: datetime.date
    benefits: dict[str, Line] = field(default_factory=dict)
    costs: dict[str, Line] = field(default_factory=dict)
    spread_launch: int | None = None

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.benefits.values())

    @property
    def low(self) -> int:
        return sum(line.low for line in self.benefits.values())

    @property
    def high(self) -> int:
        return sum(line.high for line in self.benefits.values())

    @property
    def hard(self) -> int:
        return sum(line.amount for line in self.benefits.values() if line.confidence == Confidence.MEASURED)

    @property
    def cost(self) -> int:
        paid = sum(line.amount for line in self.costs.values())
        if self.spread_launch is None:
            return paid
        launch = self.costs.get(Cost.Kind.LAUNCH)
        return paid - (launch.amount if launch else 0) + self.spread_launch

    @property
    def roi_total(self) -> Decimal | None:
        return roi(self.total, self.cost)

    @property
    def roi_hard(self) -> Decimal | None:
        return roi(self.hard, self.cost)

    @property
    def roi_low(self) -> Decimal | None:
        return roi(self.low, self.cost)

    @property
    def roi_high(self) -> Decimal | None:
        return roi(self.high, self.cost)

    @property
    def last(self) -> datetime.date:
        return Month.of(self.first).last

    def as_json(self) -> dict[str, Any]:
        """For a closed month: everything needed to show it again as it was."""
        return {
            "first": self.first.isoformat(),
            "benefits": [asdict(line) for line in self.benefits.values()],
            "costs": [asdict(line) for line in self.costs.values()],
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> LedgerMonth:
        benefits, costs = (
            {row["measure"]: Line(**row) for row in kept[side]} for side in ("benefits", "costs")
        )
        return cls(datetime.date.fromisoformat(kept["first"]), benefits, costs)


class History:
    """All months of the ledger up to one, each present even when nothing happened in it."""

    def __init__(self, community: Community, shown: datetime.date, mode: str = CASH) -> None:
        self.community, self.shown = community, shown
        self.months = _read_months(community, shown)
        if mode == SPREAD:
            _spread_launch(self.months)

    def month(self, first: datetime.date) -> LedgerMonth:
        return next((month for month in self.months if month.first == first), LedgerMonth(first))

    @property
    def current(self) -> LedgerMonth:
        return self.month(self.shown)

    @property
    def cumulated(self) -> list[Cumulated]:
        running, out = Cumulated(self.shown), []
        for month in self.months:
            running = running.after(month)
            out.append(running)
        return out

    @property
    def paid_back_after(self) -> Decimal | None:
        """In months since the first, with part of a month; costs fall due at its start."""
        return self._payback(lambda month: month.total)

    @property
    def payback_range(self) -> tuple[Decimal | None, Decimal | None]:
        """The earliest and the latest, by the ends of the rates’ ranges."""
        return self._payback(lambda month: month.high), self._payback(lambda month: month.low)

    def _payback(self, benefit: Callable[[LedgerMonth], int]) -> Decimal | None:
        if not self.months:
            return None
        flows: list[int] = [-self.months[0].cost]
        for month, following in zip(self.months, [*self.months[1:], None], strict=True):
            flows.append(benefit(month) - (following.cost if following else 0))
        return payback(flows) if any(month.cost for month in self.months) else None


@dataclass(frozen=True)
class Cumulated:
    month: datetime.date
    benefit: int = 0
    low: int = 0
    high: int = 0
    hard: int = 0
    cost: int = 0

    def after(self, month: LedgerMonth) -> Cumulated:
        return Cumulated(
            month.first,
            self.benefit + month.total,
            self.low + month.low,
            self.high + month.high,
            self.hard + month.hard,
            self.cost + month.cost,
        )


def _read_months(community: Community, shown: datetime.date) -> list[LedgerMonth]:
    found = (
        LedgerEntry.objects.filter(day__lte=Month.of(shown).last)
        .annotate(month=TruncMonth("day"))
        .values("month", "side", "measure", "confidence", "counted", "currency")
        .annotate(
            n_sum=Sum("n"),
            amount_sum=Sum("amount_minor"),
            low_sum=Sum("low_minor"),
            high_sum=Sum("high_minor"),
            gross_sum=Sum("gross_minor"),
            rows=Count("id"),
        )
        .order_by("month")
    )
    months: dict[datetime.date, LedgerMonth] = {}
    for row in found:
        month = months.setdefault(row["month"], LedgerMonth(row["month"]))
        lines = month.benefits if row["side"] == Side.BENEFIT else month.costs
        _add(lines.setdefault(row["measure"], Line(row["measure"], row["confidence"])), row, community)
    return _without_gaps(months, shown)


def _add(line: Line, row: Mapping[str, Any], community: Community) -> None:
    if not row["counted"] and row["currency"] != community.currency:
        line.foreign += row["n_sum"]
        return
    if not row["counted"]:
        line.uncounted += row["n_sum"]
        return
    line.n += row["n_sum"]
    line.amount += row["amount_sum"]
    line.low += row["low_sum"]
    line.high += row["high_sum"]
    line.gross += row["gross_sum"]
    line.rows += row["rows"]


def _without_gaps(months: dict[datetime.date, LedgerMonth], shown: datetime.date) -> list[LedgerMonth]:
    if not months:
        return []
    each = Month.of(min(months)).up_to(shown)
    return [months.get(month.first) or LedgerMonth(month.first) for month in each]


def _spread_launch(months: list[LedgerMonth]) -> None:
    shares: dict[datetime.date, int] = defaultdict(int)
    for month in months:
        launch = month.costs.get(Cost.Kind.LAUNCH)
        if launch is None:
            continue
        for later in range(SPREAD_MONTHS):
            shares[Month.of(month.first).later(later).first] += round(launch.amount / SPREAD_MONTHS)
    for month in months:
        month.spread_launch = shares[month.first]


def find_closed_months(months: Iterable[datetime.date]) -> set[datetime.date]:
    return set(ClosedMonth.objects.filter(month__in=list(months)).values_list("month", flat=True))


def all_lines(month: LedgerMonth, before: LedgerMonth) -> Iterable[tuple[Line, Line]]:
    """The benefits of a month beside those of another, the largest first; also those that are zero now."""
    names = {*month.benefits, *before.benefits}
    empty = (Line(name) for name in names)
    pairs = [
        (month.benefits.get(line.measure, line), before.benefits.get(line.measure, line)) for line in empty
    ]
    return sorted(pairs, key=lambda pair: (-pair[0].amount, pair[0].measure))
