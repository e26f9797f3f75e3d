"""What a mail that came back says."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from members.mails.reports.notices import read_event
from members.mails.reports.reading import all_texts, read_reports
from members.mails.reports.verdicts import Outcome, Reason, judge
from tests.growth import grows_evenly

# Real mails with what their publishers say of them: `file`, `n` (the recipient) and `class` in expected.tsv.
BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data" / "bounces"
SAMPLES = Path(os.environ.get("BOUNCE_SAMPLES") or BESIDE)
LEAST_RIGHT = 0.95
QMAIL = "<jane@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)"


def report_mail(
    fields: str, *, kind: str = "delivery-status", original: str = "To: jane@example.org"
) -> bytes:
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nIt came back.\r\n"
        f"--x\r\nContent-Type: message/{kind}\r\n\r\n{fields}\r\n"
        f"--x\r\nContent-Type: message/rfc822\r\n\r\n{original}\r\n\r\nHello\r\n--x--\r\n"
    ).encode()


def dsn(action: str, status: str, diagnostic: str) -> bytes:
    fields = f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; Jane@Example.org\r\nAction: {action}\r\n"
    return report_mail(f"{fields}Status: {status}\r\nDiagnostic-Code: smtp; {diagnostic}\r\n")


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the collection of real mails is not here")
def test_real_mails_are_told_apart() -> None:
    right, wrong = 0, []
    with (SAMPLES / "expected.tsv").open(encoding="utf-8", newline="") as table:
        lines = list(csv.DictReader(table, delimiter="\t"))
    for name in dict.fromkeys(line["file"] for line in lines):
        expected = [line["class"] for line in lines if line["file"] == name]
        reports = read_reports((SAMPLES / name).read_bytes())
        read = [one.outcome.value for one in reports] or ["not-a-bounce"]
        right += sum(one == other for one, other in zip(read, expected, strict=False))
        wrong += [(name, expected, read)] if read != expected else []
    assert right / len(lines) >= LEAST_RIGHT, wrong


@pytest.mark.parametrize(
    ("action", "status", "diagnostic", "outcome", "reason"),
    [
        (
            "failed",
            "5.1.1",
            "550 5.1.1 <jane@example.org>: user unknown",
            Outcome.HARD,
            Reason.UNKNOWN_ADDRESS,
        ),
        (
            "failed",
            "5.1.10",
            "550 5.1.10 RESOLVER.ADR.RecipientNotFound",
            Outcome.HARD,
            Reason.UNKNOWN_ADDRESS,
        ),
        (
            "failed",
            "5.4.1",
            "550 5.4.1 Recipient address rejected: Access denied",
            Outcome.HARD,
            Reason.UNKNOWN_ADDRESS,
        ),
        ("failed", "5.0.0", "550 Boîte inconnue", Outcome.HARD, Reason.UNKNOWN_ADDRESS),
        ("failed", "5.2.2", "552 5.2.2 mailbox is full", Outcome.SOFT, Reason.FULL),
        ("failed", "5.2.1", "550 5.2.1 is receiving mail at a rate that", Outcome.SOFT, Reason.BUSY),
        (
            "failed",
            "5.7.1",
            "554 5.7.1 unknown user is no reason: blocked by policy",
            Outcome.SOFT,
            Reason.REFUSED,
        ),
        ("failed", "5.7.26", "550 5.7.26 does not pass SPF checks", Outcome.SOFT, Reason.REFUSED),
        ("failed", "4.1.1", "450 4.1.1 user unknown in lookup table", Outcome.SOFT, Reason.BUSY),
        (
            "failed",
            "5.1.8",
            "550 5.1.8 sender address rejected: domain not found",
            Outcome.SOFT,
            Reason.REFUSED,
        ),
        ("failed", "5.5.4", "something else", Outcome.SOFT, Reason.UNCLEAR),
        ("delayed", "4.4.1", "connection timed out", Outcome.SOFT, Reason.DELAYED),
        ("delivered", "2.0.0", "250 ok", Outcome.DELIVERED, Reason.NONE),
        ("relayed", "2.0.0", "250 ok", Outcome.DELIVERED, Reason.NONE),
    ],
)
def test_reports_of_delivery(
    action: str, status: str, diagnostic: str, outcome: Outcome, reason: Reason
) -> None:
    (report,) = read_reports(dsn(action, status, diagnostic))
    assert (report.address, report.outcome, report.reason) == ("jane@example.org", outcome, reason)


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ("abuse", Outcome.COMPLAINT),
        ("fraud", Outcome.COMPLAINT),
        ("opt-out", Outcome.OPT_OUT),
        ("auth-failure", Outcome.AUTHENTICATION),
    ],
)
def test_complaints(told: str, outcome: Outcome) -> None:
    fields = f"Feedback-Type: {told}\r\nVersion: 1\r\nOriginal-Rcpt-To: <Jane@example.org>\r\n"
    (report,) = read_reports(report_mail(fields, kind="feedback-report"))
    assert (report.address, report.outcome) == ("jane@example.org", outcome)


def test_a_reader_who_took_it_back_complains_of_nothing() -> None:
    assert (
        read_reports(report_mail("Feedback-Type: not-spam\r\nVersion: 1\r\n", kind="feedback-report")) == []
    )


def test_complaints_of_outlook() -> None:
    mail = (
        b"From: staff@hotmail.com\r\nSubject: complaint about message from 192.0.2.1\r\n"
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n"
        b"X-HmXmrOriginalRecipient: jane@outlook.example\r\nSubject: News\r\n\r\nHello\r\n--x--\r\n"
    )
    (report,) = read_reports(mail)
    assert (report.address, report.outcome) == ("jane@outlook.example", Outcome.COMPLAINT)


@pytest.mark.parametrize(
    ("headers", "text", "outcome"),
    [
        ("From: MAILER-DAEMON@x.example\r\nSubject: failure notice", QMAIL, Outcome.HARD),
        ("From: <mailer-daemon@x.example>\r\nSubject: Non remis", "jane@x.example\nadresse inconnue", Outcome.HARD),
        ("From: postmaster@x.example\r\nSubject: Undeliverable: News", "jane@example.org\nmailbox full", Outcome.SOFT),
        ("From: mailer-daemon@x.example\r\nSubject: Warning", "jane@example.org has been delayed", Outcome.SOFT),
        ("From: jane@example.org\r\nSubject: Out of office: News", "I am away.", Outcome.AUTO_REPLY),
        ("From: jane@example.org\r\nSubject: Réponse automatique : News", "En congé.", Outcome.AUTO_REPLY),
        ("From: jane@example.org\r\nSubject: Re: News\r\nAuto-Submitted: auto-replied", "Noted.", Outcome.AUTO_REPLY),
    ],
)  # fmt: skip
def test_mails_without_any_form(headers: str, text: str, outcome: Outcome) -> None:
    (report,) = read_reports(f"{headers}\r\n\r\n{text}\r\n".encode())
    assert report.outcome is outcome


def test_an_ordinary_mail_says_nothing() -> None:
    text = "I saw “550 5.1.1 user unknown” in my log, what does it mean?"
    mail = f"From: jane@example.org\r\nSubject: Undeliverable mail\r\n\r\n{text}\r\n"
    assert read_reports(mail.encode()) == []


@given(some.binary(max_size=400))
def test_no_mail_is_too_broken(noise: bytes) -> None:
    whole = dsn("failed", "5.1.1", "550 5.1.1 unknown user")
    read_reports(noise)
    for at in (0, 90, 200, 330, 420):
        read_reports(whole[:at] + noise + whole[at:])
        read_reports(whole[:at] + noise)


def test_a_refusal_at_the_end_of_the_text_says_nothing_of_the_address() -> None:
    assert judge("550 no")[0] is Outcome.HARD
    assert judge("550 no", may_be_content=True)[0] is Outcome.SOFT


def test_messages_of_services() -> None:
    bounced = {"recipient": "Jane@example.org", "event": "failed", "severity": "permanent"}
    soft = {
        "event-data": {
            **bounced,
            "severity": "temporary",
            "delivery-status": {"code": 452, "message": "full"},
        }
    }
    hard = {"event-data": {**bounced, "delivery-status": {"code": 605, "message": ""}}}
    ses = {
        "notificationType": "Bounce",
        "bounce": {
            "bounceType": "Permanent",
            "bouncedRecipients": [
                {"emailAddress": "jane@example.org", "status": "5.1.1", "diagnosticCode": ""}
            ],
        },
    }
    assert [read_event(one)[0].outcome for one in (soft, hard, ses)] == [
        Outcome.SOFT,
        Outcome.HARD,
        Outcome.HARD,
    ]
    assert read_event({"event-data": {**bounced, "event": "complained"}})[0].outcome is Outcome.COMPLAINT
    assert read_event({"event-data": {"event": "opened", "recipient": "x@y.example"}}) == []
    assert read_event({"event-data": 5, "notificationType": ["?"]}) == []


def test_what_anybody_may_send_us_costs_no_more_than_it_is_long() -> None:
    head = b"From: mailer-daemon@x.example\r\nX-Failed-Recipients: a@b.example, c@d.example\r\n"
    assert grows_evenly(lambda size: read_reports(head + b"\r\n" + b"\n" * size), 40_000)
    words = b"Subject: " + b"=?utf-8?q?a?= " * 20_000
    assert grows_evenly(lambda size: read_reports(head + words[:size] + b"\r\n\r\nx"), len(words))


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: message/rfc822\r\n\r\n" * 2000,
        b"From: mailer-daemon@x\r\nContent-Type: text/plain; charset=idna\r\n\r\nxn--" + b"a" * 300,
        b"From: mailer-daemon@x\r\nContent-Type: text/plain; charset=undefined\r\n\r\nhello",
        b'From: mailer-daemon@x\r\nContent-Type: text/plain; charset="a\x00b"\r\n\r\nhello',
    ],
    ids=["wrapped in itself", "idna", "undefined", "no name"],
)
def test_a_mail_that_python_cannot_read_says_nothing(raw: bytes) -> None:
    """A mailbox hands it over again and again where reading it fails."""
    assert all(report.address == "" for report in read_reports(raw))
    assert all_texts(raw)
