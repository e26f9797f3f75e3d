"""What a member hears by mail, gathered: one mail a day or a week instead of one for each thing.

A line of the bell becomes due as ever. Where its reader wants mails gathered, it goes to their devices then, and waits
for the next digest instead of becoming a mail. What can be read by then, and was not read, stands in it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.calendar import moment_at
from communities.mails import brand_for, page_address, speaking
from communities.models import Community, Membership
from communities.notices import Notice, Reading, notices
from communities.notifications.models import Notification, NotificationQuerySet
from communities.notifications.queries import still_true, true_among
from communities.notifications.tokens import ALL, unsubscribe_token
from communities.queries import absolute_address, communities_by_id, mail_link
from communities.tasks import one_by_one
from members.mails.building import Letter, build
from members.mails.kinds import MailKind, register_kind
from members.mails.outbox import post
from members.rounds import has_time, leave_some

Rhythm = Membership.MailRhythm

# By the clocks of the place; a week is told on its first day.
HOUR = datetime.time(8)
# What a digest shows, and how many lines are looked at for it: the bell has the rest.
SHOWN, MOST = 30, 200
# Readers of a community who are looked for at once, for as long as the run lasts.
BATCH = 100
# One that cannot be built now is tried again later, but not for ever: what was gathered in a week has another day.
PUT_OFF = datetime.timedelta(hours=1)
GIVEN_UP = datetime.timedelta(days=8)
WHAT = "digest of a member"


@dataclass(frozen=True)
class Said:
    """One line of a digest."""

    sentence: str
    url: str
    space: str


def next_digest(rhythm: str, community: Community, after: datetime.datetime) -> datetime.datetime:
    """The first hour of digests after a moment."""
    day = after.astimezone(community.zone).date()
    while moment_at(day, HOUR, community) <= after or (rhythm == Rhythm.WEEK and day.weekday()):
        day += datetime.timedelta(days=1)
    return moment_at(day, HOUR, community)


def is_gathered(line: Notification) -> bool:
    """Whether its reader wants it in a digest; what nobody can mute, and what cannot wait, is sent at once."""
    notice = notices.get(line.kind)
    if notice is None or not line.membership.mail_rhythm:
        return False
    return notice.can_be_muted and notice.can_wait


def gather(community: Community, lines: Sequence[Notification]) -> None:
    """Have lines wait for the next digest of their readers."""
    now = timezone.now()
    for rhythm in (Rhythm.DAY, Rhythm.WEEK):
        ids = [line.pk for line in lines if line.membership.mail_rhythm == rhythm]
        if ids:
            due = next_digest(rhythm, community, now)
            Notification.objects.filter(pk__in=ids).update(gathered=True, mail_due_at=due)


@transaction.atomic
def choose_rhythm(membership: Membership, rhythm: str) -> None:
    """How mails come from now on. What has been gathered comes with the next digest, or, without one, at once."""
    if membership.mail_rhythm == rhythm:
        return
    membership.mail_rhythm = rhythm
    membership.save(update_fields=["mail_rhythm"])
    now = timezone.now()
    due = next_digest(rhythm, membership.community, now) if rhythm else now
    _waiting().filter(membership=membership).update(mail_due_at=due)


def set_hours_anew(community: Community) -> None:
    """Its clocks show another hour from now on: what is still to come waits for theirs."""
    now = timezone.now()
    for rhythm in Rhythm:
        ahead = _waiting().filter(membership__mail_rhythm=rhythm, mail_due_at__gt=now)
        ahead.update(mail_due_at=next_digest(rhythm, community, now))


def write_digests(community: Community) -> int:
    """Put the digests that are due into the outbox, each in a transaction of its own; how many.

    Those who have waited longest first, for as long as the job at hand may go on: at eight there are thousands.
    """
    written = 0
    found: list[int] = []
    tried: list[int] = []

    def due() -> Iterable[int]:
        rows = _waiting().filter(mail_due_at__lte=timezone.now()).exclude(membership_id__in=tried)
        first = rows.order_by().values("membership_id").annotate(first=Min("mail_due_at"))
        found[:] = first.order_by("first", "membership_id").values_list("membership_id", flat=True)[:BATCH]
        return found

    while True:
        written += one_by_one(community, due, lambda pk: _write(community, pk), what=WHAT, failed=_put_off)
        tried += found
        if len(found) < BATCH:
            return written
        if not has_time():
            leave_some()
            return written


def _waiting() -> NotificationQuerySet:
    return Notification.objects.waiting_for_mail().in_digest()


def _write(community: Community, reader: int) -> int:
    """The digest of one reader, with the mark of each line that was due: it stands in none again."""
    now = timezone.now()
    due = _waiting().filter(membership_id=reader, mail_due_at__lte=now)
    rows = due.select_related("membership__member", "thread__space", "stage", "post__author", "actor")
    lines = list(rows.select_for_update(of=("self",), skip_locked=True).by_moment()[:MOST])
    if not lines:
        return 0
    told = _told(community, lines)
    if told:
        about = f"{reader} {now.isoformat()} {len(told)}"
        post(_built(community, told), kind=DIGEST, community_id=community.pk, about=about)
    _let_go(lines, {line.pk for line, _notice in told}, now)
    if len(lines) == MOST:
        last = lines[-1]
        due.before(last.created_at, last.pk).update(mail_due_at=None, gathered=False)
    return 1 if told else 0


def _let_go(lines: list[Notification], told: set[int], now: datetime.datetime) -> None:
    """Mark what was read for a digest, and nothing else: whoever adds to a line at this moment has it stay due.

    Of what cannot be read, is not wanted any more, or is more than anybody reads, no mail speaks later either.
    """
    Notification.objects.filter(pk__in=told).update(mailed_at=now)
    others = [line.pk for line in lines if line.pk not in told]
    Notification.objects.filter(pk__in=others).update(mail_due_at=None, gathered=False)


def _told(community: Community, lines: list[Notification]) -> list[tuple[Notification, Notice]]:
    """What can be read, was not, and is wanted still."""
    reader = lines[0].membership
    if reader.member is None or not reader.is_active:
        return []
    wanted = [line for line in lines if line.kind not in reader.muted_mails]
    with speaking(community, _language(reader)):
        true = true_among(Reading(community, reader, wanted))
    # In the thread itself counts, too.
    return [(line, notice) for line, notice in true if line.read_at is None]


def _built(community: Community, told: list[tuple[Notification, Notice]]) -> EmailMultiAlternatives:
    reader = told[0][0].membership
    with speaking(community, _language(reader)):
        said = [_said(community, line, notice) for line, notice in told[:SHOWN]]
        return build(_letter(community, reader, said, more=len(told) - len(said)), brand_for(community))


def _language(reader: Membership) -> str:
    return reader.language or (reader.member.language if reader.member is not None else "")


def _said(community: Community, line: Notification, notice: Notice) -> Said:
    address = mail_link(community, absolute_address(community, notice.address(line)))
    return Said(notice.sentence(line), address, line.thread.space.name if line.thread else "")


def _letter(community: Community, reader: Membership, said: list[Said], *, more: int) -> Letter:
    total = len(said) + more
    subject = ngettext("%(n)s thing is new for you", "%(n)s things are new for you", total)
    context = {
        "lines": said,
        "more": more,
        "preview": said[0].sentence,
        "act": _("Open the notifications"),
        "url": mail_link(community, page_address(community, "notifications:list-notifications")),
        "why": _why(reader),
        "unsubscribe_label": _("No more of these mails"),
        "settings_url": page_address(community, "notifications:edit-channels"),
    }
    way_out = page_address(community, "notifications:unsubscribe", unsubscribe_token(reader, ALL))
    assert reader.member is not None
    words = subject % {"n": number_format(total)}
    return Letter(reader.member.email, words, "notifications/digest_mail", context, way_out)


def _why(reader: Membership) -> str:
    if not reader.mail_rhythm:
        return _("This was gathered before you chose a mail for each thing.")
    weekly = reader.mail_rhythm == Rhythm.WEEK
    return _("You chose one mail a week.") if weekly else _("You chose one mail a day.")


def _put_off(reader: int) -> None:
    now = timezone.now()
    due = _waiting().filter(membership_id=reader, mail_due_at__lte=now)
    due.filter(created_at__lte=now - GIVEN_UP).update(mail_due_at=None, gathered=False)
    due.update(mail_due_at=now + PUT_OFF)


def is_still_wanted(about: str) -> bool:
    """Whether a digest may still leave: all of it can be read, and not all of it was.

    One that says what may no longer be read, or what is gone, does not leave, whatever else it says; the rest is
    written anew, with what came since.
    """
    reader, moment, *number = about.split(" ")
    rows = Notification.objects.filter(membership_id=int(reader), mailed_at=moment, gathered=True)
    lines = list(rows.select_related("membership__member", "thread__space", "stage", "post__author", "actor"))
    # One that was put into the outbox by an older version says no number.
    total = int(number[0]) if number else len(lines)
    unread: list[Notification] = []
    if lines and lines[0].membership.is_active:
        person = lines[0].membership
        true = still_true(lines, person, communities_by_id.get(person.community_id))
        unread = [line for line, _notice in true if line.read_at is None]
        if len(true) == total and unread:
            return True
    Notification.objects.filter(pk__in=[line.pk for line in unread]).update(mailed_at=None)
    if unread or len(lines) < total:
        # A line to which something was added meanwhile is in none until it is gathered again.
        _waiting().filter(membership_id=int(reader)).update(mail_due_at=timezone.now())
    return False


DIGEST = register_kind(MailKind("digest", gettext_lazy("Digest"), still_wanted=is_still_wanted))
