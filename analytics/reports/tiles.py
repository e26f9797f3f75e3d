"""The four tiles of the first screen: an objective each, with its change, its curve and its verdict."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.reports.charts import sparkline
from analytics.reports.freezing import aim_of, count_unjudged, open_aims
from analytics.reports.months import LedgerMonth
from analytics.reports.queries import History
from analytics.roi.models import Objective
from analytics.roi.money import shown
from analytics.roi.monthly import Figure, Months, monthly
from analytics.roi.returns import unit_cost
from analytics.roi.verdicts import (
    Aim,
    Verdict,
    change_words,
    judged_month,
    signed,
    value_text,
    verdict_text,
)
from communities.calendar import Month
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


def tiles_of(history: History, month: LedgerMonth, before: LedgerMonth) -> list[Tile]:
    """Of a closed month with the objectives and figures that it was closed with."""
    closed = history.closed
    said = closed.page["aims"] if closed else {aim.family: aim_of(aim) for aim in open_aims()}
    return [
        _tile(history, month, before, family, _aim(said.get(family.value)), default)
        for family, default in DEFAULTS.items()
    ]


def _aim(said: dict[str, str] | None) -> Aim | None:
    return Aim(said["figure"], Decimal(said["baseline"]), Decimal(said["target"])) if said else None


def _tile(
    history: History, month: LedgerMonth, before: LedgerMonth, family: Any, aim: Aim | None, default: str
) -> Tile:
    name = aim.figure if aim else default
    first = Month.of(month.first).later(1 - CURVE)
    values = _values(history, name, min(first.first, before.first), month)
    now, old = values.get(month.first), values.get(before.first)
    tile = Tile(str(family.label), value_text(now), str(Objective.Figure(name).label), str(name))
    _say_parts(tile, history, month, now)
    _compare(tile, name, now, old, before)
    if aim is not None:
        tile.foot = _foot(history.community, aim, values, Month.of(month.first))
    curve = []
    for shown_month in first.up_to(month.first):
        found = values.get(shown_month.first)
        curve.append(found.value if found else None)
    tile.curve = sparkline(curve, aim.target if aim else None)
    return tile


def _values(history: History, name: str, first: Any, month: LedgerMonth) -> Months:
    if history.closed is None:
        return monthly(history.community, name, first, month.last)
    kept = history.closed.page["values"][name]
    found = {Month.read(key[:7]): value for key, value in kept.items()}
    return {key.first: Figure.from_json(value) for key, value in found.items() if key and value}


def _say_parts(tile: Tile, history: History, month: LedgerMonth, now: Figure | None) -> None:
    """The parts of a sum where it is read; of contacts, what all costs come to for each."""
    if tile.ref == Objective.Figure.LEADS:
        closed, community = history.closed, history.community
        n = closed.page["unjudged"] if closed else count_unjudged(community, month.first, month.last)
        if n:
            words = ngettext(
                "%(n)s more is not judged yet: not counted so far.",
                "%(n)s more are not judged yet: not counted so far.",
                n,
            )
            tile.note = words % {"n": number(n)}
        each = unit_cost(month.cost, int(now.value)) if now and now.value else None
        if each is not None:
            tile.text = _("%(what)s (all costs ÷ contacts: %(cost)s)") % {
                "what": tile.text,
                "cost": shown(int(each), history.community.currency),
            }
    elif now and now.elsewhere and now.value is not None:
        here = int(now.value) - now.elsewhere
        tile.note = _("%(here)s here + %(elsewhere)s counted elsewhere") % {
            "here": number(here),
            "elsewhere": number(now.elsewhere),
        }


def _compare(tile: Tile, name: str, now: Figure | None, old: Figure | None, before: LedgerMonth) -> None:
    month = date_format(before.first, "F")
    if now is None or now.value is None or old is None or old.value is None:
        # A month without a count is not a month of nought.
        tile.delta = _("nothing to compare with in %(month)s") % {"month": month}
        return
    if now.is_few or old.is_few:
        tile.delta, tile.few = _("too few for a verdict, n = %(n)s") % {"n": number(now.n)}, True
        return
    if now.margin is not None and old.margin is not None:
        gap, sure = now.value - old.value, (now.margin**2 + old.margin**2).sqrt()
        tile.delta = _("%(points)s points on %(month)s, give or take %(margin)s") % {
            "points": signed(gap), "month": month, "margin": number(sure, 0),
        }  # fmt: skip
        tile.better = gap > 0 if abs(gap) > sure else None
        return
    if now.interval is not None:
        points, low, high = round(now.value - old.value), *(round(edge * 100) for edge in now.interval)
        tile.delta = _("%(points)s points on %(month)s, n = %(n)s, %(low)s to %(high)s%%") % {
            "points": f"+{number(points)}" if points > 0 else number(points), "month": month,
            "n": number(now.n), "low": low, "high": high,
        }  # fmt: skip
        tile.better = None if low <= old.value <= high else points > 0
        return
    tile.delta = change_words(now.value, old.value, month)
    tile.better = None if now.value == old.value else now.value > old.value


def _foot(community: Community, aim: Aim, values: Months, month: Month) -> str:
    """The verdict, by the same month as the list of objectives: a running month is not judged."""
    judged = judged_month(month, Month.current(community))
    figure = values.get(judged.first)
    if judged == month or aim.verdict(figure) == Verdict.UNKNOWN:
        return verdict_text(aim, figure)
    return verdict_text(aim, figure, judged.first)
