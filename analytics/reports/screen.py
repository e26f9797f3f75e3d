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

from analytics.capture.queries import filtered_views, lost_days
from analytics.reports.charts import cumulative_charts, payback_day, payback_words, sparkline
from analytics.reports.models import ClosedMonth
from analytics.reports.queries import CASH, History, LedgerMonth, Line, all_lines
from analytics.roi.models import Lead, LedgerEntry, Measure, Objective, Rate
from analytics.roi.money import percent, shown
from analytics.roi.monthly import Figure, monthly
from analytics.roi.returns import unit_cost
from analytics.roi.services.valuing import RATE_OF, Rates
from communities.calendar import Month, moments, today
from communities.models import Community
from communities.templatetags.parvis import number

# Months in the small curves.
CURVE = 6
DEFAULTS = {
    Objective.Family.ACQUISITION: Objective.Figure.LEADS,
    Objective.Family.LOYALTY: Objective.Figure.ACTIVE,
    Objective.Family.IMAGE: Objective.Figure.ANSWERED,
    Objective.Family.VISIBILITY: Objective.Figure.SEARCH,
}


@dataclass
class Tile:
    """One objective with its figure, its change and where it stands."""

    family: str
    figure: str
    text: str
    ref: str
    delta: str = ""
    better: bool | None = None
    foot: str = ""
    # Where the figure says more than the lines below it.
    note: str = ""
    curve: dict[str, str] | None = None
    few: bool = False


@dataclass
class Row:
    """One line of the table of benefits, ready to show."""

    line: Line
    before: Line
    rate: Rate | None
    change: int


@dataclass
class Finding:
    icon: str
    text: str
    url: str = ""
    link: str = ""


def results_page(
    community: Community, shown_month: datetime.date, *, mode: str = CASH, than: str = ""
) -> dict[str, Any]:
    """What the template of the first screen is given."""
    history = History(community, shown_month, mode)
    closed = ClosedMonth.objects.filter(month=shown_month).first()
    live = history.current
    month = LedgerMonth.from_json(closed.figures) if closed and mode == CASH else live
    shown = Month.of(shown_month)
    other = shown.later(-12 if than == "year" else -1).first
    before, rates = history.month(other), Rates()
    rows = [
        Row(line, old, rates.on(RATE_OF[Measure(line.measure)], month.last), line.amount - old.amount)
        for line, old in all_lines(month, before)
    ]
    return {
        "month": month,
        "before": before,
        "closed": closed,
        "restated": bool(closed) and (live.total, live.cost) != (month.total, month.cost),
        "live": live,
        "mode": mode,
        "than": than,
        "rows": rows,
        "tiles": _tiles(community, month, before),
        "charts": cumulative_charts(history),
        "cumulated": history.cumulated[-24:],
        "chart_title": payback_words(history),
        "payback_range": [payback_day(history, when) for when in history.payback_range],
        "unknowns": _unknowns(community, month, rows),
        "changes": _changes(rows, before, community.currency),
        "tasks": _tasks(community, rows),
        "filtered": filtered_views(month.first, month.last),
        "lost": lost_days(month.first, month.last),
        "earlier": shown.before.first,
        "later": shown.next.first if shown.next.first <= today(community) else None,
        "has_ledger": bool(history.months),
        "is_over": shown.last < today(community),
        "now": timezone.now(),
    }


def _tiles(community: Community, month: LedgerMonth, before: LedgerMonth) -> list[Tile]:
    aims: dict[str, Objective] = {}
    for one in Objective.objects.open().order_by("-deadline"):
        aims[one.family] = one
    return [
        _tile(community, month, before, family, aims.get(family), figure)
        for family, figure in DEFAULTS.items()
    ]


def _tile(
    community: Community,
    month: LedgerMonth,
    before: LedgerMonth,
    family: Any,
    aim: Objective | None,
    default: Any,
) -> Tile:
    name = aim.figure if aim else default
    first = Month.of(month.first).later(1 - CURVE)
    values = monthly(community, name, min(first.first, before.first), month.last)
    now, old = values.get(month.first), values.get(before.first)
    tile = Tile(str(family.label), _value(now), str(Objective.Figure(name).label), str(name))
    if family == Objective.Family.ACQUISITION and now and now.value:
        each = unit_cost(month.cost, int(now.value))
        tile.text = _("%(what)s, %(cost)s each") % {
            "what": tile.text,
            "cost": shown(int(each) if each is not None else None, community.currency),
        }
    if name == Objective.Figure.LEADS:
        tile.note = _unjudged(community, month)
    _compare(tile, now, old, before)
    if aim is not None:
        tile.foot = _foot(aim, now)
    curve = []
    for shown_month in first.up_to(month.first):
        found = values.get(shown_month.first)
        curve.append(found.value if found else None)
    tile.curve = sparkline(curve, aim.target if aim else None)
    return tile


def _unjudged(community: Community, month: LedgerMonth) -> str:
    """The contacts that the tile counts and the ledger does not."""
    leads = Lead.objects.between(*moments(month.first, month.last, community))
    n = leads.filter(state=Lead.State.NEW).count()
    words = ngettext(
        "%(n)s of them is not judged yet: worth nothing so far.",
        "%(n)s of them are not judged yet: worth nothing so far.",
        n,
    )
    return words % {"n": number(n)} if n else ""


def figure_text(community: Community, name: str, month: LedgerMonth) -> str:
    """The figure of an objective in one month, as its tile shows it."""
    return _value(monthly(community, name, month.first, month.last).get(month.first))


def _value(figure: Figure | None) -> str:
    if figure is None or figure.value is None:
        return "–"
    if figure.is_few:
        # Too few for a percentage: the count itself.
        return _("%(hits)s of %(n)s") % {"hits": number(figure.hits), "n": number(figure.n)}
    return percent(figure.value / 100) if figure.is_share else number(figure.value, 0)


def _compare(tile: Tile, now: Figure | None, old: Figure | None, before: LedgerMonth) -> None:
    month = date_format(before.first, "F")
    if now is None or now.value is None or old is None or not old.value:
        tile.delta = _("nothing to compare with in %(month)s") % {"month": month}
        return
    if now.is_few or old.is_few:
        tile.delta, tile.few = _("too few for a verdict, n = %(n)s") % {"n": number(now.n)}, True
        return
    if now.interval is not None:
        points, low, high = round(now.value - old.value), *(round(edge * 100) for edge in now.interval)
        tile.delta = _("%(points)s points on %(month)s, n = %(n)s, %(low)s to %(high)s%%") % {
            "points": _signed(points), "month": month, "n": number(now.n), "low": low, "high": high,
        }  # fmt: skip
        tile.better = None if low <= old.value <= high else points > 0
        return
    change = (now.value - old.value) / old.value
    tile.delta = _("%(change)s on %(month)s") % {"change": percent(change, signed=True), "month": month}
    tile.better = None if change == 0 else change > 0


def _foot(aim: Objective, now: Figure | None) -> str:
    target = number(aim.target, 0)
    if now is None or now.value is None:
        return _("Target %(target)s") % {"target": target}
    rising = aim.target > aim.baseline
    reached = now.value >= aim.target if rising else now.value <= aim.target
    words = _("Target %(target)s, reached") if reached else _("Target %(target)s, not yet")
    return words % {"target": target}


def _unknowns(community: Community, month: LedgerMonth, rows: list[Row]) -> list[Finding]:
    caveat = _(
        "A member who buys might have bought without the community. No control group is running, so nothing here"
        " is called caused."
    )
    found = [Finding("info", caveat)]
    if month.last >= today(community):
        text = _("This month is not over: changes compare a part of it with a whole one.")
        found.insert(0, Finding("clock", text))
    found += [*_unknown_orders(month), *_doubtful_rates(community, rows)]
    if not month.cost:
        found.append(
            Finding(
                "alert",
                _("No cost is entered for this month, so there is no ROI."),
                reverse("roi:record-cost"),
                _("Enter costs"),
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


def _doubtful_rates(community: Community, rows: list[Row]) -> Iterator[Finding]:
    for row in rows:
        if row.rate is None and row.line.n and row.line.measure == Measure.ORDER:
            text = _("No margin was typed: orders are counted at their whole net amount, which is too much.")
            yield Finding("alert", text, reverse("roi:set-rate") + "?name=margin", _("Set the margin"))
        elif row.rate and row.rate.review_on and row.rate.review_on <= today(community):
            text = _("The rate “%(name)s” was to be reviewed by %(day)s.") % {
                "name": row.rate.get_name_display(), "day": date_format(row.rate.review_on, "SHORT_DATE_FORMAT"),
            }  # fmt: skip
            yield Finding("clock", text, reverse("roi:set-rate"), _("Review it"))


def _changes(rows: list[Row], before: LedgerMonth, currency: str) -> list[Finding]:
    """The three lines that moved most, with how many they are."""
    moved = sorted((row for row in rows if row.change), key=lambda row: -abs(row.change))[:3]
    return [
        Finding(
            "up" if row.change > 0 else "fall",
            _("%(label)s: %(now)s, against %(before)s in %(month)s (n = %(n)s).") % {
                "label": row.line.label,
                "now": shown(row.line.amount, currency, cents=False),
                "before": shown(row.before.amount, currency, cents=False),
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
        if row.rate is None and row.line.n and row.line.measure != Measure.ORDER:
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


def _signed(value: int) -> str:
    return f"+{number(value)}" if value > 0 else number(value)
