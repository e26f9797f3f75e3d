"""Tables exported as CSV. A file of its own, because a spreadsheet would run cells as formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language

BOM = "\ufeff"
# What makes a spreadsheet read a cell as a formula, or hides such a sign behind a space.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: Any) -> str:
    """A value as a cell that no spreadsheet computes. Our own numbers stay numbers, minus sign and all."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        text = str(value).replace("\0", "")
        return f"'{text}" if text.lstrip(" ").startswith(_DANGEROUS) else text
    return str(value)


def csv_line(values: Sequence[Any]) -> str:
    """One line of a table: semicolons in French, as its spreadsheets cut lines, ISO dates, raw numbers."""
    separator = ";" if (get_language() or "").startswith("fr") else ","
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator).writerow([cell(value) for value in values])
    return buffer.getvalue()


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Lines for a spreadsheet, after the mark by which it knows their encoding."""
    yield BOM
    for row in _chain(header, rows):
        yield csv_line(row)


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A download, in one piece: a response that streams is read after the scope is closed."""
    response = HttpResponse("".join(csv_lines(header, rows)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _chain(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    yield header
    yield from rows
