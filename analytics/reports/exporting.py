"""Results as tables for a spreadsheet."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.capture.channels import Channel
from analytics.reports.engagement_figures import LEAST_VISITS, month_figures
from analytics.reports.explaining import ALL_ROWS, FORMULAS, rows_behind
from analytics.reports.months import LedgerMonth
from analytics.reports.queries import History
from analytics.roi.models import Measure
from analytics.roi.models.ledger import LedgerLine
from analytics.roi.money import to_major
from communities.models import Community
from communities.tables import csv_lines

LINE_HEADER = ("side", "line", "class", "count", "amount", "low", "high", "currency")
ROW_HEADER = (
    "day", "side", "line", "class", "evidence", "unit", "label", "count", "gross", "amount", "low", "high",
    "currency", "counted", "rate", "rate_valid_from", "rate_source",
)  # fmt: skip

DAY_HEADER = ("day", "visits", "page_views", "visitors_daily", "bounces", "active_members")
ANSWER_HEADER = ("day", "path", "title", "seconds_to_first_reply")
SOURCE_HEADER = ("kind", "name", "visits", "page_views", "visitors_daily")


def archive(community: Community, month: datetime.date) -> bytes:
    """A ZIP: the lines of the month, every ledger row behind them, its visits and members, and what each column means.
    Of a closed month it is the same, byte by byte, whenever it is asked for."""
    history = History(community, month)
    current = history.current
    made_at = (history.closed.closed_at if history.closed else timezone.now()).astimezone(community.zone)
    rows = rows_behind(ALL_ROWS, current.first, current.last)
    tables = {
        "lines.csv": "".join(csv_lines(LINE_HEADER, _lines(current, community))),
        "ledger.csv": "".join(csv_lines(ROW_HEADER, map(row_cells, rows))),
        **_engagement(month_figures(community, month)),
        "README.txt": _readme(community, current, made_at),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in tables.items():
            entry = zipfile.ZipInfo(name, made_at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, text)
    return out.getvalue()


def row_cells(entry: LedgerLine) -> list[Any]:
    money = [
        to_major(minor, entry.currency)
        for minor in (entry.gross_minor, entry.amount_minor, entry.low_minor, entry.high_minor)
    ]
    # Of a line of the ledger its version of the rate, of a closed month what it kept of it.
    rate: Any = getattr(entry, "rate", None)
    return [
        entry.day.isoformat(),
        entry.side,
        entry.measure,
        entry.confidence,
        entry.evidence,
        entry.unit_id,
        entry.label,
        entry.n,
        *money,
        entry.currency,
        int(entry.counted),
        rate.value if rate else "",
        rate.valid_from.isoformat() if rate else "",
        rate.source if rate else "",
    ]


def _lines(month: LedgerMonth, community: Community) -> list[list[Any]]:
    found = []
    for side, lines in (("B", month.benefits), ("C", month.costs)):
        for line in lines.values():
            money = [to_major(minor, community.currency) for minor in (line.amount, line.low, line.high)]
            found.append([side, line.measure, line.confidence, line.n, *money, community.currency])
    return found


def _engagement(kept: dict[str, Any]) -> dict[str, str]:
    """What “Visits and members” shows of a month: its days, the first answers, where visits came from."""
    active = dict(kept["active_days"])
    visits = {day: figures[:4] for day, *figures in kept["days"]}
    days = sorted({*active, *visits})
    sources = [["channel", Channel(int(key)).name.lower(), *figures] for key, *figures in kept["channels"]]
    for kind, rows in kept["breakdowns"].items():
        sources += [[kind.removesuffix("s"), *row] for row in rows]
    return {
        "days.csv": "".join(
            csv_lines(DAY_HEADER, ([day, *visits.get(day, [""] * 4), active.get(day, "")] for day in days))
        ),
        "answers.csv": "".join(
            csv_lines(
                ANSWER_HEADER,
                (
                    [day, path, title, "" if wait is None else round(wait)]
                    for day, wait, path, title in kept["waits"]
                ),
            )
        ),
        "sources.csv": "".join(csv_lines(SOURCE_HEADER, sources)),
    }


def _readme(community: Community, month: LedgerMonth, made_at: datetime.datetime) -> str:
    formulas = [f"{Measure(name)}: {formula}" for name, (formula, _caveat) in FORMULAS.items()]
    facts = [
        f"{community.name}, {month.first:%Y-%m}",
        _("Made at %(at)s. Days are in %(zone)s.")
        % {"at": made_at.isoformat(timespec="seconds"), "zone": community.time_zone},
        _("Amounts are in units of the currency, net. Side B is a benefit, C a cost."),
        _(
            "Class: measured (a shop reported it), valued (counted here, at your rate), elsewhere (counted by another"
            " system, at your rate)."
        ),
        _("Low and high: the amount at the lowest and at the highest value of the rate."),
        _(
            "Only rows with counted = 1 enter ROI. An apostrophe before a text keeps spreadsheets from computing it."
        ),
        "ROI = (B − C) ÷ C",
        _(
            "Days, answers and sources are those of “Visits and members”: the ten most visited of each kind, without"
            " those of fewer than %(n)s visits."
        )
        % {"n": LEAST_VISITS},
    ]
    return "\n".join([*facts, "", *formulas, ""])
