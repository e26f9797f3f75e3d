"""JSON of compiled reads: what Django’s field makes of it, in one step instead of ten."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.db.models import JSONField
from django.db.models.expressions import Col

# Reads a value from a place of a text on. The database begins each text with its value.
_read_from: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]


def other_converters(compiler: Any) -> dict[int, tuple[Any, Any]]:
    """The converters of a compiler’s answer, with a shorter one for plain columns of JSON."""
    found = compiler.get_converters([column[0] for column in compiler.select])
    return {
        place: ([_converted], column) if _is_plain(column) else (known, column)
        for place, (known, column) in found.items()
    }


def _is_plain(column: Any) -> bool:
    field = column.output_field
    return type(column) is Col and type(field) is JSONField and field.decoder is None


def _converted(value: str | None, _expression: Any, _connection: Any) -> Any:
    return value if value is None else _read_from(value, 0)[0]
