"""What was tried against the reports by mail, and must not work again."""

from __future__ import annotations

import pytest
from django.core import mail

from analytics.reports import services
from analytics.reports.exceptions import TooManyRecipients
from analytics.reports.models import Recipient
from tests.conftest import Cast


def test_sending_a_report_leads_back_into_the_community(here: Cast) -> None:
    """The mail forgot under which path the request stood, and its sender landed on another host's page."""
    answer = here.sign_in(here.marketing).post(here.url("/results/reports/send/"))
    assert answer["Location"] == here.url("/results/reports/")
    assert len(mail.outbox) == 1


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
