"""The figures of the results pages. One statement reads the ledger by month, one by day; closed months are read as
they were kept. The rest is arithmetic on it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from analytics.reports.models import ClosedEntry, ClosedMonth
from analytics.reports.months import (
    Cumulated,
    LedgerMonth,
    Line,
    RateUse,
    ref_of,
    spread_launches,
)
from analytics.roi.models import Confidence, LedgerEntry, Side
from analytics.roi.returns import paid_back_on
from communities.calendar import Month, today
from communities.models import Community

CASH, SPREAD = "cash", "spread"


@dataclass(frozen=True)
class PaidBack:
    """On which day each sum of benefit had made up for all costs, for good; None: not yet. Costs count on the day
    they fall due. `low` is all benefits at the lowest value of every rate, `high` at the highest."""

    total: datetime.date | None = None
    hard: datetime.date | None = None
    low: datetime.date | None = None
    high: datetime.date | None = None
    # Nothing was spent: there is nothing to pay back.
    is_free: bool = True

    def as_json(self) -> dict[str, Any]:
        days = {name: getattr(self, name) for name in ("total", "hard", "low", "high")}
        return {name: day and day.isoformat() for name, day in days.items()} | {"is_free": self.is_free}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> PaidBack:
        days = {
            name: day and datetime.date.fromisoformat(day) for name, day in kept.items() if name != "is_free"
        }
        return cls(**days, is_free=kept["is_free"])


class History:
    """All months of the ledger up to one, each present even when nothing happened in it.

    A closed month is what it was when it was closed, and so are the months before it where it is the one shown.
    """

    def __init__(
        self, community: Community, shown: datetime.date, mode: str = CASH, *, live: bool = False
    ) -> None:
        self.community, self.shown, self.mode = community, shown, mode
        self.closed = None if live else ClosedMonth.objects.filter(month=shown).first()
        if self.closed is not None:
            self.months = [LedgerMonth.from_json(kept) for kept in self.closed.page["months"]]
        else:
            self.months = _read_months(community, shown, () if live else kept_months(shown))
            _add_rates(self.current)
        if mode == SPREAD:
            spread_launches(self.months)

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
    def since_launch(self) -> Cumulated:
        return self.cumulated[-1] if self.months else Cumulated(self.shown)

    @cached_property
    def paid_back(self) -> PaidBack:
        """By all days until today, whichever month is shown; in a closed month, as it was said then."""
        if self.closed is not None:
            return PaidBack.from_json(self.closed.page["paid_back"])
        return find_paid_back(self.community)


def kept_months(until: datetime.date) -> list[LedgerMonth]:
    """The closed months up to one, as they were closed."""
    found = ClosedMonth.objects.filter(month__lte=until).order_by("month")
    return [LedgerMonth.from_json(kept) for kept in found.values_list("figures__month", flat=True)]


def find_paid_back(community: Community) -> PaidBack:
    days = _daily_sums(today(community))
    sides = {
        name: paid_back_on((row["day"], row[name], row["cost"]) for row in days)
        for name in ("total", "hard", "low", "high")
    }
    return PaidBack(**sides, is_free=not any(row["cost"] for row in days))


def _daily_sums(until: datetime.date) -> list[dict[str, Any]]:
    """Benefit and cost of each day: of open months from the ledger, of closed ones from their own rows."""
    came = Q(side=Side.BENEFIT)
    sums = {
        "cost": Sum("amount_minor", filter=Q(side=Side.COST), default=0),
        "total": Sum("amount_minor", filter=came, default=0),
        "hard": Sum("amount_minor", filter=came & Q(confidence=Confidence.MEASURED), default=0),
        "low": Sum("low_minor", filter=came, default=0),
        "high": Sum("high_minor", filter=came, default=0),
    }
    closed = ClosedMonth.objects.values("month")
    opened = LedgerEntry.objects.annotate(month=TruncMonth("day")).exclude(month__in=closed)
    found: list[dict[str, Any]] = []
    for rows in (opened, ClosedEntry.objects.all()):
        found += rows.counted().filter(day__lte=until).values("day").annotate(**sums)
    return sorted(found, key=lambda row: row["day"])


def _read_months(
    community: Community, shown: datetime.date, closed: Iterable[LedgerMonth]
) -> list[LedgerMonth]:
    kept = {month.first: month for month in closed}
    found = (
        LedgerEntry.objects.filter(day__lte=Month.of(shown).last)
        .annotate(month=TruncMonth("day"))
        .exclude(month__in=list(kept))
        .values("month", "side", "measure", "confidence", "counted", "currency")
        .annotate(
            n_sum=Sum("n"),
            amount_sum=Sum("amount_minor"),
            low_sum=Sum("low_minor"),
            high_sum=Sum("high_minor"),
            gross_sum=Sum("gross_minor"),
            rows=Count("id"),
        )
        .order_by("month", "side", "measure", "confidence")
    )
    months: dict[datetime.date, LedgerMonth] = dict(kept)
    for row in found:
        month = months.setdefault(row["month"], LedgerMonth(row["month"]))
        _add(_line_of(month, row), row, community)
    return _without_gaps(months, shown)


def _line_of(month: LedgerMonth, row: Mapping[str, Any]) -> Line:
    is_benefit = row["side"] == Side.BENEFIT
    lines = month.benefits if is_benefit else month.costs
    ref = ref_of(row["measure"], row["confidence"]) if is_benefit else row["measure"]
    return lines.setdefault(ref, Line(row["measure"], row["confidence"]))


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


def _add_rates(month: LedgerMonth) -> None:
    """By which versions of the rates the lines of a month were valued."""
    rows: QuerySet[Any] = LedgerEntry.objects.between(month.first, month.last).benefits().counted()
    rate = ("rate__name", "rate__value", "rate__low", "rate__high", "rate__source", "rate__valid_from")
    found = (
        rows.exclude(rate=None)
        .values("measure", "confidence", "rate_id", *rate)
        .annotate(n_sum=Sum("n"), gross_sum=Sum("gross_minor"), amount_sum=Sum("amount_minor"))
        .order_by("rate__valid_from", "rate_id")
    )
    for row in found:
        line = month.benefits.get(ref_of(row["measure"], row["confidence"]))
        if line is None:
            continue
        said = {name.removeprefix("rate__"): str(row[name]) for name in rate}
        sums = {"n": row["n_sum"], "gross": row["gross_sum"], "amount": row["amount_sum"]}
        fields: dict[str, Any] = {**said, **sums}
        line.rates.append(RateUse(**fields))


def _without_gaps(months: dict[datetime.date, LedgerMonth], shown: datetime.date) -> list[LedgerMonth]:
    if not months:
        return []
    each = Month.of(min(months)).up_to(shown)
    return [months.get(month.first) or LedgerMonth(month.first) for month in each]


def find_closed_months(months: Iterable[datetime.date]) -> set[datetime.date]:
    return set(ClosedMonth.objects.filter(month__in=list(months)).values_list("month", flat=True))


def find_all_closed_values(months: Iterable[datetime.date]) -> dict[datetime.date, dict[str, Any]]:
    """What all figures of objectives were in those of these months that are closed; none where there were none yet."""
    rows = ClosedMonth.objects.filter(month__in=list(months))
    return {month: values or {} for month, values in rows.values_list("month", "figures__values")}


def find_closed_values(name: str, months: Iterable[datetime.date]) -> dict[datetime.date, Any]:
    """What a figure of objectives was in those of these months that are closed; None: nothing was counted."""
    rows = ClosedMonth.objects.filter(month__in=list(months))
    return dict(rows.values_list("month", f"figures__values__{name}"))
