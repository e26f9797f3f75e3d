"""Whole installations of a test’s own: a database that nobody else uses, and a folder of pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.db import connections

from communities.memory import forget_all
from tests import databases

Move = Callable[[str], None]


@pytest.fixture
def installations(servers: None, django_db_blocker: Any) -> Iterator[Callable[[], str]]:
    """A function that makes another empty installation and moves into it; at the end everything is as it was."""
    before = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    with ExitStack() as stack, django_db_blocker.unblock():
        count = iter(range(9))

        def another() -> str:
            name = stack.enter_context(_left(f"backup{next(count)}"))
            move_to(name)
            return name

        yield another
        for alias, name in before.items():
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = name
        forget_all()


@contextmanager
def _left(worker: str) -> Iterator[str]:
    with databases.own_database(worker) as name:
        yield name
        connections.close_all()


def move_to(name: str) -> None:
    for alias in connections:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
    forget_all()
