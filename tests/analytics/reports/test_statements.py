"""What closing a month costs in statements: as many for a year that its pages look back on as for a month."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.reports import freezing
from analytics.reports.freezing import values_of
from analytics.reports.queries import History
from analytics.roi.models import Objective
from analytics.roi.monthly import monthly
from communities.content.models import Post, Thread
from tests.analytics.money import OCTOBER
from tests.conftest import Cast
from tests.factories import make_reply, make_thread

NOON = datetime.datetime(2026, 10, 2, 12, tzinfo=datetime.UTC)


def test_a_month_is_closed_by_as_many_statements_however_far_its_pages_look_back(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs = []
    for back in (1, 12):
        monkeypatch.setattr(freezing, "MONTHS_BACK", back)
        with here.scope(), CaptureQueriesContext(connection) as counted:
            found = values_of(History(here.community, OCTOBER))
        assert set(found) == set(map(str, Objective.Figure))
        costs.append([query["sql"] for query in counted.captured_queries])
    assert len(costs[0]) == len(costs[1]), "\n".join(costs[1])


def test_what_was_answered_in_several_months_is_what_each_says_alone(here: Cast) -> None:
    """September and October, with a thread at the edge of each by the clocks of the place."""
    with here.scope():
        for days, answered in ((-40, True), (-40, False), (-2, True), (0, False), (0, True), (1, True)):
            at = NOON + datetime.timedelta(days=days)
            thread = make_thread(space=here.forum, by=here.member)
            Thread.objects.filter(pk=thread.pk).update(published_at=at)
            if answered:
                reply = make_reply(thread, by=here.manager)
                Post.objects.filter(pk=reply.pk).update(published_at=at + datetime.timedelta(days=1))
        name = str(Objective.Figure.ANSWERED)
        august = datetime.date(2026, 8, 1)
        together = monthly(here.community, name, august, datetime.date(2026, 10, 31))
        alone = {}
        for month in (august, datetime.date(2026, 9, 1), OCTOBER):
            last = (month + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
            alone |= monthly(here.community, name, month, last)
        assert together == alone
        assert {month: (figure.hits, figure.n) for month, figure in together.items()} == {
            august: (1, 2),
            datetime.date(2026, 9, 1): (1, 1),
            OCTOBER: (2, 3),
        }
