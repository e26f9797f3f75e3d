"""Results as tables for a spreadsheet."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.reports.explaining import FORMULAS, rows_behind
from analytics.reports.queries import History, LedgerMonth
from analytics.roi.models import LedgerEntry, Measure
from analytics.roi.money import to_major
from communities.models import Community
from communities.tables import csv_lines

LINE_HEADER = ("side", "line", "class", "count", "amount", "low", "high", "currency")
ROW_HEADER = (
    "day", "side", "line", "class", "evidence", "unit", "label", "count", "gross", "amount", "low", "high",
    "currency", "counted", "rate", "rate_valid_from", "rate_source",
)  # fmt: skip


def archive(community: Community, month: datetime.date) -> bytes:
    """A ZIP: the lines of the month, every ledger row behind them, and what each column means."""
    current = History(community, month).current
    rows = rows_behind("roi-total", current.first, current.last) | rows_behind(
        "order", current.first, current.last
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("lines.csv", "".join(csv_lines(LINE_HEADER, _lines(current, community))))
        packed.writestr("ledger.csv", "".join(csv_lines(ROW_HEADER, map(row_cells, rows))))
        packed.writestr("README.txt", _readme(community, current))
    return out.getvalue()


def row_cells(entry: LedgerEntry) -> list[Any]:
    money = [
        to_major(minor, entry.currency)
        for minor in (entry.gross_minor, entry.amount_minor, entry.low_minor, entry.high_minor)
    ]
    rate = entry.rate
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


def _readme(community: Community, month: LedgerMonth) -> str:
    formulas = [f"{Measure(name)}: {formula}" for name, (formula, _caveat) in FORMULAS.items()]
    facts = [
        f"{community.name}, {month.first:%Y-%m}",
        _("Made at %(at)s. Days are in %(zone)s.")
        % {"at": timezone.now().isoformat(timespec="seconds"), "zone": community.time_zone},
        _("Amounts are in units of the currency, net. Side B is a benefit, C a cost."),
        _("Class: measured (a shop reported it), valued (counted, at your rate), estimated."),
        _(
            "Only rows with counted = 1 enter ROI. An apostrophe before a text keeps spreadsheets from computing it."
        ),
        "ROI = (B − C) ÷ C",
    ]
    return "\n".join([*facts, "", *formulas, ""])
