"""What machines ask on the platform’s host."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import time
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.test import Client

from communities.mailing.models import MailReturn
from communities.models import Domain
from members.mails.failing import is_stopped
from members.mails.kinds import MailKind, register_kind
from members.mails.models import OutgoingMail
from members.mails.outbox import post
from members.mails.return_paths import message_id, return_path
from tests.conftest import Cast
from tests.mailing import delivered

pytestmark = pytest.mark.django_db
SECRET = "a secret of the hook"
LEAFLET = register_kind(MailKind("test_leaflet", "Leaflet"))


def ask(name: str, **more: Any) -> int:
    return Client().get("/internal/tls-ask", {"domain": name}, **more).status_code


def test_certificates_for_names_that_lead_here(here: Cast, settings: Any) -> None:
    settings.PLATFORM_HOSTS = ["parvis.example", "testserver"]
    Domain.objects.create(community=here.community, host="own.example", verified=True)
    Domain.objects.create(community=here.community, host="waits.example")
    subdomain = f"{here.community.slug}.parvis.example"
    assert [ask(name) for name in ("own.example", "OWN.example.", "parvis.example", subdomain)] == [200] * 4
    unknown = [
        "waits.example",
        "nobody.parvis.example",
        "a.own.example",
        "else.example",
        "",
        "10.0.0.1",
        "x\0.example",
    ]
    assert [ask(name) for name in unknown] == [404] * len(unknown)


def test_whatever_the_proxy_calls_us(here: Cast) -> None:
    Domain.objects.create(community=here.community, host="own.example", verified=True, primary=True)
    for host in ("web:8000", "testserver", "own.example", "127.0.0.1"):
        assert ask("own.example", headers={"host": host}) == 200


@pytest.mark.parametrize("address", ["93.91.2.2", "2a0c:9a40::7", "", "unix:"])
def test_nobody_outside_may_ask(here: Cast, address: str) -> None:
    Domain.objects.create(community=here.community, host="own.example", verified=True)
    assert ask("own.example", REMOTE_ADDR=address) == 404
    assert ask("own.example", REMOTE_ADDR="172.18.0.4") == 200


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_what_the_proxy_passes_on_comes_from_outside(here: Cast, name: str) -> None:
    Domain.objects.create(community=here.community, host="own.example", verified=True)
    assert ask("own.example", headers={name: "93.91.2.2"}) == 404


def test_a_lost_domain_gets_no_certificate(here: Cast) -> None:
    from django.utils import timezone

    Domain.objects.create(community=here.community, host="own.example", verified=True, lost_at=timezone.now())
    assert ask("own.example") == 404


def sent(here: Cast | None, to: str = "jane@example.org") -> OutgoingMail:
    message = EmailMultiAlternatives("Hello", "Text", "Loft <loft@brand.example>", [to])
    if here is None:
        mail = post(message, kind=LEAFLET)
    else:
        with here.scope():
            mail = post(message, kind=LEAFLET, community_id=here.community.pk)
    delivered()
    return mail


def bounce(mail: OutgoingMail, *, to: str = "postmaster@platform.example", original: str = "") -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; else@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown\r\n\r\n"
        f"--x\r\nContent-Type: message/rfc822\r\n\r\n{original}Subject: Hello\r\n\r\nText\r\n--x--\r\n"
    ).encode()


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    moment = str(int(time.time() if at is None else at))
    seal = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Signature": f"t={moment},v1={seal}"}


def hand_in(body: bytes, provider: str = "raw", **headers: str) -> Any:
    kind = "message/rfc822" if provider == "raw" else "application/json"
    return Client().post(f"/hooks/mail/{provider}/", body, content_type=kind, headers=headers)


def test_a_mail_that_came_back_is_known_by_the_address_it_came_to(here: Cast, settings: Any) -> None:
    settings.MAIL_HOOK_SECRET, settings.BOUNCE_ADDRESS = SECRET, "bounces@platform.example"
    mail = sent(here)
    body = bounce(mail, to=return_path(mail.posted))
    answer = hand_in(body, **signed(body))
    assert (answer.status_code, answer.json()) == (200, {"result": "counted"})
    assert is_stopped("jane@example.org"), "our own address of that mail counts, not what the report says"
    assert not is_stopped("else@example.org")
    with here.scope():
        assert MailReturn.objects.get().stops
    assert hand_in(body, **signed(body)).json() == {"result": "nothing new"}
    with here.scope():
        assert MailReturn.objects.count() == 1


def test_or_by_the_number_of_the_original(here: Cast) -> None:
    mail = sent(here)
    original = f"Message-ID:\r\n {message_id(mail.posted, mail.sender)}\r\n"
    body = bounce(mail, original=original)
    standard_input = io.TextIOWrapper(io.BytesIO(body))
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", standard_input)
        call_command("receive_mail", stdout=said)
    assert (said.getvalue().strip(), is_stopped("jane@example.org")) == ("counted", True)


def test_of_an_account_too(settings: Any) -> None:
    settings.MAIL_HOOK_SECRET = SECRET
    mail = sent(None)
    body = bounce(mail, original=f"Message-ID: {message_id(mail.posted, mail.sender)}\r\n")
    assert hand_in(body, **signed(body)).json() == {"result": "counted"}
    assert is_stopped("jane@example.org")


def test_a_report_that_anybody_could_have_written_stops_nobody(here: Cast, settings: Any) -> None:
    settings.MAIL_HOOK_SECRET = SECRET
    mail = sent(here)
    made_up = (
        f"Message-ID: <{mail.pk}.{here.community.pk}.{'0' * 16}@brand.example>\r\nTo: jane@example.org\r\n"
    )
    body = bounce(mail, original=made_up)
    assert hand_in(body, **signed(body)).json() == {"result": "nothing new"}
    assert not is_stopped("jane@example.org")


def test_who_does_not_know_the_secret_is_refused(here: Cast, settings: Any) -> None:
    body = bounce(sent(here))
    assert hand_in(body, **signed(body)).status_code == 404, "without a secret there are no hooks"
    settings.MAIL_HOOK_SECRET = SECRET
    wrong = [
        {},
        signed(body, "another"),
        signed(body + b" "),
        signed(body, at=time.time() - 900),
        {"X-Signature": "t=,v1="},
        {"X-Signature": "t=99999999999999,v1=00"},
    ]
    assert {hand_in(body, **headers).status_code for headers in wrong} == {401}
    assert hand_in(body, "other", **signed(body)).status_code == 404
    assert Client().get("/hooks/mail/raw/").status_code == 405


def test_too_much_is_not_read(settings: Any) -> None:
    settings.MAIL_HOOK_SECRET = SECRET
    body = b"x" * (2 * 1024 * 1024 + 1)
    assert hand_in(body, **signed(body)).status_code == 413


def test_messages_of_mailgun(here: Cast, settings: Any) -> None:
    settings.MAIL_HOOK_SECRET = SECRET
    mail = sent(here)
    at, token = str(int(time.time())), "a-token"
    seal = hmac.new(SECRET.encode(), (at + token).encode(), hashlib.sha256).hexdigest()
    number = message_id(mail.posted, mail.sender).strip("<>")
    data = {
        "event": "complained",
        "recipient": "jane@example.org",
        "message": {"headers": {"message-id": number}},
    }
    event = {"signature": {"timestamp": at, "token": token, "signature": seal}, "event-data": data}
    assert hand_in(json.dumps(event).encode(), "mailgun").json() == {"result": "counted"}
    with here.scope():
        assert MailReturn.objects.get().outcome == "complaint"
    forged = {**event, "signature": {**event["signature"], "token": "b"}}
    bodies = [json.dumps(forged), "[]", "{", "{}", '{"signature": 5}', "[" * 500_000]
    assert [hand_in(one.encode(), "mailgun").status_code for one in bodies] == [401, 400, 400, 401, 401, 400]
