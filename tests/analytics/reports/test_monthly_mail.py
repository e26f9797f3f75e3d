"""The monthly report reaches each recipient once, however often the mail server fails."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from analytics.reports.emails import send_due
from analytics.reports.models import Recipient
from tests.conftest import Cast

FIRST = datetime.datetime(2026, 10, 1, 9, 0, tzinfo=datetime.UTC)
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Addresses that the mail server does not take while they are in here."""
    refused: set[str] = set()
    send: Any = EmailMultiAlternatives.send

    def refuse(message: EmailMultiAlternatives, *args: Any, **options: Any) -> int:
        if refused & set(message.to):
            raise ConnectionRefusedError
        return int(send(message, *args, **options))

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    return refused


@pytest.fixture
def recipients(here: Cast) -> None:
    with here.scope():
        for name in ("ada", "ben", "cho"):
            Recipient.objects.create(email=f"{name}@example.org")


def sent() -> list[str]:
    return [message.to[0] for message in mail.outbox]


@pytest.mark.usefixtures("recipients")
def test_what_failed_is_tried_again_and_nobody_gets_it_twice(here: Cast, deaf: set[str]) -> None:
    deaf.add("ben@example.org")
    assert send_due(here.community, FIRST) == 2
    assert send_due(here.community, FIRST + HOUR) == 0
    with here.scope():
        Recipient.objects.create(email="late@example.org")
    deaf.clear()
    assert send_due(here.community, FIRST + 5 * DAY) == 1
    assert send_due(here.community, FIRST + 5 * DAY + HOUR) == 0
    assert sent() == ["ada@example.org", "cho@example.org", "ben@example.org"]


@pytest.mark.usefixtures("recipients")
def test_what_still_fails_is_given_up_and_next_month_begins_anew(here: Cast, deaf: set[str]) -> None:
    deaf.add("ben@example.org")
    assert send_due(here.community, FIRST) == 2
    deaf.clear()
    assert send_due(here.community, FIRST + 7 * DAY) == 0
    assert send_due(here.community, FIRST + 31 * DAY) == 3
    assert len(sent()) == 5


@pytest.mark.usefixtures("recipients")
def test_a_job_that_breaks_off_repeats_only_what_it_had_not_sent(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    send: Any = EmailMultiAlternatives.send

    def break_at_ben(message: EmailMultiAlternatives, *args: Any, **options: Any) -> int:
        if message.to == ["ben@example.org"]:
            raise SystemExit
        return int(send(message, *args, **options))

    with monkeypatch.context() as patch:
        patch.setattr(EmailMultiAlternatives, "send", break_at_ben)
        with pytest.raises(SystemExit):
            send_due(here.community, FIRST)
    assert send_due(here.community, FIRST + HOUR) == 2
    assert sent() == ["ada@example.org", "ben@example.org", "cho@example.org"]


def test_who_asks_for_it_is_told_when_it_did_not_leave(here: Cast, deaf: set[str]) -> None:
    assert here.marketing.member is not None
    client = here.sign_in(here.marketing)
    deaf.add(here.marketing.member.email)
    answer = client.post(here.url("/results/reports/send/"), follow=True).content.decode()
    assert "The mail server did not take the report" in answer
    assert "The report was sent to you" not in answer
    deaf.clear()
    answer = client.post(here.url("/results/reports/send/"), follow=True).content.decode()
    assert "The report was sent to you" in answer
