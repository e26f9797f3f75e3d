"""Leading all of Django's connections elsewhere for a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections


@contextmanager
def led_to(**where: str) -> Iterator[None]:
    """Connections are made with these settings instead, and with the former ones afterwards."""
    before = {key: connection.settings_dict[key] for key in where}
    _lead(before | where)
    try:
        yield
    finally:
        _lead(before)


def _lead(where: dict[str, str]) -> None:
    connections.close_all()
    connection.settings_dict.update(where)
