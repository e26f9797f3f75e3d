"""The monthly report reaches each recipient once, however often the mail server fails."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from analytics.reports import emails
from analytics.reports.emails import write_due
from analytics.reports.models import Recipient
from members.aside import SetAside
from tests.conftest import Cast
from tests.mailing import delivered

FIRST = datetime.datetime(2026, 10, 1, 9, 0, tzinfo=datetime.UTC)
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def recipients(here: Cast) -> None:
    with here.scope():
        for name in ("ada", "ben", "cho"):
            Recipient.objects.create(email=f"{name}@example.org")


def sent() -> list[str]:
    return sorted(message.to[0] for message in delivered())


@pytest.mark.usefixtures("recipients")
def test_each_gets_it_once_and_who_came_later_gets_the_next(here: Cast) -> None:
    assert write_due(here.community, FIRST) == 3
    assert write_due(here.community, FIRST + HOUR) == 0
    with here.scope():
        Recipient.objects.create(email="late@example.org")
    assert write_due(here.community, FIRST + 5 * DAY) == 0
    assert sent() == ["ada@example.org", "ben@example.org", "cho@example.org"]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Addresses whose mails cannot be built while they are in here."""
    addresses: set[str] = set()
    build: Any = emails.build_report

    def refuse(community: Any, closed: Any, recipient: Recipient) -> Any:
        if recipient.email in addresses:
            raise RuntimeError("broken")
        return build(community, closed, recipient)

    monkeypatch.setattr(emails, "build_report", refuse)
    return addresses


def the_pause_is_over() -> None:
    """What was set aside is tried again after a while; here, at once."""
    SetAside.objects.update(due_at=timezone.now())


@pytest.mark.usefixtures("recipients")
@pytest.mark.parametrize("poison", ["ada@example.org", "ben@example.org", "cho@example.org"])
def test_one_that_cannot_be_built_stops_no_other_and_is_tried_again(
    here: Cast, broken: set[str], poison: str
) -> None:
    broken.add(poison)
    assert write_due(here.community, FIRST) == 2
    assert write_due(here.community, FIRST + HOUR) == 0
    broken.clear()
    the_pause_is_over()
    assert write_due(here.community, FIRST + 5 * DAY) == 1
    assert write_due(here.community, FIRST + 5 * DAY + HOUR) == 0
    assert sent() == ["ada@example.org", "ben@example.org", "cho@example.org"]


@pytest.mark.usefixtures("recipients")
def test_what_still_fails_is_given_up_and_next_month_begins_anew(here: Cast, broken: set[str]) -> None:
    broken.add("ben@example.org")
    assert write_due(here.community, FIRST) == 2
    broken.clear()
    the_pause_is_over()
    assert write_due(here.community, FIRST + 7 * DAY) == 0
    assert write_due(here.community, FIRST + 31 * DAY) == 3
    assert len(sent()) == 5


@pytest.mark.usefixtures("recipients")
def test_a_job_that_breaks_off_repeats_only_what_it_had_not_written(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    build: Any = emails.build_report

    def break_at_ben(community: Any, closed: Any, recipient: Recipient) -> Any:
        if recipient.email == "ben@example.org":
            raise SystemExit
        return build(community, closed, recipient)

    with monkeypatch.context() as patch:
        patch.setattr(emails, "build_report", break_at_ben)
        with pytest.raises(SystemExit):
            write_due(here.community, FIRST)
    assert write_due(here.community, FIRST + HOUR) == 2
    assert sent() == ["ada@example.org", "ben@example.org", "cho@example.org"]


def test_who_asks_for_it_waits_for_no_mail_server(here: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.mailing.Away"
    client = here.sign_in(here.marketing)
    answer = client.post(here.url("/results/reports/send/"), follow=True).content.decode()
    assert "The report is on its way to you" in answer
    assert sent() == [], "the server is away"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert here.marketing.member is not None
    assert sent() == [here.marketing.member.email]
