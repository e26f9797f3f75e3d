"""The next mail of the outbox is taken by one statement, which says what the query set says."""

from __future__ import annotations

import datetime
import itertools

import pytest
from django.utils import timezone

from communities.scoping import community_scope
from members.mails.claiming import is_about_accounts, mark_handed_over, mark_sent, take_next
from members.mails.failing import FailingAddress, is_stopped
from members.mails.models import CLAIM_HOLDS, CONTENT, OutgoingMail
from members.mails.sending import claim_next, within
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
STATE = OutgoingMail.State
SECOND = datetime.timedelta(seconds=1)


def lay_out(community_id: int | None, now: datetime.datetime) -> None:
    """Mails of every state, of each urgency, due and not, claimed a moment ago and long ago, useful and not."""
    sorts = itertools.product(
        STATE.values, (1, 4), (-SECOND, SECOND), (None, SECOND, CLAIM_HOLDS + SECOND), (SECOND, -SECOND)
    )
    rows = [
        OutgoingMail(
            community_id=community_id,
            kind="test_leaflet",
            urgency=urgency,
            recipient=f"p{number}@example.org",
            sender="Loft <loft@brand.example>",
            subject=f"Mail {number}",
            headers={"X-Number": str(number)},
            state=state,
            due_at=now + due - number * datetime.timedelta(milliseconds=1),
            claimed_at=now - claimed if claimed is not None else None,
            useless_at=now + 1000 * useful,
        )
        for number, (state, urgency, due, claimed, useful) in enumerate(sorts)
    ]
    OutgoingMail.objects.bulk_create(rows)


@pytest.mark.parametrize("of_community", [True, False])
def test_it_takes_what_the_query_set_finds_in_its_order(here: Cast, of_community: bool) -> None:
    now, number = timezone.now(), here.community.pk if of_community else None
    with within(number):
        lay_out(number, now)
    taken = 0
    while True:
        with within(number):
            due = list(OutgoingMail.objects.of(number).takeable(now))
            mail, is_claimed = take_next(number, now)
            if mail is None:
                break
            assert mail.pk == due[0].pk
            assert mail.others_wait == (len(due) > 1)
            assert is_claimed == (due[0].state == STATE.WAITING and due[0].useless_at > now)
            for name in CONTENT:
                assert getattr(mail, name) == getattr(due[0], name)
            row = OutgoingMail.objects.get(pk=mail.pk)
            same = ("state", "claimed_at", "handed_at", "due_at", "urgency", "recipient", "useless_at")
            assert [getattr(mail, name) for name in same] == [getattr(row, name) for name in same]
            # Out of the way of the next one.
            OutgoingMail.objects.filter(pk=mail.pk).update(state=STATE.LATE)
        taken += 1
    assert due == []
    assert taken == 20


def test_of_two_communities_each_sees_its_own(here: Cast, elsewhere: Cast) -> None:
    now = timezone.now()
    for cast in (here, elsewhere):
        with cast.scope():
            lay_out(cast.community.pk, now)
    assert not is_about_accounts(now)
    assert claim_next(None) is None
    with community_scope(here.community.pk):
        mail, _is_claimed = take_next(here.community.pk, now)
        assert mail is not None
        assert mail.community_id == here.community.pk
        assert take_next(elsewhere.community.pk, now)[0] is None
    with within(None):
        lay_out(None, now)
    assert is_about_accounts(now)


# Databases fold the last three in other ways, each by its collation: German ẞ and Greek Σ at the end of a word, the
# dotted İ of Turkish; and their `trim` knows no tabulator.
@pytest.mark.parametrize(
    "recipient",
    [
        "gone@example.org", " Gone@Example.org", "\tGONE@EXAMPLE.ORG\n", "here@example.org", "ΓΙΩΡΓΟΣ@example.org",
        "STRAẞE@example.org", "İPEK@example.org",
    ],
)  # fmt: skip
def test_it_says_whether_anything_arrives(recipient: str) -> None:
    now = timezone.now()
    for gone in ("gone@example.org", "γιωργος@example.org", "straße@example.org", "i\u0307pek@example.org"):
        FailingAddress.objects.create(address=gone, stopped_at=now)
    FailingAddress.objects.create(address="here@example.org")
    OutgoingMail.objects.create(
        kind="test_leaflet",
        urgency=1,
        recipient=recipient,
        sender="loft@brand.example",
        useless_at=now + SECOND,
    )
    mail = claim_next(None)
    assert mail is not None
    assert mail.is_stopped == is_stopped(recipient) == ("here" not in recipient)


def test_only_who_holds_a_claim_changes_its_mail(here: Cast) -> None:
    now, number = timezone.now(), here.community.pk
    with here.scope():
        lay_out(number, now)
    mail = None
    while mail is None or mail.state != STATE.SENDING:
        mail = claim_next(number)
        assert mail is not None
    with here.scope():
        assert mark_handed_over(mail, now)
        assert OutgoingMail.objects.get(pk=mail.pk).handed_at == now
        claimed_at, mail.claimed_at = mail.claimed_at, now - SECOND
        assert not mark_handed_over(mail, now)
        assert not mark_sent(mail, now)
        assert OutgoingMail.objects.get(pk=mail.pk).subject
        mail.claimed_at = claimed_at
        assert mark_sent(mail, now)
        row = OutgoingMail.objects.get(pk=mail.pk)
        assert (row.state, row.finished_at) == (STATE.SENT, now)
        assert {name: getattr(row, name) for name in CONTENT} == CONTENT
        assert not mark_sent(mail, now), "it has left"
