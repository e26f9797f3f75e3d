"""A worker killed with SIGKILL while it sends, and two workers at once: each mail in one copy."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.utils import timezone

from communities.launch.emails import write_due
from communities.launch.models import Invitation
from communities.launch.services.inviting import invite
from members.mails import claiming, sending
from members.mails.kinds import ACCOUNT, MailKind, register_kind
from members.mails.models import CLAIM_HOLDS, OutgoingMail
from members.mails.outbox import post
from members.mails.sending import claim_next, send_due
from tests.communities.content.test_races import at_once
from tests.conftest import Cast, make_cast
from tests.mail_server import HANG, MailServer, mail_server

pytestmark = pytest.mark.django_db(transaction=True)
LEAFLET = register_kind(MailKind("test_flyer", "Flyer"))
MANY = 18


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with mail_server(settings) as running:
        yield running


def run_until_killed(server: MailServer, settings: Any, *, step: str, number: int) -> None:
    """A worker of its own, killed when the server is at this step with its n-th mail. The server gives no answer."""
    reached, seen = threading.Event(), Counter[str]()

    def wait_for_the_end(at: str, _to: str) -> str | None:
        seen[at] += 1
        if at == step and seen[at] == number:
            reached.set()
            return HANG
        return None

    server.on = wait_for_the_end
    names = ("HOST", "PORT", "USER", "PASSWORD", "NAME", "OPTIONS")
    told = {
        "database": {name: connection.settings_dict[name] for name in names},
        "settings": {
            "EMAIL_BACKEND": settings.EMAIL_BACKEND,
            "EMAIL_HOST": settings.EMAIL_HOST,
            "EMAIL_PORT": settings.EMAIL_PORT,
            "EMAIL_USE_TLS": False,
            "EMAIL_TIMEOUT": 120,
        },
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.members.killed_worker", json.dumps(told)], cwd=django_settings.BASE_DIR
    )
    try:
        assert reached.wait(120), "the worker never came so far"
        os.kill(worker.pid, signal.SIGKILL)
    finally:
        worker.kill()
        worker.wait(30)
    server.on = lambda _at, _to: None


def let_claims_age(cast: Cast) -> None:
    with cast.scope():
        rows = OutgoingMail.objects.filter(state=OutgoingMail.State.SENDING)
        assert rows.count() == 1, "one mail at most is in the air"
        rows.update(claimed_at=timezone.now() - CLAIM_HOLDS)


def invited(cast: Cast) -> None:
    with cast.scope():
        for number in range(MANY):
            invite(f"friend{number}@example.org", inviter=None, stage=None)
    assert write_due(cast.community) == MANY
    with cast.scope():
        assert not Invitation.objects.due_for_mail().exists()


# Between two mails (the next one has begun, no word of it was read), and while the server reads one.
@pytest.mark.parametrize(("step", "number"), [("mail", 11), ("rcpt", 11), ("text", 10)])
def test_eighteen_invitations_are_eighteen_mails(
    server: MailServer, settings: Any, step: str, number: int
) -> None:
    cast = make_cast()
    invited(cast)
    run_until_killed(server, settings, step=step, number=number)
    assert len(server.taken) == 10
    let_claims_age(cast)
    assert send_due() == 8
    assert sorted(Counter(server.recipients).values()) == [1] * MANY


def test_two_workers_at_once_send_each_mail_once(server: MailServer) -> None:
    cast = make_cast()
    invited(cast)
    answers = at_once(2, lambda _number: send_due())
    assert sum(answers) == MANY, answers
    assert sorted(Counter(server.recipients).values()) == [1] * MANY


def claims_of_two(monkeypatch: pytest.MonkeyPatch, patience: float) -> list[Any]:
    """Both have chosen a mail before either has written that it is theirs; seconds that one waits for the other."""
    post(EmailMultiAlternatives("S", "T", "x@y.example", ["a@example.org"]), kind=ACCOUNT)
    both, claim = threading.Barrier(2), OutgoingMail.claim

    def meet(row: OutgoingMail, now: Any) -> None:
        try:
            both.wait(patience)
        except threading.BrokenBarrierError:
            pass
        claim(row, now)

    monkeypatch.setattr(OutgoingMail, "claim", meet)
    return [row for row in at_once(2, lambda _number: claim_next(None)) if row is not None]


def test_two_workers_never_claim_the_same_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(claims_of_two(monkeypatch, 3)) == 1


def test_control_without_the_lock_both_claim_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claiming, "_CLAIM", claiming._CLAIM.replace("for update skip locked", ""))
    claiming._claim.cache_clear()
    try:
        # The second waits for what the first has written, and writes it once more.
        claimed = claims_of_two(monkeypatch, 3)
    finally:
        claiming._claim.cache_clear()
    assert len({row.pk for row in claimed}) == 1
    assert len(claimed) == 2
    # Even then one copy leaves: whoever finds that the claim is not theirs hangs up before the text.
    handed = 0
    for row in claimed:
        try:
            sending._mark_handed_over(row)
            handed += 1
        except sending.ClaimLost:
            pass
    assert handed == 1
