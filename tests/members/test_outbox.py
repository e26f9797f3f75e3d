"""The outbox against a real conversation with a mail server: one poisoned mail stops nobody’s, each leaves once."""

from __future__ import annotations

import datetime
import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone
from kombu import Connection
from kombu.exceptions import OperationalError

from communities.scoping import community_scope
from members.mails import outbox, sending
from members.mails.building import Brand, Letter, build
from members.mails.kinds import ACCOUNT, CODE, MailKind, register_kind
from members.mails.models import CLAIM_HOLDS, OutgoingMail, mask_address, pause_after
from members.mails.outbox import post
from members.mails.sending import claim_next, send_due, sweep_all
from tests.conftest import Cast
from tests.mail_server import BREAK, HANG, MailServer, mail_server

pytestmark = pytest.mark.django_db
STATE = OutgoingMail.State
LEAFLET = register_kind(MailKind("test_leaflet", "Leaflet"))
SUMMONS = register_kind(MailKind("test_summons", "Summons", repeats=True))
ALL = ["a@example.org", "b@example.org", "c@example.org"]


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with mail_server(settings) as running:
        yield running


def put(
    to: str, *, kind: MailKind = LEAFLET, community_id: int | None = None, about: str = ""
) -> OutgoingMail:
    message = EmailMultiAlternatives("Hello", "Text", "Loft <loft@brand.example>", [to])
    message.attach_alternative("<p>Text</p>", "text/html")
    if community_id is None:
        return post(message, kind=kind, about=about)
    with community_scope(community_id):
        return post(message, kind=kind, community_id=community_id, about=about)


def fresh(one: OutgoingMail) -> OutgoingMail:
    if one.community_id is None:
        return OutgoingMail.objects.get(pk=one.pk)
    with community_scope(one.community_id):
        return OutgoingMail.objects.get(pk=one.pk)


def make_due(**fields: Any) -> None:
    past = timezone.now() - datetime.timedelta(seconds=1)
    OutgoingMail.objects.filter(state=STATE.WAITING).update(due_at=past, **fields)


def test_a_mail_leaves_once_and_its_words_are_not_kept(server: MailServer) -> None:
    one = put("a@example.org", kind=CODE)
    assert [send_due(), send_due()] == [1, 0]
    assert server.recipients == ["a@example.org"]
    message = server.taken[0][1]
    number = str(message["Message-ID"]).strip()
    assert re.fullmatch(rf"<{one.pk}\.0\.[0-9a-f]{{16}}@brand\.example>", number), (
        "not the name of this machine"
    )
    assert message["Subject"] == "Hello"
    row = fresh(one)
    assert (row.state, row.subject, row.text, row.html, row.headers) == (STATE.SENT, "", "", "", {})


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("step", ["rcpt", "data", "text"])
@pytest.mark.parametrize("reply", ["550 no such person", "451 later", BREAK])
def test_one_poisoned_mail_stops_no_other(server: MailServer, place: int, step: str, reply: str) -> None:
    server.on = lambda at, to: reply if at == step and to == ALL[place] else None
    mails = [put(to) for to in ALL]
    send_due()
    others = [to for to in ALL if to != ALL[place]]
    assert [to for to in server.recipients if to != ALL[place]] == others
    row = fresh(mails[place])
    uncertain = step == "text" and reply == BREAK
    never = reply.startswith("550")
    assert row.state == (STATE.UNCERTAIN if uncertain else STATE.REFUSED if never else STATE.WAITING)
    assert row.failures == (0 if uncertain or never else 1)


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("address", ["x@xn--é.com", "a\nb@example.org", "@"])
def test_an_address_that_cannot_be_written_is_set_aside(server: MailServer, place: int, address: str) -> None:
    addresses = [address if number == place else to for number, to in enumerate(ALL)]
    mails = [put(to) for to in addresses]
    for _run in range(3):
        make_due()
        send_due()
    assert sorted(server.recipients) == [to for to in addresses if to != address]
    assert fresh(mails[place]).state == STATE.REFUSED
    assert [fresh(one).failures for one in mails] == [0, 0, 0]


def test_a_refusal_for_good_is_not_tried_again_and_shown_without_the_address(server: MailServer) -> None:
    server.on = lambda at, _to: "550 5.1.1 <a@example.org>: no such person" if at == "rcpt" else None
    one = put("a@example.org")
    for _run in range(3):
        make_due()
        send_due()
    assert server.tried == ["a@example.org"]
    row = fresh(one)
    assert row.problem.startswith("550 5.1.1")
    assert "a@example.org" not in row.problem
    assert row.masked_recipient == "a…@example.org"
    assert row.can_be_tried_again
    row.begin_again(timezone.now())
    row.save()
    server.on = lambda _at, _to: None
    assert send_due() == 1


def test_a_refused_code_is_not_kept(server: MailServer) -> None:
    server.on = lambda at, _to: "550 no" if at == "rcpt" else None
    row = put("a@example.org", kind=CODE)
    send_due()
    assert (fresh(row).text, fresh(row).can_be_tried_again) == ("", False)


def test_pauses_grow_and_end(server: MailServer) -> None:
    server.on = lambda at, _to: "451 later" if at == "rcpt" else None
    one, pauses = put("a@example.org"), []
    for _run in range(5):
        make_due()
        before = timezone.now()
        send_due()
        pauses.append(round((fresh(one).due_at - before).total_seconds()))
        assert send_due() == 0, "not before its pause is over"
    assert pauses == [15, 30, 60, 120, 240]
    assert len(server.tried) == 5
    assert pause_after(100).total_seconds() == 3600
    make_due(useless_at=timezone.now())
    assert send_due() == 0
    assert fresh(one).state == STATE.LATE, "not for ever"


def test_a_server_that_is_away_is_nobodys_failure(server: MailServer, settings: Any) -> None:
    mails = [put(to) for to in ALL]
    settings.EMAIL_PORT = 1
    assert send_due() == 0
    assert {(fresh(one).state, fresh(one).failures) for one in mails} == {(STATE.WAITING, 0)}
    settings.EMAIL_PORT = server.port
    assert [send_due(), send_due()] == [3, 0]
    assert server.recipients == ALL


@pytest.mark.parametrize("job", [send_due, sweep_all])
def test_while_the_server_is_away_what_is_too_late_is_given_up(
    server: MailServer, settings: Any, here: Cast, job: Any
) -> None:
    late, news = put("a@example.org", kind=CODE), put("b@example.org", community_id=here.community.pk)
    waits, waits_too = put("c@example.org"), put("d@example.org", community_id=here.community.pk)
    past = timezone.now() - datetime.timedelta(seconds=1)
    for row in (late, news):
        with sending.within(row.community_id):
            OutgoingMail.objects.filter(pk=row.pk).update(useless_at=past)
    settings.EMAIL_PORT = 1
    job()
    gone = [fresh(row) for row in (late, news)]
    assert [(row.state, row.text, row.headers) for row in gone] == [(STATE.LATE, "", {})] * 2
    assert all(row.finished_at for row in gone)
    assert [fresh(row).state for row in (waits, waits_too)] == [STATE.WAITING] * 2
    with here.scope():
        assert news in OutgoingMail.objects.undelivered(), "the team is shown it"


@pytest.mark.parametrize("step", ["greet", "mail", "data"])
def test_a_server_that_hangs_gets_each_mail_once_when_it_is_back(
    server: MailServer, settings: Any, step: str
) -> None:
    mails, patience = [put(to, kind=ACCOUNT) for to in ALL], settings.EMAIL_TIMEOUT
    settings.EMAIL_TIMEOUT = 1
    server.on = lambda at, _to: HANG if at == step else None
    assert send_due() == 0
    server.on, settings.EMAIL_TIMEOUT = lambda _at, _to: None, patience
    make_due()
    assert send_due() == 3
    assert sorted(server.recipients) == ALL
    assert {fresh(one).state for one in mails} == {STATE.SENT}


@pytest.mark.parametrize(("kind", "copies"), [(LEAFLET, 1), (SUMMONS, 2)])
def test_when_nobody_knows_whether_it_left_its_kind_decides(
    server: MailServer, kind: MailKind, copies: int
) -> None:
    server.on = lambda at, _to: BREAK if at == "text" else None
    one = put("a@example.org", kind=kind)
    send_due()
    server.on = lambda _at, _to: None
    make_due()
    send_due()
    assert len(server.taken) == copies
    assert len(set(server.numbers)) == 1, "a second copy is known as such by its number"
    assert fresh(one).state == (STATE.UNCERTAIN if copies == 1 else STATE.SENT)


@pytest.mark.parametrize(("handed", "state"), [(False, STATE.SENT), (True, STATE.UNCERTAIN)])
def test_a_dead_workers_claim_is_taken_over(server: MailServer, handed: bool, state: str) -> None:
    one = put("a@example.org")
    assert claim_next(None) is not None
    assert claim_next(None) is None
    assert send_due() == 0, "it may be alive"
    now = timezone.now()
    claims = OutgoingMail.objects.filter(pk=one.pk)
    claims.update(claimed_at=now - CLAIM_HOLDS, handed_at=now - CLAIM_HOLDS if handed else None)
    send_due()
    assert fresh(one).state == state
    assert len(server.taken) == (not handed)


def test_a_worker_that_was_only_slow_sends_nothing_more(
    server: MailServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It sleeps between claim and conversation; another one has taken over meanwhile."""
    # It hangs up in the middle, and waits for an answer to that.
    settings.EMAIL_TIMEOUT = 1
    one = put("a@example.org")
    wanted = sending._is_wanted

    def sleep(row: OutgoingMail) -> bool:
        OutgoingMail.objects.filter(pk=row.pk).update(claimed_at=timezone.now())
        return wanted(row)

    monkeypatch.setattr(sending, "_is_wanted", sleep)
    assert send_due() == 0
    assert server.taken == []
    assert fresh(one).state == STATE.SENDING


def test_codes_leave_before_all_else_and_communities_in_turn(
    server: MailServer, here: Cast, elsewhere: Cast
) -> None:
    def ask(about: str) -> bool:
        if about == "late":
            put("late@example.org", kind=CODE)
        return True

    kind = register_kind(MailKind("test_turn", "Turn", still_wanted=ask))
    for number in range(3):
        about = "late" if number == 0 else "h"
        put(f"h{number}@example.org", kind=kind, about=about, community_id=here.community.pk)
    for number in range(2):
        put(f"e{number}@example.org", kind=kind, about="e", community_id=elsewhere.community.pk)
    put("code@example.org", kind=CODE)
    assert send_due() == 7
    order = [to[0] for to in server.recipients]
    assert order[0] == "c"
    assert order.index("l") == 2, "a code waits for one mail at most"
    assert "".join(one for one in order if one in "he") in ("hehe" + "h", "eheh" + "h")


def test_what_is_not_true_any_more_is_dropped_and_a_broken_question_stops_nobody(
    server: MailServer, here: Cast
) -> None:
    def ask(about: str) -> bool:
        if about == "broken":
            raise RuntimeError
        return about == "true"

    register_kind(kind := MailKind("test_asked", "Asked", still_wanted=ask))
    rows = {
        about: put(f"{about}@example.org", kind=kind, about=about, community_id=here.community.pk)
        for about in ("broken", "false", "true")
    }
    assert send_due() == 1
    assert server.recipients == ["true@example.org"]
    states = {about: fresh(row).state for about, row in rows.items()}
    assert states == {"broken": STATE.WAITING, "false": STATE.DROPPED, "true": STATE.SENT}


def test_the_wall_keeps_the_outbox_apart(here: Cast, elsewhere: Cast) -> None:
    account = put("a@example.org", kind=CODE)
    own = put("b@example.org", community_id=here.community.pk)
    rows = OutgoingMail.objects
    assert list(rows.all()) == [account]
    with here.scope():
        assert list(rows.all()) == [own]
        inside = post(EmailMultiAlternatives("S", "T", "x@y.example", ["c@example.org"]), kind=CODE)
        assert not rows.filter(pk=inside.pk).exists(), "a code is read on no community’s page"
        assert not rows.filter(pk=inside.pk).update(text="")
    with elsewhere.scope():
        assert not rows.exists()
        assert not rows.filter(pk=own.pk).delete()[0]
    assert rows.filter(pk=inside.pk).exists()


def test_old_rows_are_swept(server: MailServer, here: Cast) -> None:
    long_ago, week = timezone.now() - datetime.timedelta(days=31), timezone.now() - datetime.timedelta(days=8)
    for community_id in (None, here.community.pk):
        rows = [put(to, community_id=community_id) for to in [*ALL, "d@example.org"]]
        done = [
            (STATE.SENT, week),
            (STATE.REFUSED, week),
            (STATE.REFUSED, long_ago),
            (STATE.SENT, timezone.now()),
        ]
        for row, (state, at) in zip(rows, done, strict=True):
            row.state, row.finished_at = state, at
            with sending.within(community_id):
                row.save()
    assert sweep_all() == 4
    kept = [STATE.REFUSED, STATE.SENT]
    assert sorted(OutgoingMail.objects.values_list("state", flat=True)) == kept
    with here.scope():
        assert sorted(OutgoingMail.objects.values_list("state", flat=True)) == kept


def proven(here: Cast) -> str:
    person = here.member.member
    assert person is not None
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return str(person.email)


def test_no_request_speaks_to_the_mail_server(
    server: MailServer, here: Cast, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []
    monkeypatch.setattr(outbox.current_app, "send_task", lambda name, **_options: called.append(name))
    server.on = lambda _at, _to: HANG
    address = proven(here)
    with django_capture_on_commit_callbacks(execute=True):
        answers = [
            Client().post(here.url("/sign-in/"), {"login": address, "by": "code"}),
            Client().post(here.url("/password/forgot/"), {"email": address}),
        ]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert server.connections == 0
    assert called == ["members.tasks.send_mails"], "once for a transaction"
    server.on = lambda _at, _to: None
    assert send_due() == 2
    assert "Your code" in str(server.taken[0][1]["Subject"])


@pytest.mark.parametrize("state", ["away", "hangs", "full"])
def test_a_queue_that_does_not_work_turns_no_answer_into_an_error(
    here: Cast, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    def full(*_name: object, **_options: object) -> None:
        raise OperationalError("OOM command not allowed")

    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = 1 if state == "away" else silent.getsockname()[1]
        queue = Connection(f"redis://127.0.0.1:{port}/0", transport_options=outbox.IMPATIENT)
        monkeypatch.setattr(outbox, "_queue", lambda: queue)
        if state == "full":
            monkeypatch.setattr(outbox.current_app, "send_task", full)
        with django_capture_on_commit_callbacks(execute=True):
            answer = Client().post(here.url("/sign-in/"), {"login": proven(here), "by": "code"})
    assert answer.status_code == 302
    assert send_due() == 1
    assert mail.outbox[-1].subject.startswith("Your code")


def test_every_mail_is_built_alike(settings: Any) -> None:
    settings.PLATFORM_URL = "https://platform.example"
    letter = Letter(
        "a@example.org", "Two\nlines", "mail/base", {"why": "Because."}, way_out="https://x.example/o"
    )
    message = build(
        letter, Brand("Loft <loft@brand.example>", {"platform_name": "P", "legal_line": "Loft Ltd"})
    )
    assert message.subject == "Two lines"
    assert message.extra_headers["List-Unsubscribe"] == "<https://x.example/o>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "Loft Ltd" in str(message.body)
    html = str(message.alternatives[0][0])
    assert 'style="' in html
    assert "https://x.example/o" in html


def test_masked_addresses() -> None:
    assert [mask_address(one) for one in ("jane.doe@example.org", "@", "x")] == ["j…@example.org", "…@", "…x"]
