"""What the team sees of mails that did not arrive, and can do about them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from members.mails.kinds import MailKind, register_kind
from members.mails.outbox import post
from members.mails.sending import send_due
from members.models import OutgoingMail
from moderation.emails import RECEIPT
from tests.conftest import Cast
from tests.mail_server import MailServer, mail_server

pytestmark = pytest.mark.django_db
LEAFLET = register_kind(MailKind("test_note", "Leaflet"))
PAGE = "/manage/mails/"


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with mail_server(settings) as running:
        yield running


def put(here: Cast, to: str) -> OutgoingMail:
    with here.scope():
        message = EmailMultiAlternatives("Hello", "Text", "Loft <loft@brand.example>", [to])
        return post(message, kind=LEAFLET, community_id=here.community.pk)


def test_a_refused_mail_is_shown_to_managers_and_tried_again(
    server: MailServer, here: Cast, elsewhere: Cast
) -> None:
    server.on = lambda at, _to: "550 <jane@example.org> moved away" if at == "rcpt" else None
    one, other = put(here, "jane@example.org"), put(elsewhere, "other@example.org")
    send_due()
    client = here.sign_in(here.manager)
    page = client.get(here.url(PAGE)).content.decode()
    assert "j…@example.org" in page
    assert "jane@example.org" not in page
    assert "550 &lt;…&gt; moved away" in page
    assert "o…@example.org" not in page, "another community’s"
    assert here.sign_in(here.moderator).get(here.url(PAGE)).status_code == 403
    server.on = lambda _at, _to: None
    again = f"{PAGE}{one.pk}/again/"
    assert here.sign_in(here.moderator).post(here.url(again)).status_code == 403
    assert client.post(here.url(f"{PAGE}{other.pk}/again/")).status_code == 404
    assert client.post(here.url(again), follow=True).status_code == 200
    assert send_due() == 1
    assert server.recipients == ["jane@example.org"]
    assert client.post(here.url(again)).status_code == 404, "it has arrived"


def test_of_whoever_gave_notice_not_even_a_letter_is_shown(here: Cast) -> None:
    """It may be about the manager who looks."""
    with here.scope():
        message = EmailMultiAlternatives("Answer", "Text", "Loft <loft@brand.example>", ["jane@rare.example"])
        mail = post(message, kind=RECEIPT, community_id=here.community.pk)
        OutgoingMail.objects.filter(pk=mail.pk).update(
            state=OutgoingMail.State.REFUSED, finished_at=timezone.now()
        )
    page = here.sign_in(here.manager).get(here.url(PAGE)).content.decode()
    assert "Answer to a notice" in page
    assert "rare.example" not in page


def test_mails_that_are_held_up_are_counted(here: Cast) -> None:
    put(here, "a@example.org")
    client = here.sign_in(here.owner)
    assert "held up" not in client.get(here.url(PAGE)).content.decode()
    with here.scope():
        OutgoingMail.objects.update(made_at=timezone.now() - datetime.timedelta(hours=2))
    assert "1 mail is held up" in client.get(here.url(PAGE)).content.decode()
