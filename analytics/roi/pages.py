"""One page of a list by day or moment, and the cursor of the next: the keyset of each list of money rows.

Its own file because five lists share it. Cursors are the value and the number of the last row shown.
"""

from __future__ import annotations

import datetime
from typing import Any

from communities.content.finding.keysets import Page

ROWS = 50


def page_by_day(rows: Any, field: str, after: str, *, size: int = ROWS) -> Page[Any]:
    """`rows` are newest first and know `before`; a cursor that makes no sense shows the first page."""
    cursor = _read(after)
    if cursor is not None:
        at, last_id = cursor
        is_moment = rows.model._meta.get_field(field).get_internal_type() == "DateTimeField"
        rows = rows.before(at if is_moment else at.date(), last_id)
    found = list(rows[: size + 1])
    shown = found[:size]
    older = ""
    if len(found) > size:
        value = getattr(shown[-1], field)
        older = f"{value.isoformat()}_{shown[-1].pk}"
    return Page(shown, older)


def _read(text: str) -> tuple[datetime.datetime, int] | None:
    moment, _bar, number = text.partition("_")
    try:
        at = datetime.datetime.fromisoformat(moment)
        # A zone may be further away than the database knows any.
        at = at.astimezone(datetime.UTC) if at.tzinfo else at.replace(tzinfo=datetime.UTC)
        last_id = int(number)
    except (ValueError, OverflowError):
        return None
    return at, max(0, min(last_id, 2**62))
