"""Sending what waits to the push services of devices (RFC 8030): claimed in one transaction, sent outside of any, kept
or forgotten in another. A worker that dies in between sends one twice, which replaces the first on the device."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language_bidi

from communities.languages import plain_language
from communities.mails import speaking
from communities.models import Community
from communities.notices import Notice, notices
from communities.notifications.devices.encryption import LONGEST, encrypt
from communities.notifications.devices.models import Device, Push
from communities.notifications.devices.services import are_offered, may_send_to
from communities.notifications.devices.signing import authorization, own_key
from communities.notifications.models import Notification
from communities.notifications.queries import still_new
from communities.outbound import NotFetched, Why, send
from communities.queries import absolute_address
from communities.reads import CompiledRead
from communities.scoping import active_community_id, community_scope
from config.database.prepared import Prepared
from members.aside import go_on
from members.mails.kinds import kind_named

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 100  # of one community in a run; the next one comes within seconds
# While one is sent nobody else sends it.
LEASE = datetime.timedelta(minutes=2)
# After a failure, each time four times as long, until the message is of no use.
PAUSE = datetime.timedelta(minutes=1)
# How long a service may ask us to wait.
SHORTEST_WAIT, LONGEST_WAIT = datetime.timedelta(minutes=1), datetime.timedelta(hours=6)
# Others wait behind it in the queue.
PATIENCE = 5.0  # seconds
GONE = (404, 410)
TAKEN = range(200, 300)
# Try again later: it is asked, or it has no time, or something between us has not.
LATER = (408, 425, 429, *range(500, 600))
LONGEST_LINE = 300  # signs
# Mails of kinds up to this one are about decisions that concern somebody.
URGENT = 3


@dataclass(frozen=True)
class Message:
    """What is sent to one device, and how."""

    device: int
    endpoint: str
    body: bytes
    headers: dict[str, str]


@dataclass
class Round:
    """One run: the key that signs, and the services that are left alone until the next one."""

    key: ec.EllipticCurvePrivateKey
    resting: set[str] = field(default_factory=set)
    # What each service is shown: it holds for longer than a run takes.
    signed: dict[str, str] = field(default_factory=dict)
    sent: int = 0

    def authorization(self, endpoint: str) -> str:
        host = urlsplit(endpoint).netloc
        if host not in self.signed:
            self.signed[host] = authorization(endpoint, self.key)
        return self.signed[host]


def send_waiting(community: Community, run: Round) -> int:
    """What is due of a community; how many devices were reached."""
    before = run.sent
    with community_scope(community):
        numbers = claim(timezone.now())
    go_on("push", numbers, lambda pk: send_one(community, pk, run), community_number=community.pk)
    return run.sent - before


def begin() -> Round | None:
    return Round(own_key()) if are_offered() else None


_CLAIM = Prepared(
    "claim_pushes",
    """
    with due as (
      select id, due_at from notifications_push where community_id = %(community)s and due_at <= %(now)s
      order by due_at, id limit %(most)s for update skip locked
    ), claimed as (
      update notifications_push push set due_at = %(lease)s from due
      where push.community_id = %(community)s and push.id = due.id
    )
    select id from due order by due_at, id
    """,
)


def claim(now: datetime.datetime) -> list[int]:
    told = {"community": active_community_id(), "now": now, "lease": now + LEASE, "most": MOST_AT_ONCE}
    with connection.cursor() as cursor:
        _CLAIM.run(cursor, told)
        return [number for (number,) in cursor.fetchall()]


def send_one(community: Community, pk: int, run: Round) -> int:
    with community_scope(community):
        message = compose(community, pk, run)
    if message is None:
        return 0
    host = urlsplit(message.endpoint).netloc
    if host in run.resting:
        with community_scope(community):
            Push.objects.filter(pk=pk).update(due_at=timezone.now() + SHORTEST_WAIT)
        return 0
    answer: int | Why
    wait = datetime.timedelta()
    try:
        said = send(message.endpoint, message.body, headers=message.headers, patience=PATIENCE)
        answer, wait = said.status, wait_of(said.headers.get("retry-after", ""))
    except NotFetched as refusal:
        answer = refusal.why
    with community_scope(community):
        return settle(pk, message.device, answer, wait, run, host)


def compose(community: Community, pk: int, run: Round) -> Message | None:
    """What a line says now; None, and nothing of it is left, where its reader has seen it or may see it no more."""
    row, now = _push.first(pk), timezone.now()
    if row is None:
        return None
    line, device = _line_of(row), row.device
    is_of_use = line is not None and now < row.useless_at and may_send_to(device.endpoint)
    said = _say(community, line, device) if line is not None and is_of_use else b""
    if line is None or not said:
        row.delete()
        return None
    urgency = kind_named(notices[line.kind].mail_kind).urgency
    headers = {
        "Authorization": run.authorization(device.endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int((row.useless_at - now).total_seconds())),
        "Topic": topic_of(line, device),
        "Urgency": "high" if urgency <= URGENT else "normal",
    }
    body = encrypt(said, key=device.public_key, secret=device.sealing_secret)
    return Message(device.pk, device.endpoint, body, headers)


# Each message asks for both, and for all that the line names.
_push: CompiledRead[Push] = CompiledRead(
    lambda pk: Push.objects.select_related("device").filter(pk=pk), name="push"
)
_line: CompiledRead[Notification] = CompiledRead(
    lambda pk, reader: (
        Notification.objects.unread()
        .with_all()
        .select_related("membership__member")
        .filter(pk=pk, membership_id=reader)
        .order_by()
    ),
    name="line_to_send",
)


def _line_of(row: Push) -> Notification | None:
    return _line.first(row.line_id, row.device.membership_id)


def _say(community: Community, line: Notification, device: Device) -> bytes:
    """The same rule as of its mail; empty where nothing is to be said."""
    reader = line.membership
    if reader.member is None or not reader.is_active:
        return b""
    with speaking(community, reader.language or reader.member.language):
        shown = still_new([line], reader, community)
        return words_of(community, line, shown[0][1], device) if shown else b""


def words_of(community: Community, line: Notification, notice: Notice, device: Device) -> bytes:
    """No more than the subject of the mail says, and where it leads; in the language of its reader."""
    said = {
        "title": community.name,
        "body": notice.sentence(line)[:LONGEST_LINE],
        "url": absolute_address(community, notice.address(line)),
        "tag": topic_of(line, device),
        "lang": plain_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
    }
    packed = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return packed if len(packed) <= LONGEST else b""


def topic_of(line: Notification, device: Device) -> str:
    """The latest of what is one line of the bell replaces what came before; the service that carries it cannot tell of
    two devices that they were told the same."""
    what = f"{device.sealing_secret} {line.kind} {line.grouping or line.pk}"
    return base64.urlsafe_b64encode(hashlib.sha256(what.encode()).digest()).decode()[:32]


def wait_of(said: str) -> datetime.timedelta:
    """What `Retry-After` asks for: seconds, or a moment."""
    wait = datetime.timedelta()
    with suppress(ValueError, OverflowError, TypeError):
        if said.isdigit():
            wait = datetime.timedelta(seconds=min(int(said), LONGEST_WAIT.total_seconds()))
        elif said:
            wait = parsedate_to_datetime(said) - timezone.now()
    return min(max(wait, SHORTEST_WAIT), LONGEST_WAIT)


_TAKEN = Prepared(
    "push_taken",
    """
    with taken as (delete from notifications_push where community_id = %(community)s and id = %(push)s)
    update notifications_device set reached_at = %(now)s where community_id = %(community)s and id = %(device)s
    """,
)


def settle(pk: int, device: int, answer: int | Why, wait: datetime.timedelta, run: Round, host: str) -> int:
    """What became of it: taken, or the device is gone, or it waits, or it is given up; 1 where it was taken."""
    rows, now = Push.objects.filter(pk=pk), timezone.now()
    if answer in TAKEN:
        with connection.cursor() as cursor:
            told = {"community": active_community_id(), "push": pk, "device": device, "now": now}
            _TAKEN.run(cursor, told)
        run.sent += 1
        return 1
    if answer in GONE:
        # What waits for it goes with it.
        Device.objects.filter(pk=device).delete()
        return 0
    logger.warning("a device was not reached", extra={"service": host, "problem": str(answer)})
    row = rows.first()
    if row is None or not (isinstance(answer, Why) or answer in LATER):
        rows.delete()
        return 0
    if isinstance(answer, Why) or answer == 429:
        run.resting.add(host)
    pause = max(wait, PAUSE * 4 ** min(row.failures, 5))
    rows.update(failures=row.failures + 1, due_at=now + pause)
    return 0
