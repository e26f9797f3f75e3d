"""What was tried against the reports by mail, and must not work again."""

from __future__ import annotations

import pytest

from analytics.reports import services
from analytics.reports.exceptions import TooManyRecipients
from analytics.reports.models import Recipient
from tests.conftest import Cast
from tests.mailing import delivered


def test_sending_a_report_leads_back_into_the_community(here: Cast) -> None:
    """The mail forgot under which path the request stood, and its sender landed on another host's page."""
    answer = here.sign_in(here.marketing).post(here.url("/results/reports/send/"))
    assert answer["Location"] == here.url("/results/reports/")
    assert len(delivered()) == 1


def test_the_list_of_recipients_ends(here: Cast) -> None:
    """Each gets a mail every month from our address, and only those on the page can be stopped there."""
    with here.scope():
        for number in range(50):
            services.add_recipient(by=here.marketing, email=f"r{number}@example.org", language="en")
        with pytest.raises(TooManyRecipients):
            services.add_recipient(by=here.marketing, email="more@example.org", language="en")
        known = services.add_recipient(by=here.marketing, email="R1@example.org", language="en")
        assert known.email == "r1@example.org"
    answer = here.sign_in(here.marketing).post(
        here.url("/results/reports/"), {"email": "more@example.org", "language": "en"}
    )
    assert answer.status_code == 422
    with here.scope():
        assert Recipient.objects.count() == 50


@pytest.mark.parametrize(
    "after",
    [
        "9999-12-31T23:59:59-23:59_5",
        "0001-01-01T00:00:00%2B23:59_5",
        "2026-01-01T00:00%2B23:59:59_5",
        "x_1",
        "_",
    ],
)
@pytest.mark.parametrize("path", ["/results/leads/", "/results/orders/", "/results/costs/"])
def test_a_cursor_that_makes_no_sense_is_no_failure(here: Cast, path: str, after: str) -> None:
    assert here.sign_in(here.marketing).get(here.url(f"{path}?after={after}")).status_code == 200


@pytest.mark.parametrize("act", ["close", "reopen"])
@pytest.mark.parametrize("month", ["9999-12", "2101-01", "0001-01"])
def test_a_month_that_nobody_lives_to_see_is_no_failure(here: Cast, month: str, act: str) -> None:
    answer = here.sign_in(here.marketing).post(here.url(f"/results/months/{month}/{act}/"))
    assert answer.status_code == 404
