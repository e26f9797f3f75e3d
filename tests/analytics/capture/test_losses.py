"""What finds no room is lost, and said: counted once by the day, and shown where the figures are read."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from analytics.capture import losses, recording, stream, tasks
from analytics.capture.models import Event, FilteredDay, Reason
from analytics.capture.queries import LostDay, filtered_views, lost_days
from analytics.capture.storing import drain_batch, store_all
from analytics.engagement.services import drain_activity_batch
from tests.analytics.capture.test_capture import Capture, browse, figures_of, today
from tests.conftest import Cast


def lost(here: Cast) -> dict[str, int]:
    with here.scope():
        return dict(FilteredDay.objects.values_list("reason", "views"))


def test_a_full_stream_takes_no_more_and_what_is_lost_is_counted(
    here: Cast, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """5,014 of 25,020 views were gone at 3.1 MB, and nobody was told."""
    browse(here)
    recording.buffer.hand_over()
    monkeypatch.setattr(stream, "MOST_STREAMED", 0)
    for _view in range(3):
        browse(here)
    browse(here, client=here.sign_in(here.member))
    capture()
    tasks.drain_hits()
    assert figures_of(here) == (1, 1, 1)
    assert lost(here) == {Reason.LOST: 4, Reason.LOST_DAYS: 1}
    assert tasks.drain_hits() == 0
    assert lost(here) == {Reason.LOST: 4, Reason.LOST_DAYS: 1}, "each is counted once"
    with here.scope():
        day = today(here)
        assert lost_days(day, day) == [LostDay(day, 4, 1)]
        assert filtered_views(day, day).total == 0, "lost is not left out"
    page = here.sign_in(here.manager).get(here.url("/results/community/"))
    assert "too low" in page.content.decode()
    overview = here.sign_in(here.manager).get(here.url("/results/")).content.decode()
    assert "Incomplete: page views of some days were lost" in overview


def test_what_a_process_cannot_hold_while_redis_is_away_is_counted(
    here: Cast, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MOST_HELD", 2)
    with monkeypatch.context() as away:
        # Neither does the thread that hands over every second.
        away.setattr(recording.buffer, "hand_over", lambda: 0)
        for _view in range(5):
            browse(here)
    capture()
    tasks.drain_hits()
    assert figures_of(here)[0] == 2
    assert lost(here) == {Reason.LOST: 3}


def test_losses_are_stored_once_though_the_worker_is_killed_after_storing_them(
    here: Cast, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    server, day = stream.connect(), datetime.date(2026, 3, 2)
    server.delete(stream.key_of("lost"), stream.key_of("lost:taken"))
    server.hincrby(stream.key_of("lost"), f"hits {here.community.pk} {day}", 7)
    with monkeypatch.context() as patched:

        def killed(*_keys: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(type(server), "delete", killed)
        with pytest.raises(KeyboardInterrupt):
            losses.store_losses()
    server.hincrby(stream.key_of("lost"), f"hits {here.community.pk} {day}", 2)
    losses.store_losses()
    losses.store_losses()
    assert lost(here) == {Reason.LOST: 9}


def test_entries_of_one_hit_are_drained_many_at_once(here: Cast, capture: Capture) -> None:
    for _view in range(30):
        browse(here)
        recording.buffer.hand_over()
    assert stream.connect().xlen(stream.key_of("hits")) == 30
    assert drain_batch() == 30, "one transaction"


def test_a_hit_that_cannot_be_stored_costs_none_of_its_batch(here: Cast, db: None) -> None:
    def hit(number: int, path: str) -> Any:
        at = datetime.datetime(2026, 3, 2, 12, number, tzinfo=datetime.UTC).timestamp()
        return recording.Hit(
            here.community.pk, at, f"{number:032x}", recording.PAGE_VIEW, number + 1, 0, path, "", ""
        )

    store_all([hit(number, "/\ud800" if number == 3 else "/") for number in range(8)])
    with here.scope():
        assert Event.objects.count() == 7
    assert lost(here) == {Reason.LOST: 1}


def test_an_item_of_members_days_that_is_not_understood_stops_nothing(here: Cast, capture: Capture) -> None:
    stream.connect().xadd(stream.key_of("activity"), {"v": '[["what"], [1, "no day", 2, 3]]'})
    assert drain_activity_batch() == 2
    assert drain_activity_batch() == 0
