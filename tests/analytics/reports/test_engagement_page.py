"""How the page of visits and members says its figures."""

from __future__ import annotations

import datetime

import pytest
from django.utils.translation import override

from analytics.reports.engagement_page import waited


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (None, "–"),
        (datetime.timedelta(seconds=20), "1 min"),
        (datetime.timedelta(minutes=59, seconds=29), "59 min"),
        (datetime.timedelta(hours=1), "1.0 h"),
        (datetime.timedelta(hours=50), "50.0 h"),
    ],
)
def test_a_quick_answer_is_said_in_minutes(wait: datetime.timedelta | None, said: str) -> None:
    with override("en"):
        assert waited(wait and wait.total_seconds()) == said
