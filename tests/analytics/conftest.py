"""Measurement by hand: what a page view leaves is handed over, stored and counted when the test says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from analytics.capture import recording, rollups, storing
from analytics.capture.stream import connect, key_of
from analytics.engagement import recording as activity
from analytics.engagement.services import drain_activity_stream

pytest.register_assert_rewrite("tests.analytics.recount")
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"


@pytest.fixture
def capture(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], int]]:
    """Turns capture on; calling it stores and counts what was seen, and says how many entries there were."""
    settings.CAPTURE = True
    boxes = (recording.buffer, activity.buffer)
    for box in boxes:
        monkeypatch.setattr(box, "_start", lambda: None)
        box.clear()
    _forget()

    def process() -> int:
        for box in boxes:
            box.hand_over()
        done = storing.drain_stream() + drain_activity_stream()
        rollups.roll_up_all()
        return done

    yield process
    for box in boxes:
        box.clear()
    _forget()


def _forget() -> None:
    recording.forget_salts()
    connect().delete(key_of("hits"), key_of("activity"))
