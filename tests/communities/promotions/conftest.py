from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from communities.memory import forget_all
from communities.promotions import counting
from communities.promotions.models import Banner
from tests.conftest import Cast


@pytest.fixture(autouse=True)
def clean_counts(request: pytest.FixtureRequest) -> Iterator[None]:
    """Redis outlives a test: nothing counted is left in it."""
    yield
    if "servers" not in request.fixturenames:
        return  # nor could anything be counted
    client = counting._connect()
    for key in client.scan_iter(counting._key("*")):
        client.delete(key)


def make_banner(cast: Cast, **fields: Any) -> Banner:
    fields = {
        "placement": "home",
        "text": "Saturday: we break rope so that you need not.",
        "button": "Keep a place",
        "target": "/forums/",
        "drawing": "sea-wide",
        "starts_at": timezone.now() - datetime.timedelta(hours=1),
    } | fields
    with cast.scope():
        banner: Banner = Banner.objects.create(**fields)
    forget_all()
    return banner


@pytest.fixture
def banner(here: Cast) -> Banner:
    return make_banner(here)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime.datetime], None]:
    """Lets the counters believe that it is another time."""

    def set_time(now: datetime.datetime) -> None:
        monkeypatch.setattr("communities.promotions.counting.timezone.now", lambda: now)

    return set_time
