"""Addresses that mails come back from: stopped, and working again."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from communities.mailing.models import MailReturn
from communities.mailing.returns import count_mails, forgive, has_complained
from members.mails.asking import token_for
from members.mails.failing import (
    KEPT,
    MOST_SOFT_DAYS,
    SOFT_SPAN,
    FailingAddress,
    address_works,
    forget_old,
    is_stopped,
    note_failure,
)
from members.mails.kinds import CODE, MailKind, register_kind
from members.mails.models import OutgoingMail
from members.mails.outbox import post
from members.mails.reports.verdicts import Outcome, Reason, Report
from members.mails.sending import send_due, take_report
from tests.conftest import Cast
from tests.mail_server import mail_server
from tests.mailing import delivered

pytestmark = pytest.mark.django_db
NEWS = register_kind(MailKind("test_news", "News"))
OWED = register_kind(MailKind("test_owed", "Decision", repeats=True))
HARD = Report(
    "jane@example.org", Outcome.HARD, Reason.UNKNOWN_ADDRESS, "5.1.1", "550 <jane@example.org> unknown"
)
FULL = Report("jane@example.org", Outcome.SOFT, Reason.FULL, "5.2.2", "552 full")
SPAM = Report("jane@example.org", Outcome.COMPLAINT)


def put(to: str, here: Cast | None = None, kind: MailKind = NEWS) -> OutgoingMail:
    message = EmailMultiAlternatives("Hello", "Text", "Loft <loft@brand.example>", [to])
    if here is None:
        return post(message, kind=kind)
    with here.scope():
        return post(message, kind=kind, community_id=here.community.pk)


def state_of(mail: OutgoingMail, here: Cast | None = None) -> str:
    if here is None:
        return OutgoingMail.objects.get(pk=mail.pk).state
    with here.scope():
        return OutgoingMail.objects.get(pk=mail.pk).state


def test_an_address_that_does_not_exist_stops_at_once() -> None:
    assert note_failure("Jane@Example.org ", HARD)
    assert not note_failure("jane@example.org", HARD), "it is stopped already"
    assert is_stopped("JANE@example.org")
    assert address_works("jane@example.org")
    assert not is_stopped("jane@example.org")


def test_a_full_one_stops_after_several_days_within_a_month(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [timezone.now()]
    monkeypatch.setattr("members.mails.failing.timezone.now", lambda: now[0])

    def fails(after: int) -> bool:
        now[0] += datetime.timedelta(days=after)
        return note_failure("jane@example.org", FULL)

    for _day in range(MOST_SOFT_DAYS - 1):
        assert not fails(after=1)
        assert not fails(after=0), "once a day"
    delayed = Report("", Outcome.SOFT, Reason.DELAYED)
    assert not note_failure("jane@example.org", delayed), "its server still tries"
    assert not fails(after=SOFT_SPAN.days + 1), "counted anew after a month"
    assert [fails(after=1) for _day in range(MOST_SOFT_DAYS - 1)] == [False] * (MOST_SOFT_DAYS - 2) + [True]


@pytest.mark.parametrize(
    "outcome", [Outcome.DELIVERED, Outcome.COMPLAINT, Outcome.AUTO_REPLY, Outcome.AUTHENTICATION]
)
def test_nothing_else_stops_an_address(outcome: Outcome) -> None:
    assert not note_failure("jane@example.org", Report("", outcome))
    assert not FailingAddress.objects.exists()


def test_a_stopped_address_gets_only_what_somebody_there_waits_for(here: Cast) -> None:
    note_failure("jane@example.org", HARD)
    news, owed = put("jane@example.org", here), put("Jane@example.org", here, OWED)
    code = put("jane@example.org", kind=CODE)
    assert [mail.to for mail in delivered()] == [["jane@example.org"]]
    assert [state_of(news, here), state_of(owed, here), state_of(code)] == ["stopped", "stopped", "sent"]


def test_a_complaint_stops_the_news_of_one_community_alone(here: Cast, elsewhere: Cast) -> None:
    first = put("jane@example.org", here)
    delivered()
    assert take_report(first.posted, [SPAM])
    assert not take_report(first.posted, [SPAM]), "told twice, counted once"
    news, owed, other = (
        put("jane@example.org", here),
        put("jane@example.org", here, OWED),
        put("jane@example.org", elsewhere),
    )
    delivered()
    assert [state_of(news, here), state_of(owed, here), state_of(other, elsewhere)] == [
        "stopped",
        "sent",
        "sent",
    ]
    with here.scope():
        assert has_complained("JANE@example.org")
        assert forgive("jane@example.org") == 1
    again = put("jane@example.org", here)
    delivered()
    assert state_of(again, here) == "sent"


def test_what_came_back_is_kept_without_addresses_and_counted(here: Cast, elsewhere: Cast) -> None:
    mails = [put(f"p{number}@example.org", here) for number in range(4)]
    delivered()
    for mail, report in zip(mails, [HARD, FULL, SPAM, Report("", Outcome.DELIVERED)], strict=True):
        take_report(mail.posted, [report])
    take_report(mails[0].posted, [FULL])
    with here.scope():
        count = count_mails(here.community.pk, timezone.now())
        assert (count.sent, count.hard, count.soft, count.complaints) == (4, 1, 2, 1)
        assert (count.arrived_percent, count.is_alarming) == ("25.0%", True)
        row = MailReturn.objects.get(address="p0@example.org", outcome="hard")
        assert "example.org" not in row.words
        assert (row.stops, row.status) == (True, "5.1.1")
    with elsewhere.scope():
        assert not MailReturn.objects.exists()
        assert count_mails(elsewhere.community.pk, timezone.now()).arrived is None


def test_of_several_reports_the_one_about_our_address_counts(here: Cast) -> None:
    mail = put("jane@example.org", here)
    delivered()
    others = Report("other@example.org", Outcome.HARD, Reason.UNKNOWN_ADDRESS)
    take_report(mail.posted, [others, FULL])
    assert not is_stopped("jane@example.org")
    with here.scope():
        assert MailReturn.objects.get().outcome == "soft"


def test_a_refusal_in_the_conversation_counts_as_well(here: Cast, settings: Any) -> None:
    with mail_server(settings) as server:
        server.on = lambda at, _to: "550 5.1.1 no such user" if at == "rcpt" else None
        mail = put("jane@example.org", here)
        send_due()
        server.on = lambda at, _to: "554 5.7.1 blocked" if at == "rcpt" else None
        put("mary@example.org", here)
        send_due()
    assert state_of(mail, here) == "refused"
    assert [is_stopped("jane@example.org"), is_stopped("mary@example.org")] == [True, False]
    with here.scope():
        assert MailReturn.objects.get().stops


def test_old_failures_are_forgotten_and_stops_are_not() -> None:
    note_failure("jane@example.org", FULL)
    note_failure("mary@example.org", HARD)
    FailingAddress.objects.update(last_at=timezone.now() - KEPT)
    assert forget_old(timezone.now()) == 1
    assert is_stopped("mary@example.org")


def test_its_owner_sees_it_and_shows_that_it_works(here: Cast) -> None:
    person = here.member.member
    assert person is not None
    client = here.sign_in(here.member)
    security = here.url("/me/security/")
    assert "come back" not in client.get(security).content.decode()
    note_failure(person.email, HARD)
    page = client.get(security).content.decode()
    assert "Mails to your address come back." in page
    assert here.url("/me/security/email/works/") in page
    assert client.post(here.url("/me/security/email/works/")).status_code == 302
    (mail,) = delivered()
    assert mail.to == [person.email]
    link = here.url(f"/email/works/{token_for(person.email)}/").partition("/email")[0]
    address = next(word for word in str(mail.body).split() if "/email/works/" in word)
    path = address[address.index(link) :]
    visitor = Client()
    assert "Send mails there again" in visitor.get(path).content.decode()
    assert is_stopped(person.email), "looking changes nothing"
    assert visitor.post(path).status_code == 302
    assert not is_stopped(person.email)
    assert "Mails come again" in visitor.get(path).content.decode()


def test_a_made_up_link_says_nothing(here: Cast) -> None:
    note_failure("jane@example.org", HARD)
    path = here.url("/email/works/made-up/")
    assert [Client().get(path).status_code, Client().post(path).status_code] == [404, 404]
    assert is_stopped("jane@example.org")


def test_who_signs_in_with_a_code_has_read_a_mail(here: Cast) -> None:
    person = here.member.member
    assert person is not None
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    note_failure(person.email, HARD)
    client = Client()
    client.post(here.url("/sign-in/"), {"login": person.email, "by": "code"})
    code = next(word for word in str(delivered()[-1].body).split() if word.isdecimal() and len(word) == 6)
    assert client.post(here.url("/sign-in/code/"), {"code": code}).status_code == 302
    assert not is_stopped(person.email)


def test_a_reader_takes_a_complaint_back(here: Cast) -> None:
    person = here.member.member
    assert person is not None
    mail = put(person.email, here)
    delivered()
    client, page = here.sign_in(here.member), here.url("/me/notifications/")
    assert "as spam" not in client.get(page).content.decode()
    take_report(mail.posted, [SPAM])
    assert "You marked a mail from here as spam." in client.get(page).content.decode()
    assert client.post(here.url("/me/notifications/resume/")).status_code == 302
    assert "as spam" not in client.get(page).content.decode()
