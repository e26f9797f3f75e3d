from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from celery import current_app

from members.mails import outbox


@pytest.fixture
def jobs_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked of the queue is done as soon as it is asked."""

    def do(task: str, arguments: Sequence[Any], options: Mapping[str, Any]) -> bool:
        current_app.tasks[task].apply(list(arguments), dict(options), throw=True)
        return True

    monkeypatch.setattr(outbox, "send_job", do)
