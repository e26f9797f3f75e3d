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
from analytics.roi.money import percent
from analytics.roi.verdicts import change_words
from communities.calendar import Month, today
from communities.content.kinds import KINDS
from communities.models import Community
from communities.templatetags.parvis import number

Kept = dict[str, Any]
VISITS = ("visits", "page_views", "visitors_daily", "bounce_rate")
MEMBERS = ("active", "stickiness", "answered_rate", "first_response", "silent", "gini")
LABELS = {"silent": gettext_lazy("Contributed nothing")}


@dataclass(frozen=True)
class Shown:
    """One figure with the words of how it is computed, and what it was the month before."""

    name: str
    label: Promise | str
    value: str
    formula: Promise | str
    delta: str = ""


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


def engagement_page(community: Community, first: datetime.date) -> dict[str, Any]:
    """One month of visits and members; of a running month, up to today."""
    kept, month = month_figures(community, first), Month.of(first)
    last, before = datetime.date.fromisoformat(kept["last"]), kept["before"]
    is_whole = last == month.last
    cohorts = _cohorts(kept)
    return {
        "first": first,
        "last": last,
        "visits": [_shown(name, kept, "visits", month, is_whole=is_whole) for name in VISITS],
        "members": [_shown(name, kept, "members", month, is_whole=is_whole) for name in MEMBERS],
        "incomplete": _incomplete(kept, month),
        "chart": _chart(kept, month),
        "channels": [(str(Channel(int(row[0])).label), row[1], row[2]) for row in kept["channels"]],
        "breakdowns": [one for one in _breakdowns(kept) if one.rows],
        "least_visits": LEAST_VISITS,
        "filtered": filtered_of(kept),
        "lost": lost_of(kept),
        "cohorts": cohorts,
        # No column for months that no row has reached.
        "months": range(max((len(cells) for _start, _size, cells in cohorts), default=0)),
        "earlier": month.before.first,
        "later": month.next.first if month.next.first <= today(community) else None,
        "has_before": before["visits"] is not None,
    }


def filtered_of(kept: Kept) -> Filtered:
    said = kept["filtered"]
    return Filtered(said["counted"], {Reason(name): n for name, n in said["by_reason"].items()})


def lost_of(kept: Kept) -> list[LostDay]:
    return [LostDay(datetime.date.fromisoformat(day), *counts) for day, *counts in kept["lost"]]


def label_of(name: str) -> str:
    return str(LABELS.get(name) or FORMULAS[name].label)


def formula_of(name: str) -> Promise:
    return FORMULAS["participation" if name == "silent" else name].formula


def value_of(name: str, kept: Kept) -> str:
    """A figure in words, from the plain values of a month."""
    visits, members = kept["visits"] or {}, kept["members"] or {}
    if name in ("visits", "page_views", "visitors_daily"):
        return number(visits.get(name))
    said: dict[str, Callable[[], str]] = {
        "bounce_rate": lambda: percent(_ratio(visits["bounces"], visits["visits"])),
        "active": lambda: number(members["active"]),
        "stickiness": lambda: percent(_ratio(members["mean_daily"], members["active"])),
        "answered_rate": lambda: share_text(Share(*members["answered"])),
        "first_response": lambda: waited(members["median_wait"]),
        "silent": lambda: share_text(Share(*members["silent"])),
        "gini": lambda: number(members["gini"], 2),
    }
    return said[name]()


def _shown(name: str, kept: Kept, part: str, month: Month, *, is_whole: bool) -> Shown:
    before, earlier = kept["before"], date_format(month.before.first, "F")
    value = value_of(name, kept)
    delta = ""
    if before[part] is None:
        delta = _("nothing was counted in %(month)s") % {"month": earlier}
    elif name in ("visits", "page_views", "visitors_daily") and is_whole:
        delta = change_words(kept["visits"][name], before["visits"][name], earlier)
    elif name == "active":
        delta = change_words(kept["members"]["active"], before["members"]["active"], earlier)
    else:
        old = value_of(name, before)
        delta = _("%(month)s: %(value)s") % {"month": earlier, "value": old}
    return Shown(name, label_of(name), value, formula_of(name), delta)


def _incomplete(kept: Kept, month: Month) -> str:
    """Which days of the month the figures do not hold."""
    last = datetime.date.fromisoformat(kept["last"])
    since = kept["since"] and datetime.date.fromisoformat(kept["since"])
    if since and month.first < since <= month.last:
        return _("Visits are counted since %(day)s: the days before are not in these figures.") % {
            "day": date_format(since, "SHORT_DATE_FORMAT")
        }
    if last < month.last:
        return _("Up to %(day)s: the month is not over, and this day neither.") % {
            "day": date_format(last, "SHORT_DATE_FORMAT")
        }
    return ""


def _chart(kept: Kept, month: Month) -> DayChart | None:
    days = [(datetime.date.fromisoformat(row[0]), row[1]) for row in kept["days"]]
    return day_chart(days, [row[1] for row in kept["before"]["days"]], month)


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
    """Where a figure looks further than its rows."""
    if name in ("active", "stickiness"):
        return _("Each member counts once in the %(n)s days that end with the month.") % {"n": MONTH_DAYS}
    return ""


def engagement_rows(community: Community, first: datetime.date, name: str) -> dict[str, Any]:
    """What a page of the rows behind one figure is given. Raises Http404 for what is no figure of the page."""
    if name not in (*VISITS, *MEMBERS):
        raise Http404
    kept, month = month_figures(community, first), Month.of(first)
    heads, rows = rows_of(name, kept)
    return {
        "name": name,
        "title": label_of(name),
        "value": value_of(name, kept),
        "formula": formula_of(name),
        "stretch": stretch_of(name),
        "incomplete": _incomplete(kept, month),
        "first": first,
        "heads": heads,
        "rows": rows,
        "links": {
            title or path: get_script_prefix() + path.lstrip("/") for _d, _w, path, title in kept["waits"]
        },
    }
