"""The first screen: everything a marketing lead must see at once. A file of its own because it combines the others;
the monthly mail has the same figures."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.capture.queries import Filtered, LostDay, filtered_views, lost_days
from analytics.reports.charts import cumulative_charts, payback_parts, payback_words
from analytics.reports.engagement_page import filtered_of, lost_of
from analytics.reports.models import ClosedMonth
from analytics.reports.months import LedgerMonth, Line, RateUse, all_lines
from analytics.reports.queries import CASH, History
from analytics.reports.tiles import tiles_of
from analytics.roi.models import Lead, LedgerEntry, Measure, Objective, Rate
from analytics.roi.money import shown, whole_units
from analytics.roi.services.valuing import RATE_OF, Rates
from communities.calendar import Month, today
from communities.models import Community
from communities.templatetags.parvis import number


@dataclass
class Row:
    """One line of the table of benefits, ready to show; amounts rounded so that they sum to the total below."""

    line: Line
    before: Line
    amount: int = 0
    # None: nothing was counted then, which is not the same as nought.
    amount_before: int | None = None

    @property
    def change(self) -> int:
        return self.line.amount - self.before.amount

    @property
    def rate(self) -> RateUse | None:
        """Where one version of a rate valued the whole line."""
        return self.line.rates[0] if len(self.line.rates) == 1 else None


@dataclass
class Finding:
    icon: str
    text: str
    url: str = ""
    link: str = ""
    # It leads to a page of those who edit rates and costs, and is no link for others.
    edits: bool = False


def results_page(
    community: Community, shown_month: datetime.date, *, mode: str = CASH, than: str = ""
) -> dict[str, Any]:
    """What the template of the first screen is given. Of a closed month everything is as it was when it was closed,
    but for what stands beside it as restated."""
    history = History(community, shown_month, mode)
    closed, month = history.closed, history.current
    shown = Month.of(shown_month)
    before = history.month(shown.later(-12 if than == "year" else -1).first)
    rows = _rows(community, month, before)
    paid_back = history.paid_back
    return {
        "month": month,
        "before": before,
        "closed": closed,
        "restated": find_restated(community, history) if closed else [],
        "since_launch": history.since_launch,
        "mode": mode,
        "than": than,
        "rows": rows,
        "tiles": tiles_of(history, month, before),
        "charts": cumulative_charts(history),
        "cumulated": history.cumulated[-24:],
        "chart_title": payback_words(paid_back),
        "payback_parts": payback_parts(paid_back),
        "unknowns": _unknowns(community, month, rows, is_closed=bool(closed)),
        "changes": _changes(rows, before, community.currency),
        "tasks": [] if closed else _tasks(community, rows),
        "filtered": _filtered(month, closed),
        "lost": _lost(month, closed),
        "earlier": shown.before.first,
        "later": shown.next.first if shown.next.first <= today(community) else None,
        "has_ledger": bool(history.months),
        "is_over": shown.last < today(community),
        "made_at": closed.closed_at if closed else timezone.now(),
    }


def _rows(community: Community, month: LedgerMonth, before: LedgerMonth) -> list[Row]:
    rows = [Row(line, old) for line, old in all_lines(month, before)]
    now = whole_units([row.line.amount for row in rows], community.currency)
    then = whole_units([row.before.amount for row in rows], community.currency)
    for row, amount, old in zip(rows, now, then, strict=True):
        row.amount, row.amount_before = amount, old if row.before.ref in before.benefits else None
    return rows


def _filtered(month: LedgerMonth, closed: ClosedMonth | None) -> Filtered:
    return filtered_of(closed.page) if closed else filtered_views(month.first, month.last)


def _lost(month: LedgerMonth, closed: ClosedMonth | None) -> list[LostDay]:
    return lost_of(closed.page) if closed else lost_days(month.first, month.last)


@dataclass(frozen=True)
class Restated:
    """A line of a closed month, and what it would be with what came in since."""

    label: str
    kept: Line
    live: Line


def find_restated(community: Community, history: History) -> list[Restated]:
    """The lines that would differ if the month were closed now."""
    live = History(community, history.shown, live=True).current
    found = []
    for kept_side, live_side in (
        (history.current.benefits, live.benefits),
        (history.current.costs, live.costs),
    ):
        for ref in sorted({*kept_side, *live_side}):
            known = kept_side.get(ref) or live_side[ref]
            empty = Line(known.measure, known.confidence)
            kept, now = kept_side.get(ref, empty), live_side.get(ref, empty)
            if kept.differs_from(now):
                found.append(Restated(known.label, kept, now))
    return found


def _unknowns(community: Community, month: LedgerMonth, rows: list[Row], *, is_closed: bool) -> list[Finding]:
    caveat = _(
        "A member who buys might have bought without the community. No control group is running, so nothing here"
        " is called caused."
    )
    found = [Finding("info", caveat)]
    if not is_closed and month.last >= today(community):
        text = _("This month is not over: changes compare a part of it with a whole one.")
        found.insert(0, Finding("clock", text))
    found += [*_unknown_orders(month), *_missing_margin(rows)]
    if not is_closed:
        found += _doubtful_rates(community)
    if not month.cost:
        found.append(
            Finding(
                "alert",
                _("No cost is entered for this month, so there is no ROI."),
                reverse("roi:record-cost"),
                _("Enter costs"),
                edits=True,
            )
        )
    return found


def _unknown_orders(month: LedgerMonth) -> Iterator[Finding]:
    orders = month.benefits.get(Measure.ORDER)
    if orders and orders.foreign:
        n = orders.foreign
        text = ngettext(
            "%(n)s order is in another currency. It is kept and not counted: there is no exchange table.",
            "%(n)s orders are in other currencies. They are kept and not counted: there is no exchange table.",
            n,
        )
        yield Finding("info", text % {"n": number(n)}, _url("order", month), _("See them"))
    if orders and orders.uncounted:
        n = orders.uncounted
        text = ngettext(
            "%(n)s order cannot be attributed: no consent, no code, or too long ago. It is not counted.",
            "%(n)s orders cannot be attributed: no consent, no code, or too long ago. They are not counted.",
            n,
        )
        yield Finding("info", text % {"n": number(n)}, _url("order", month), _("See them"))


def _missing_margin(rows: list[Row]) -> Iterator[Finding]:
    if any(row.line.measure == Measure.ORDER and row.line.n and not row.line.rates for row in rows):
        text = _(
            "No margin has been entered: orders are counted at their whole net amount, which is too much."
        )
        yield Finding("alert", text, reverse("roi:set-rate") + "?name=margin", _("Set the margin"), True)


def _doubtful_rates(community: Community) -> Iterator[Finding]:
    now, rates = today(community), Rates()
    for name in Rate.Name:
        rate = rates.on(name, now)
        if rate and rate.review_on and rate.review_on <= now:
            text = _("The rate “%(name)s” was to be reviewed by %(day)s.") % {
                "name": rate.get_name_display(), "day": date_format(rate.review_on, "SHORT_DATE_FORMAT"),
            }  # fmt: skip
            yield Finding("clock", text, reverse("roi:set-rate"), _("Review it"), True)


def _changes(rows: list[Row], before: LedgerMonth, currency: str) -> list[Finding]:
    """The three lines that moved most, with how many they are; lines of which nothing was counted before are new."""
    if not before.benefits:
        return []
    moved = sorted((row for row in rows if row.change), key=lambda row: -abs(row.change))[:3]
    return [
        Finding(
            "up" if row.change > 0 else "fall",
            _("%(label)s: %(now)s, against %(before)s in %(month)s (n = %(n)s).") % {
                "label": row.line.label,
                "now": shown(row.line.amount, currency, cents=False),
                "before": shown(None if row.amount_before is None else row.before.amount, currency, cents=False),
                "month": date_format(before.first, "F"),
                "n": number(row.line.n),
            },
        )
        for row in moved
    ]  # fmt: skip


def _tasks(community: Community, rows: list[Row]) -> list[Finding]:
    found = []
    waiting = Lead.objects.waiting().count()
    if waiting:
        text = ngettext("%(n)s contact waits for an answer.", "%(n)s contacts wait for an answer.", waiting)
        found.append(
            Finding("mail", text % {"n": number(waiting)}, reverse("roi:list-leads"), _("Open them"))
        )
    for row in rows:
        if not row.line.rates and row.line.n and row.line.measure not in (Measure.ORDER, Measure.OUTCOME):
            text = _("%(label)s: %(n)s counted, but worth nothing until you set a rate.") % {
                "label": row.line.label, "n": number(row.line.n),
            }  # fmt: skip
            url = f"{reverse('roi:set-rate')}?name={RATE_OF[Measure(row.line.measure)]}"
            found.append(Finding("edit", text, url, _("Set the rate")))
    if not Objective.objects.open().exists():
        text = _("No objective is set: nothing says whether this is enough.")
        found.append(Finding("flag", text, reverse("roi:set-objective"), _("Set an objective")))
    if not LedgerEntry.objects.benefits().of_measure(Measure.ORDER).exists():
        text = _("No order has come in yet: connect a shop or load a file.")
        found.append(Finding("upload", text, reverse("roi:import-orders"), _("Load orders")))
    return found[:4]


def _url(ref: str, month: LedgerMonth) -> str:
    return f"{reverse('reports:explain-figure', args=[ref])}?month={month.first:%Y-%m}"
