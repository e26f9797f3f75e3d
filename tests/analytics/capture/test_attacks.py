"""What visitors sent to stop or falsify measurement, and must not work again."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from analytics.capture import storing
from analytics.capture.models import Event
from analytics.capture.recording import STREAM, buffer
from analytics.capture.stream import connect, key_of
from tests.analytics.capture.test_capture import browse, figures_of
from tests.conftest import Cast

Capture = Callable[[], int]


@pytest.mark.parametrize(
    "query",
    [
        "?utm_source=a%00b&utm_campaign=x%00y&utm_medium=%00",
        "?utm_campaign=%ED%A0%80%ff%fe",
        "?utm_source=%5Bhttp://%5B&ref=%5B",
    ],
)
def test_one_address_does_not_stop_the_counting_of_all(here: Cast, capture: Capture, query: str) -> None:
    """A NUL that no column can hold left the stream waiting for ever, in every community."""
    browse(here, "/" + query)
    browse(here, "/forums/", HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/131.0")
    assert capture() == 2
    assert figures_of(here) == (2, 2, 2)


@pytest.mark.parametrize("referrer", ["http://[::1]@[x/", "http://[::1]@]/", "http://a\0b.example/"])
def test_one_referrer_does_not_stop_the_counting_of_all(here: Cast, capture: Capture, referrer: str) -> None:
    """Without its user name, an address that could be read became one that could not."""
    browse(here, "/", HTTP_REFERER=referrer)
    browse(here, "/forums/", HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/131.0")
    assert capture() == 2
    assert figures_of(here) == (2, 2, 2)


def test_what_waits_in_the_stream_already_is_taken(here: Cast, capture: Capture) -> None:
    """A release before this one may have left there what it could not store."""
    browse(here, "/?utm_source=good")
    waiting = _handed_over()
    waiting[0][7:9] = ["http://[x/", "utm_source=a%00b"]
    _put_back(waiting)
    assert capture() == 1
    assert figures_of(here) == (1, 1, 1)


def test_hits_that_cannot_be_stored_do_not_stop_the_other_communities(
    here: Cast, elsewhere: Cast, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = storing.store_hits

    def fail_here(community: Any, hits: Any, *rest: Any) -> Any:
        if community.pk == here.community.pk:
            raise ValueError("not to be stored")
        return store(community, hits, *rest)

    monkeypatch.setattr(storing, "store_hits", fail_here)
    browse(here)
    browse(elsewhere)
    capture()
    assert figures_of(elsewhere) == (1, 1, 1)
    with here.scope():
        assert not Event.objects.exists()
    assert storing.drain_batch() == 0, "it is not tried for ever"


def _handed_over() -> list[Any]:
    buffer.hand_over()
    items, _reached = storing.read_stream(STREAM, "0-0", 10)
    return items


def _put_back(items: list[Any]) -> None:
    connect().delete(key_of(STREAM))
    connect().xadd(key_of(STREAM), {"v": json.dumps(items)})
