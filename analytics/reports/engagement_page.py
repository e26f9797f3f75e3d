"""Visits and members in words: the figures that carry no euro. Its own file beside the first screen."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404
from django.urls import get_script_prefix
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics.capture.channels import Channel
from analytics.capture.models import Reason
from analytics.capture.queries import Filtered, LostDay
from analytics.engagement.formulas import FORMULAS
from analytics.engagement.intervals import NEEDS_INTERVAL, Share
from analytics.engagement.queries import MONTH_DAYS
from analytics.reports.daychart import DayChart, day_chart
from analytics.reports.engagement_figures import LEAST_VISITS, month_figures
from analytics.reports.period_figures import period_figures
from analytics.reports.period_words import (
    PERIOD_FORMULAS,
    incomplete,
    rows_note,
    visitors_note,
)
from analytics.reports.periods import Period
from analytics.roi.money import percent
from analytics.roi.verdicts import change_words
from communities.calendar import DAY
from communities.content.kinds import KINDS
from communities.models import Community
from communities.templatetags.parvis import number

Kept = dict[str, Any]
VISITS = ("visits", "page_views", "visitors_daily", "bounce_rate")
MEMBERS = ("active", "stickiness", "answered_rate", "first_response", "silent", "gini")
SUMS = ("visits", "page_views", "visitors_daily")
LABELS = {"silent": gettext_lazy("Contributed nothing")}


@dataclass(frozen=True)
class Shown:
    """One figure with the words of how it is computed, what it was before, and what must be said with it."""

    name: str
    label: Promise | str
    value: str
    formula: Promise | str
    delta: str = ""
    note: str = ""


@dataclass(frozen=True)
class Named:
    """A row of a breakdown: what it is called, where it leads, two figures."""

    label: str
    one: int
    other: int
    url: str = ""


@dataclass(frozen=True)
class Breakdown:
    """A table of what was visited most; each row has two figures, in the order of `columns`."""

    name: str
    title: str
    columns: tuple[str, str, str]
    rows: list[Named] = field(default_factory=list)


def engagement_page(community: Community, period: Period) -> dict[str, Any]:
    """Visits and members of one period; of one that is running, up to today."""
    kept, before = figures_of(community, period), period.before
    cohorts = _cohorts(kept)
    return {
        "period": period,
        "before": before,
        "visits": [_shown(name, kept, "visits", period) for name in VISITS],
        "members": [_shown(name, kept, "members", period) for name in MEMBERS],
        "incomplete": incomplete(kept, period),
        "chart": _chart(kept, period),
        "channels": [(str(Channel(int(row[0])).label), row[1], row[2]) for row in kept["channels"]],
        "breakdowns": [one for one in _breakdowns(kept) if one.rows],
        "least_visits": LEAST_VISITS,
        "filtered": filtered_of(kept),
        "lost": lost_of(kept),
        "reported": kept.get("reported"),
        "cohorts": cohorts,
        # No column for months that no row has reached.
        "months": range(max((len(cells) for _start, _size, cells in cohorts), default=0)),
        "earlier": period.earlier,
        "later": period.later(community),
    }


def figures_of(community: Community, period: Period) -> Kept:
    """A month as it was kept where it is closed; other days as they are counted now."""
    if period.month:
        return month_figures(community, period.first)
    return period_figures(community, period)


def filtered_of(kept: Kept) -> Filtered:
    said = kept["filtered"]
    return Filtered(said["counted"], {Reason(name): n for name, n in said["by_reason"].items()})


def lost_of(kept: Kept) -> list[LostDay]:
    return [LostDay(datetime.date.fromisoformat(day), *counts) for day, *counts in kept["lost"]]


def label_of(name: str) -> str:
    return str(LABELS.get(name) or FORMULAS[name].label)


def formula_of(name: str, period: Period) -> Promise | str:
    own = None if period.month else PERIOD_FORMULAS.get(name)
    return own or FORMULAS["participation" if name == "silent" else name].formula


def value_of(name: str, kept: Kept) -> str:
    """A figure in words, from the plain values of a month."""
    visits, members = kept["visits"] or {}, kept["members"] or {}
    if name in SUMS:
        return number(visits.get(name))
    said: dict[str, Callable[[], str]] = {
        "bounce_rate": lambda: percent(_ratio(visits.get("bounces", 0), visits.get("visits", 0))),
        "active": lambda: number(members["active"]),
        "stickiness": lambda: percent(_ratio(members["mean_daily"], members["active"])),
        "answered_rate": lambda: share_text(Share(*members["answered"])),
        "first_response": lambda: waited(members["median_wait"]),
        "silent": lambda: share_text(Share(*members["silent"])),
        "gini": lambda: number(members["gini"], 2),
    }
    return said[name]()


def _shown(name: str, kept: Kept, part: str, period: Period) -> Shown:
    compare = _on_the_month if period.month else _on_the_days
    return Shown(
        name,
        label_of(name),
        value_of(name, kept),
        formula_of(name, period),
        compare(name, kept, part, period),
        visitors_note(kept) if name == "visitors_daily" and not period.month else "",
    )


def _on_the_month(name: str, kept: Kept, part: str, period: Period) -> str:
    before, earlier = kept["before"], date_format(period.before.first, "F")
    is_whole = kept["last"] == period.last.isoformat()
    if before[part] is None:
        return _("nothing was counted in %(month)s") % {"month": earlier}
    if name in SUMS and is_whole:
        return change_words(kept["visits"][name], before["visits"][name], earlier)
    if name == "active":
        return change_words(kept["members"]["active"], before["members"]["active"], earlier)
    return _("%(month)s: %(value)s") % {"month": earlier, "value": value_of(name, before)}


def _on_the_days(name: str, kept: Kept, part: str, period: Period) -> str:
    before = kept["before"]
    if before[part] is None:
        return period.nothing_before()
    # Of days that are not over, or were not all counted, only what was counted is said.
    if kept[part] and before["whole"][part] and not kept["running"]:
        if name in SUMS:
            return period.changed(kept["visits"][name], before["visits"][name])
        if name == "active":
            return period.changed(kept["members"]["active"], before["members"]["active"])
    return period.was(value_of(name, before))


def _chart(kept: Kept, period: Period) -> DayChart | None:
    days = [(datetime.date.fromisoformat(row[0]), row[1]) for row in kept["days"]]
    found, before = {row[0]: row[1] for row in kept["before"]["days"]}, period.before
    # Days that were not counted have their place all the same.
    old = [found.get((before.first + DAY * place).isoformat()) for place in range(before.length)]
    return day_chart(days, old if found else [], period)


def _breakdowns(kept: Kept) -> list[Breakdown]:
    rows, titles = kept["breakdowns"], kept["titles"]
    by_visit = (_("Visits"), _("Page views"))
    by_page = (_("Page"), _("Page views"), _("Visitors (daily)"))
    pages = [
        Named(titles.get(key) or _title(key), views, visitors, get_script_prefix() + key.removeprefix("/"))
        for key, _visits, views, visitors in rows["pages"]
    ]
    return [
        Breakdown("sources", _("Sites that led here"), (_("Source"), *by_visit), _by_visit(rows["sources"])),
        Breakdown("campaigns", _("Campaigns"), (_("Campaign"), *by_visit), _by_visit(rows["campaigns"])),
        Breakdown("pages", _("Pages"), by_page, pages),
    ]


def _by_visit(rows: list[list[Any]]) -> list[Named]:
    return [Named(key, visits, views) for key, visits, views, _visitors in rows]


def _title(path: str) -> str:
    places = {f"/{kind.path}/": str(kind.label) for kind in KINDS}
    return _("Home page") if path == "/" else places.get(path, path)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def share_text(share: Share) -> str:
    """A count where there are few, a percentage with its interval where there are not many."""
    if share.rate is None:
        return "–"
    if share.too_small:
        return _("%(hits)s of %(n)s") % {"hits": number(share.hits), "n": number(share.of)}
    if share.of >= NEEDS_INTERVAL:
        return percent(share.rate)
    low, high = percent(share.low), percent(share.high)
    words = _("%(rate)s (%(low)s to %(high)s, n = %(n)s)")
    return words % {"rate": percent(share.rate), "low": low, "high": high, "n": number(share.of)}


def waited(seconds: float | None) -> str:
    """A waiting time: minutes below an hour, since “0.0 h” says nothing."""
    if seconds is None:
        return "–"
    if seconds < 3600:
        minutes = max(round(seconds / 60), 1)
        return ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    return _("%(n)s h") % {"n": number(seconds / 3600, 1)}


def _cohorts(kept: Kept) -> list[tuple[datetime.date, int, list[str]]]:
    return [
        (datetime.date.fromisoformat(start), size, [share_text(Share(n, size)) for n in counts])
        for start, size, counts in kept["cohorts"]
    ]


def rows_of(name: str, kept: Kept) -> tuple[list[str], list[list[Any]]]:
    """What a figure is made of: the heads of the columns, and the rows; plain values, for pages and for CSV."""
    if name in VISITS:
        heads = [_("Day"), _("Visits"), _("Page views"), _("Visitors (daily)"), _("Bounces")]
        return heads, [row[:5] for row in kept["days"]]
    if name in ("answered_rate", "first_response"):
        heads = [_("Started"), _("Thread"), _("First reply after, in hours")]
        return heads, [
            [day, title or path, "" if wait is None else round(wait / 3600, 2)]
            for day, wait, path, title in kept["waits"]
        ]
    return [_("Day"), _("Active members")], [list(row) for row in kept["active_days"]]


def stretch_of(name: str) -> str:
    """Where a figure of a month looks further than its rows."""
    if name in ("active", "stickiness"):
        return _("Each member counts once in the %(n)s days that end with the month.") % {"n": MONTH_DAYS}
    return ""


def engagement_rows(community: Community, period: Period, name: str) -> dict[str, Any]:
    """What a page of the rows behind one figure is given. Raises Http404 for what is no figure of the page."""
    if name not in (*VISITS, *MEMBERS):
        raise Http404
    kept = figures_of(community, period)
    heads, rows = rows_of(name, kept)
    return {
        "name": name,
        "title": label_of(name),
        "value": value_of(name, kept),
        "formula": formula_of(name, period),
        "stretch": stretch_of(name) if period.month else rows_note(name, kept),
        "incomplete": incomplete(kept, period),
        "period": period,
        "heads": heads,
        "rows": rows,
        "links": {
            title or path: get_script_prefix() + path.lstrip("/") for _d, _w, path, title in kept["waits"]
        },
    }
