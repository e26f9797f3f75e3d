"""What each mail asks of the outbox on its way out, as texts that are written once and planned once: taking the next
one, that it is about to be handed over, and that it has left. Each within the scope of its community, or of none."""

from __future__ import annotations

import datetime
import json
from functools import cache
from typing import Any

from django.db import connection

from config.database.prepared import Prepared
from members.addresses import fold_address
from members.mails.failing import is_stopped
from members.mails.models import CLAIM_HOLDS, OutgoingMail

# As `OutgoingMailQuerySet.takeable` says it; a test holds them alike.
_TAKEABLE = "(state = 'waiting' and due_at <= %(now)s or state = 'sending' and claimed_at <= %(dead_since)s)"
_WHOSE = {True: "community_id = %(community)s", False: "community_id is null"}
# One that somebody left lying, or that it is too late for, is only looked at: what it comes to, its kind knows.
_CLAIM = """
with first as (
  select * from members_outgoingmail where {whose} and {takeable}
  order by urgency, due_at, id limit 1 for update skip locked
), claimed as (
  update members_outgoingmail mail set state = 'sending', claimed_at = %(now)s, handed_at = null
  from first where mail.id = first.id and first.state = 'waiting' and first.useless_at > %(now)s
  returning mail.id
)
select exists (select from claimed), exists (
  select from members_outgoingmail other where {whose} and {takeable} and other.id <> first.id), exists (
  select from members_failingaddress failing where failing.address = first.recipient
    and failing.stopped_at is not null), {columns} from first
"""
_OWN = (
    "id = %(mail)s and community_id is not distinct from %(community)s and state = 'sending'"
    " and claimed_at = %(claimed)s"
)

_IS_THERE = Prepared(
    "account_mail",
    f"select exists (select from members_outgoingmail where {_WHOSE[False]} and {_TAKEABLE})",  # noqa: S608 - our own text
)
_HAND_OVER = Prepared(
    "hand_mail_over",
    f"update members_outgoingmail set handed_at = %(now)s where {_OWN}",  # noqa: S608 - our own text
)
# As `OutgoingMail.finish` does with one that is read before.
_WIPED = "subject = '', text = '', html = '', headers = '{}'"
_SENT = Prepared(
    "mail_sent",
    f"update members_outgoingmail set state = 'sent', finished_at = %(now)s, {_WIPED} where {_OWN}",  # noqa: S608 - our own text
)


def is_about_accounts(now: datetime.datetime) -> bool:
    """Whether a mail about an account can be taken; outside every scope, and of every transaction."""
    with connection.cursor() as cursor:
        _IS_THERE.run(cursor, _moments(now))
        return bool(cursor.fetchone()[0])


def take_next(community_id: int | None, now: datetime.datetime) -> tuple[OutgoingMail | None, bool]:
    """The next mail, locked, and whether it is claimed; where it could not be claimed at once, its row as it is."""
    claim, names, headers = _claim(community_id is not None)
    told = _moments(now) | ({"community": community_id} if community_id is not None else {})
    with connection.cursor() as cursor:
        claim.run(cursor, told)
        row = cursor.fetchone()
    if row is None:
        return None, False
    is_claimed, others_wait, is_known, *values = row
    values[headers] = json.loads(values[headers])
    mail = OutgoingMail.from_db("default", names, values)
    mail.others_wait, mail.is_stopped = others_wait, is_known or _is_stopped_as_folded(mail)
    if is_claimed:
        mail.claim(now)
    return mail, is_claimed


def _is_stopped_as_folded(mail: OutgoingMail) -> bool:
    """The claim compares an address as it is written, since no database folds as we do; nearly all are folded."""
    return fold_address(mail.recipient) != mail.recipient and is_stopped(mail.recipient)


def mark_handed_over(mail: OutgoingMail, now: datetime.datetime) -> bool:
    """False where another worker has taken it over."""
    return _change(_HAND_OVER, mail, now)


def mark_sent(mail: OutgoingMail, now: datetime.datetime) -> bool:
    """The same; nothing of what it said is kept."""
    return _change(_SENT, mail, now)


def _change(change: Prepared, mail: OutgoingMail, now: datetime.datetime) -> bool:
    told = {"now": now, "mail": mail.pk, "community": mail.community_id, "claimed": mail.claimed_at}
    with connection.cursor() as cursor:
        change.run(cursor, told)
        return bool(cursor.rowcount)


def _moments(now: datetime.datetime) -> dict[str, Any]:
    return {"now": now, "dead_since": now - CLAIM_HOLDS}


@cache
def _claim(of_community: bool) -> tuple[Prepared, list[str], int]:
    """Its text; the fields of a row, of which one is stored in another form than Python has."""
    fields = OutgoingMail._meta.concrete_fields
    columns = ", ".join(f"first.{connection.ops.quote_name(str(field.column))}" for field in fields)
    text = _CLAIM.format(whose=_WHOSE[of_community], takeable=_TAKEABLE, columns=columns)
    names = [field.attname for field in fields]
    return Prepared("claim_mail", text), names, names.index("headers")
