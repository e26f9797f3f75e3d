"""The sender of a community’s mails: proved by its records, signed, tested, and what came back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.mail import DNS_NAME, EmailMultiAlternatives
from django.test import override_settings
from django.utils import timezone

from communities import lookups
from communities.console.reach.checking import check_due_senders, sweep_old_returns
from communities.console.reach.domains import LOST_AFTER
from communities.console.reach.senders import set_sender
from communities.journal.models import Change
from communities.journal.services import undo
from communities.launch.emails import INVITATION
from communities.mailing.models import RETURNS_KEPT, MailReturn, Sender
from communities.mails import sender_of
from communities.models import Community
from communities.notifications.models import Notification
from members.mails.failing import is_stopped
from members.mails.kinds import CODE, MailKind, register_kind
from members.mails.models import OutgoingMail
from members.mails.outbox import post
from members.mails.reports.verdicts import Outcome, Reason, Report
from members.mails.return_paths import return_path
from members.mails.sending import send_due, take_report
from tests.communities.mailing.test_signing import verifies
from tests.conftest import Cast
from tests.dns_server import SILENT, NameServer, name_server
from tests.mail_server import mail_server
from tests.mailing import delivered

pytestmark = pytest.mark.django_db
ADDRESS, DOMAIN = "hello@halyard.example", "halyard.example"
LEAFLET = register_kind(MailKind("test_leaflet", "Leaflet"))


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    monkeypatch.setattr(lookups, "PATIENCE", 0.6)
    with name_server(settings) as running:
        yield running


def wanted(here: Cast, address: str = ADDRESS, name: str = "Halyard") -> Sender:
    with here.scope():
        set_sender(here.community, by=here.owner, name=name, address=address)
        return Sender.objects.get()


def proved(server: NameServer, here: Cast) -> Sender:
    sender = wanted(here)
    put_key(server, sender)
    return look_again(here)


def put_key(server: NameServer, sender: Sender) -> None:
    """As keepers of domains cut long values."""
    record = sender.key_record
    server.zone[sender.key_name, "TXT"] = [f'"{record[:200]}" "{record[200:]}"']


def look_again(here: Cast) -> Sender:
    with here.scope():
        Sender.objects.update(due_at=timezone.now())
    check_due_senders()
    with here.scope():
        return Sender.objects.get()


def return_path_of(mail: OutgoingMail) -> str:
    with override_settings(BOUNCE_ADDRESS="bounces@platform.example"):
        return return_path(mail.posted)


def in_force(here: Cast) -> str:
    return Community.objects.get(pk=here.community.pk).sender_email


def mail_of(here: Cast, to: str = "jane@example.org") -> OutgoingMail:
    community = Community.objects.get(pk=here.community.pk)
    message = EmailMultiAlternatives("Hello", "Text", sender_of(community), [to])
    with here.scope():
        return post(message, kind=LEAFLET, community_id=here.community.pk)


def test_the_address_is_in_force_once_its_domain_shows_the_key(server: NameServer, here: Cast) -> None:
    sender = wanted(here)
    assert in_force(here) == "", "nobody writes in a name that they have not proved"
    look_again(here)
    assert in_force(here) == ""
    put_key(server, sender)
    sender = look_again(here)
    assert (sender.signs, in_force(here)) == (True, ADDRESS)
    mail_of(here)
    (mail,) = delivered()
    raw = mail.message().as_bytes(linesep="\r\n")
    assert f"From: Halyard <{ADDRESS}>".encode() in raw
    assert verifies(raw, sender.public_key)
    assert mail.from_email == f"Halyard <{ADDRESS}>"


def test_the_envelope_has_an_address_for_returns(server: NameServer, here: Cast, settings: Any) -> None:
    settings.BOUNCE_ADDRESS = "bounces@platform.example"
    proved(server, here)
    with mail_server(settings) as taking:
        first = mail_of(here)
        assert send_due() == 1
        settings.BOUNCE_ADDRESS = ""
        mail_of(here)
        assert send_due() == 1
    assert taking.senders == [return_path_of(first), ADDRESS]
    assert {str(message["From"]) for _to, message in taking.taken} == {f"Halyard <{ADDRESS}>"}


def test_the_number_of_a_mail_is_of_its_sender_s_domain(
    server: NameServer, here: Cast, elsewhere: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the community’s own where it has one, else of the platform’s: the machine’s name is nobody’s business."""
    settings.DEFAULT_FROM_EMAIL = "Parvis <no-reply@platform.example>"
    monkeypatch.setattr(DNS_NAME, "_fqdn", "machine-7.internal", raising=False)
    proved(server, here)
    with mail_server(settings) as taking:
        for cast in (here, elsewhere):
            mail_of(cast)
        assert send_due() == 2
    numbers = [str(message["Message-ID"]).strip("<> ") for _to, message in taking.taken]
    assert [number.partition("@")[2] for number in numbers] == [DOMAIN, "platform.example"]


def test_a_name_of_many_parts_asks_no_more_questions_than_others(
    server: NameServer, here: Cast, settings: Any
) -> None:
    """Each may take seconds, and other communities wait for their turn."""
    wanted(here, f"hello@{'a.' * 60}{DOMAIN}")
    server.zone[f"_dmarc.{DOMAIN}", "TXT"] = ['"v=DMARC1; p=reject"']
    sender = look_again(here)
    assert sender.findings["dmarc"]["mark"] == "found"
    assert len(server.asked) < 12


def test_a_key_never_comes_back_to_who_runs_the_community(
    server: NameServer, here: Cast, settings: Any
) -> None:
    """A server that cannot deliver a mail sends it back whole, with the link that signs in."""
    settings.BOUNCE_ADDRESS = ""
    proved(server, here)
    community = Community.objects.get(pk=here.community.pk)
    with mail_server(settings) as taking:
        for kind in (CODE, INVITATION, LEAFLET):
            message = EmailMultiAlternatives("Hello", "Text", sender_of(community), ["jane@example.org"])
            with here.scope():
                post(message, kind=kind, community_id=community.pk)
        assert send_due() == 3
    assert taking.senders == ["no-reply@localhost", "no-reply@localhost", ADDRESS]


def test_mails_of_other_names_are_not_signed(server: NameServer, here: Cast, elsewhere: Cast) -> None:
    proved(server, here)
    mail_of(elsewhere)
    with here.scope():
        message = EmailMultiAlternatives("Hello", "Text", "Else <x@else.example>", ["jane@example.org"])
        post(message, kind=LEAFLET, community_id=here.community.pk)
    assert [mail.message()["DKIM-Signature"] for mail in delivered()] == [None, None]


def test_the_key_is_sealed(here: Cast) -> None:
    sender = wanted(here)
    assert "PRIVATE KEY" not in sender.sealed_key
    assert "PRIVATE KEY" in sender.private_key()
    assert len(sender.public_key) > 300, "2048 bits"


def test_another_name_at_the_same_domain_keeps_the_key(server: NameServer, here: Cast) -> None:
    before = proved(server, here)
    after = wanted(here, "news@HALYARD.example".lower())
    assert (after.selector, after.signs, in_force(here)) == (before.selector, True, "news@halyard.example")
    moved = wanted(here, "hello@other.example")
    assert (moved.selector, moved.signs, in_force(here)) == (before.selector, False, "")


def test_back_at_the_former_domain_the_records_there_prove_it_again(server: NameServer, here: Cast) -> None:
    """With another key, whoever undid a move had to publish another record."""
    proved(server, here)
    with here.scope():
        set_sender(here.community, by=here.owner, name="Halyard", address="hello@other.example")
        undo(Change.objects.newest()[0], here.owner)
    assert look_again(here).signs
    assert in_force(here) == ADDRESS


def test_a_key_that_is_gone_for_a_day_is_said(server: NameServer, here: Cast) -> None:
    proved(server, here)
    server.zone.clear()
    sender = look_again(here)
    assert (sender.signs, sender.failing_since is not None, in_force(here)) == (True, True, ADDRESS)
    with here.scope():
        Sender.objects.update(failing_since=timezone.now() - LOST_AFTER)
    sender = look_again(here)
    assert (sender.signs, in_force(here)) == (False, "")
    with here.scope():
        assert list(Notification.objects.values_list("kind", "membership_id")) == [
            ("sender_failed", here.owner.pk)
        ]
    bell = here.sign_in(here.owner).get(here.url("/notifications/")).content.decode()
    assert "Your mails are not signed" in bell
    put_key(server, sender)
    look_again(here)
    assert in_force(here) == ADDRESS


def test_a_name_server_that_is_away_changes_nothing(server: NameServer, here: Cast) -> None:
    proved(server, here)
    server.on = lambda _name, _kind: SILENT
    sender = look_again(here)
    assert (sender.failing_since, in_force(here)) == (None, ADDRESS)


@pytest.mark.parametrize(
    ("records", "marks"),
    [
        ({}, ("missing", "missing")),
        ({"spf": ["v=spf1 include:mail.host.example -all"], "dmarc": ["v=DMARC1; p=reject"]}, ("found", "found")),
        ({"spf": ["v=spf1 include:hub.example ~all"], "dmarc": ["v=DMARC1;p=none"]}, ("found", "wrong")),
        ({"spf": ["v=spf1 include:else.example ~all"], "dmarc": ["v=DMARC1; p=quarantine"]}, ("wrong", "found")),
        (
            {"spf": ["v=spf1 a -all", "v=spf1 mx -all"], "dmarc": ["v=DMARC1; p=reject", "v=DMARC1; p=none"]},
            ("wrong", "wrong"),
        ),
        ({"spf": ["v=spf1 include:mail.host.example +all"], "dmarc": ["something"]}, ("wrong", "missing")),
        ({"spf": ["v=spf1 redirect=loop.example"], "dmarc": ["v=DMARC1"]}, ("wrong", "wrong")),
    ],
)  # fmt: skip
def test_spf_and_dmarc(
    server: NameServer, here: Cast, settings: Any, records: dict[str, list[str]], marks: tuple[str, str]
) -> None:
    settings.SPF_MECHANISM = "include:mail.host.example"
    wanted(here)
    server.zone["hub.example", "TXT"] = ['"v=spf1 include:mail.host.example -all"']
    server.zone["loop.example", "TXT"] = ['"v=spf1 include:loop.example redirect=loop.example"']
    for name, host in (("spf", DOMAIN), ("dmarc", f"_dmarc.{DOMAIN}")):
        if values := records.get(name):
            server.zone[host, "TXT"] = [f'"{value}"' for value in values]
    sender = look_again(here)
    assert (sender.findings["spf"]["mark"], sender.findings["dmarc"]["mark"]) == marks
    assert len(server.asked) < 20, "as many questions as receivers allow"
    page = here.sign_in(here.owner).get(here.url("/manage/sender/")).content.decode()
    assert ("include:mail.host.example" in page) == ("include:hub.example" not in page)


def test_the_page_says_what_to_do(server: NameServer, here: Cast) -> None:
    client, page = here.sign_in(here.owner), here.url("/manage/sender/")
    assert "Mails are sent from" in client.get(page).content.decode()
    assert client.post(page, {"name": "Halyard crew", "address": ADDRESS}).status_code == 302
    with here.scope():
        sender = Sender.objects.get()
    shown = client.get(page).content.decode()
    for value in (sender.key_name, sender.public_key, f"_dmarc.{DOMAIN}", "waits for its DKIM record"):
        assert value in shown
    check_due_senders()
    assert "Not found" in client.get(page).content.decode()
    put_key(server, sender)
    look_again(here)
    assert "They are signed in the name of its domain." in client.get(page).content.decode()
    assert client.post(here.url("/manage/sender/check/")).status_code == 302


@pytest.mark.parametrize(
    ("name", "address"),
    [("Crew", "no address"), ("Crew", "x@xn--é.com"), ('"<evil@x.example>', ADDRESS), ("n" * 81, ADDRESS)],
)
def test_bad_input_stays_in_its_field(here: Cast, name: str, address: str) -> None:
    answer = here.sign_in(here.owner).post(here.url("/manage/sender/"), {"name": name, "address": address})
    assert answer.status_code == 422
    assert answer.context["form"].errors
    with here.scope():
        assert not Sender.objects.exists()


def test_a_test_mail_goes_to_the_owner_herself(here: Cast) -> None:
    client = here.sign_in(here.owner)
    assert client.post(here.url("/manage/sender/test/")).status_code == 302
    (mail,) = delivered()
    person = here.owner.member
    assert person is not None
    assert (mail.to, here.community.name in mail.subject) == ([person.email], True)
    assert "/manage/sender/" in str(mail.body)
    assert "The last one" in client.get(here.url("/manage/sender/")).content.decode()


def test_a_change_can_be_undone(server: NameServer, here: Cast) -> None:
    wanted(here, name="Before")
    wanted(here, name="After")
    with here.scope():
        change = Change.objects.newest().first()
        assert change is not None
        assert (change.before, change.after) == ({"name": "Before"}, {"name": "After"})
        undo(change, here.owner)
        assert (Community.objects.get(pk=here.community.pk).sender_name, Sender.objects.get().address) == (
            "Before",
            ADDRESS,
        )


def bounced(here: Cast, to: str, report: Report) -> None:
    mail = mail_of(here, to)
    delivered()
    assert take_report(mail.posted, [report])


def test_addresses_that_stopped_are_masked_and_tried_again(here: Cast, elsewhere: Cast) -> None:
    hard = Report(
        "", Outcome.HARD, Reason.UNKNOWN_ADDRESS, "5.1.1", "550 5.1.1 <jane@example.org> no such user"
    )
    bounced(here, "jane@example.org", hard)
    bounced(here, "mary@example.org", Report("", Outcome.COMPLAINT))
    bounced(elsewhere, "paul@example.org", hard)
    client, page = here.sign_in(here.owner), here.url("/manage/sender/")
    text = client.get(page).content.decode()
    assert "j…@example.org" in text
    assert "no such user" in text
    assert "Somebody who marked a mail as spam" in text
    for hidden in ("jane@", "mary@", "m…@", "p…@"):
        assert hidden not in text
    with here.scope():
        rows = {row.outcome: row.pk for row in MailReturn.objects.all()}
    with elsewhere.scope():
        foreign = MailReturn.objects.get().pk
    again = "/manage/sender/stopped/{}/again/"
    assert client.post(here.url(again.format(rows["complaint"]))).status_code == 404, "theirs to take back"
    assert client.post(here.url(again.format(foreign))).status_code == 404
    assert client.post(here.url(again.format(rows["hard"]))).status_code == 302
    assert (is_stopped("jane@example.org"), is_stopped("paul@example.org")) == (False, True)
    assert "j…@" not in client.get(here.url("/manage/sender/stopped/")).content.decode()
    with here.scope():
        assert Change.objects.get(act="address_tried_again").what == "j…@example.org"
    bounced(here, "jane@example.org", hard)
    assert "j…@example.org" in client.get(page).content.decode(), "and it stops again"


def test_one_that_works_again_elsewhere_is_not_listed(here: Cast) -> None:
    from members.mails.failing import address_works

    bounced(here, "jane@example.org", Report("", Outcome.HARD, Reason.UNKNOWN_ADDRESS))
    address_works("jane@example.org")
    assert "j…@" not in here.sign_in(here.owner).get(here.url("/manage/sender/")).content.decode()


def test_the_list_pages_and_costs_the_same(here: Cast, queries: Any) -> None:
    client, page = here.sign_in(here.owner), here.url("/manage/sender/stopped/")
    for number in range(45):
        bounced(here, f"p{number}@example.org", Report("", Outcome.HARD, Reason.UNKNOWN_ADDRESS))
    with queries(most=6):
        first = client.get(page).content.decode()
    assert first.count(">Try again<span") == 40
    older = first.partition('href="?after=')[2].partition('"')[0]
    assert client.get(f"{page}?after={older}").content.decode().count(">Try again<span") == 5


def test_old_returns_are_swept_and_stops_are_kept(here: Cast) -> None:
    bounced(here, "jane@example.org", Report("", Outcome.HARD, Reason.UNKNOWN_ADDRESS))
    bounced(here, "mary@example.org", Report("", Outcome.SOFT, Reason.FULL))
    with here.scope():
        MailReturn.objects.update(at=timezone.now() - RETURNS_KEPT)
    assert sweep_old_returns() == 1
    with here.scope():
        assert MailReturn.objects.get().address == "jane@example.org"
