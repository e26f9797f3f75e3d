"""A month of the ledger as pages and mails read it, and as a closed month keeps it. Arithmetic only."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from analytics.roi.models import Confidence, Cost, Rate
from analytics.roi.models.ledger import label_of
from analytics.roi.money import split
from analytics.roi.returns import roi
from communities.calendar import Month

# A launch is spread over so many months where costs are amortised.
SPREAD_MONTHS = 36
# What names a line of things that somebody else counted, behind its measure.
ELSEWHERE = "-elsewhere"


@dataclass
class RateUse:
    """One version of a rate, and what it valued of a line; amounts in minor units."""

    name: str
    value: str
    low: str
    high: str
    source: str
    valid_from: str
    n: int = 0
    gross: int = 0
    amount: int = 0

    @property
    def label(self) -> str:
        return str(Rate.Name(self.name).label)

    @property
    def since(self) -> datetime.date:
        return datetime.date.fromisoformat(self.valid_from)

    @property
    def has_range(self) -> bool:
        return Decimal(self.low) != Decimal(self.high)


@dataclass
class Line:
    """One measure of one class, or one kind of cost, in one month; amounts in minor units.

    `low` and `high` are what it would be at the lowest and at the highest value of its rates.
    """

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
    rates: list[RateUse] = field(default_factory=list)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Line:
        return cls(**{**kept, "rates": [RateUse(**one) for one in kept.get("rates", ())]})

    @property
    def ref(self) -> str:
        """The line’s name in addresses."""
        return ref_of(self.measure, self.confidence)

    @property
    def label(self) -> str:
        label = label_of(self.measure)
        if self.confidence == Confidence.ELSEWHERE:
            return _("%(what)s, counted elsewhere") % {"what": label}
        return label

    @property
    def grade(self) -> str:
        return {Confidence.MEASURED: "A", Confidence.VALUED: "B"}.get(Confidence(self.confidence), "C")

    @property
    def ends(self) -> tuple[int, int]:
        """The smaller and the larger of the two ends of its range."""
        return min(self.low, self.high), max(self.low, self.high)

    def differs_from(self, other: Line) -> bool:
        """Whether anything that a reader sees of it is another."""
        shown = ("n", "amount", "low", "high", "uncounted", "foreign")
        return any(getattr(self, name) != getattr(other, name) for name in shown)


def ref_of(measure: str, confidence: str) -> str:
    return f"{measure}{ELSEWHERE}" if confidence == Confidence.ELSEWHERE else measure


@dataclass
class LedgerMonth:
    """What came in and what it cost in one month. Lines of benefit by their `ref`, costs by their kind."""

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
        return roi(min(self.low, self.high), self.cost)

    @property
    def roi_high(self) -> Decimal | None:
        return roi(max(self.low, self.high), self.cost)

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
        benefits, costs = ([Line.from_json(row) for row in kept[side]] for side in ("benefits", "costs"))
        return cls(
            datetime.date.fromisoformat(kept["first"]),
            {line.ref: line for line in benefits},
            {line.measure: line for line in costs},
        )


@dataclass(frozen=True)
class Cumulated:
    """Running sums at the end of a month."""

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

    @property
    def roi_total(self) -> Decimal | None:
        return roi(self.benefit, self.cost)

    @property
    def roi_hard(self) -> Decimal | None:
        return roi(self.hard, self.cost)


def spread_launches(months: Iterable[LedgerMonth]) -> None:
    """Share each launch over the months from its own on; the shares sum to it to the cent."""
    months = list(months)
    shares: dict[datetime.date, int] = {}
    for month in months:
        launch = month.costs.get(Cost.Kind.LAUNCH)
        if launch is None:
            continue
        parts = split(launch.amount, [Decimal(1)] * SPREAD_MONTHS)
        for later, part in enumerate(parts):
            day = Month.of(month.first).later(later).first
            shares[day] = shares.get(day, 0) + part
    for month in months:
        month.spread_launch = shares.get(month.first, 0)


def all_lines(month: LedgerMonth, before: LedgerMonth) -> Sequence[tuple[Line, Line]]:
    """The benefits of a month beside those of another, the largest first; also those that are zero now."""
    found = {**before.benefits, **month.benefits}
    pairs = [
        (
            month.benefits.get(ref, Line(line.measure, line.confidence)),
            before.benefits.get(ref, Line(line.measure, line.confidence)),
        )
        for ref, line in found.items()
    ]
    return sorted(pairs, key=lambda pair: (-pair[0].amount, pair[0].ref))
