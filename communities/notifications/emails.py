"""Mails about notifications: built when they are due, checked once more before they are sent."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.mails import brand_for, page_address, speaking
from communities.models import Community
from communities.notices import Notice, Reading, notices
from communities.notifications.devices.queueing import put_for_devices
from communities.notifications.digests import gather, is_gathered
from communities.notifications.models import GIVEN_UP, Notification
from communities.notifications.notices import read_together
from communities.notifications.queries import still_new, true_among
from communities.notifications.tokens import unsubscribe_token
from communities.queries import absolute_address, communities_by_id, mail_link
from communities.reads import CompiledRead
from communities.tasks import one_by_one, together
from members.mails.building import Brand, Letter, build, short_subject
from members.mails.kinds import MailKind, kind_named, register_kind
from members.mails.outbox import Posting, post_all

BATCH, AT_ONCE = 100, 25
LINE = "line of the bell"
_ALL = ("membership__member", "thread__space", "stage", "post__author", "actor")


# A mail that cannot be built now is tried again later, but not for ever.
PUT_OFF = datetime.timedelta(hours=1)


def write_waiting(community: Community, *, limit: int = BATCH) -> int:
    """Put the mails that are due into the outbox, each in one transaction with its mark; how many.

    Some at once: what is asked, written and prepared for one of them is so for all. Where one of them cannot be
    written, each of them gets a transaction of its own.
    """
    written = found = 0

    def some(aside: tuple[int, ...]) -> int:
        nonlocal found
        lines = _due(timezone.now(), aside)
        done = _write_all(community, lines)
        # Where they were left to be written alone, the next run goes on.
        found = len(lines)
        return done

    for _part in range(0, limit, AT_ONCE):
        found = 0
        written += together(
            community, some, lambda: _write_each(community, limit), what=LINE, waiting=_still_waiting
        )
        if found < AT_ONCE:
            break
    return written


_due: CompiledRead[Notification] = CompiledRead(
    lambda now, aside: (
        Notification.objects.waiting_for_mail()
        .at_once()
        .select_related(*_ALL)
        .select_for_update(of=("self",), skip_locked=True)
        .filter(mail_due_at__lte=now)
        .exclude(pk__in=aside)
        .order_by("mail_due_at", "id")[:AT_ONCE]
    ),
    name="lines_due",
)


def _write_all(community: Community, lines: Sequence[Notification]) -> int:
    """Write the mails of these lines, which are locked; how many."""
    later = [line for line in lines if is_gathered(line)]
    if later:
        gather(community, later)
        put_for_devices(later)
        lines = [line for line in lines if not is_gathered(line)]
    readings = [Reading(community, line.membership, [line]) for line in lines]
    read_together(readings)
    brand = brand_for(community)
    # All of them are built before the first is counted as one of today’s.
    built = [(line, _build(reading, brand)) for line, reading in zip(lines, readings, strict=True)]
    ready = [(line, mail) for line, mail in built if mail is not None]
    if ready:
        mails = [
            Posting(mail, kind_named(notices[line.kind].mail_kind), str(line.pk)) for line, mail in ready
        ]
        post_all(mails, community_id=community.pk)
        put_for_devices([line for line, _mail in ready])
        written = Notification.objects.filter(pk__in=[line.pk for line, _mail in ready])
        written.update(mailed_at=timezone.now())
    pointless = [line.pk for line, mail in built if mail is None]
    if pointless:
        Notification.objects.filter(pk__in=pointless).update(mail_due_at=None)
    return len(ready)


def _write_each(community: Community, limit: int) -> int:
    """The same, each in a transaction of its own: one that cannot be written is put off, and stops no other."""

    def due() -> Iterable[int]:
        rows = Notification.objects.waiting_for_mail().at_once().filter(mail_due_at__lte=timezone.now())
        return rows.order_by("mail_due_at", "id").values_list("pk", flat=True)[:limit]

    return one_by_one(
        community, due, lambda pk: _write_all(community, _waiting(pk)), what=LINE, failed=_put_off
    )


_waiting: CompiledRead[Notification] = CompiledRead(
    lambda pk: (
        Notification.objects.waiting_for_mail()
        .at_once()
        .select_related(*_ALL)
        .select_for_update(of=("self",), skip_locked=True)
        .filter(pk=pk)
        .order_by()
    )
)


def _still_waiting(keys: Collection[int]) -> Iterable[int]:
    """One that was read, given up or taken back waits no more."""
    return Notification.objects.waiting_for_mail().at_once().filter(pk__in=keys).values_list("pk", flat=True)


def _put_off(pk: int) -> None:
    now = timezone.now()
    line = Notification.objects.filter(pk=pk)
    line.filter(created_at__gt=now - GIVEN_UP).update(mail_due_at=now + PUT_OFF)
    line.filter(created_at__lte=now - GIVEN_UP).update(mail_due_at=None)


_unread: CompiledRead[Notification] = CompiledRead(
    lambda pk: Notification.objects.unread().filter(pk=pk).select_related(*_ALL).order_by(),
    name="line_wanted",
)


def is_still_wanted(about: str) -> bool:
    """Whether the mail about a line may still leave: it is unread, and still true."""
    line = _unread.first(int(about))
    if line is None or not line.membership.is_active:
        return False
    return bool(still_new([line], line.membership, communities_by_id.get(line.community_id)))


NEWS = register_kind(MailKind("news", gettext_lazy("News"), still_wanted=is_still_wanted))
DECISION = register_kind(
    MailKind("decision", gettext_lazy("Decision"), urgency=3, repeats=True, still_wanted=is_still_wanted)
)

# Whoever it concerns has no line that could be read meanwhile.
DECISION_TO_STRANGER = register_kind(
    MailKind("decision_to_stranger", gettext_lazy("Decision"), urgency=3, repeats=True)
)


def build_mail(community: Community, line: Notification) -> EmailMultiAlternatives | None:
    """The mail of one line; None when its reader may not see any more what it is about."""
    return _build(Reading(community, line.membership, [line]), brand_for(community))


def _build(reading: Reading, brand: Brand) -> EmailMultiAlternatives | None:
    reader, community = reading.membership, reading.community
    if reader.member is None or not reader.is_active:
        return None
    with speaking(community, reader.language or reader.member.language):
        shown = [(line, notice) for line, notice in true_among(reading) if line.read_at is None]
        return _compose(community, *shown[0], reader.member.email, brand) if shown else None


def _compose(
    community: Community, line: Notification, notice: Notice, to: str, brand: Brand
) -> EmailMultiAlternatives:
    words, subject = notice.words(line), short_subject("{title}", notice.sentence(line))
    context = {
        "lead": words.lead,
        "preview": words.lead,
        "act": words.act,
        "url": mail_link(community, absolute_address(community, notice.address(line))),
        "why": words.why,
        "unsubscribe_label": notice.way_out,
    }
    way_out = ""
    if notice.can_be_muted:
        token = unsubscribe_token(line.membership, line.kind)
        way_out = page_address(community, "notifications:unsubscribe", token)
        if notice.mutes_thread:
            token = unsubscribe_token(line.membership, line.kind, line.thread_id)
            context["mute_url"] = page_address(community, "notifications:unsubscribe", token)
        context["settings_url"] = settings_address(community, notice)
    letter = Letter(to, words.subject or subject, notice.template, {**context, **words.context}, way_out)
    return build(letter, brand)


def settings_address(community: Community, notice: Notice | type[Notice]) -> str:
    """Where one chooses which mails come, opened at the heading of this one. The fragment is what scrolls there."""
    page, heading = page_address(community, "notifications:edit-channels"), notice.heading.value
    return f"{page}?open={heading}#{heading}"


def personal_message(
    community: Community, *, to: str, subject: str, lead: str, url: str
) -> EmailMultiAlternatives:
    """A mail about a decision to somebody without a membership, hence without a notification: what happened, and one
    page."""
    context = {
        "lead": lead,
        "preview": lead,
        "act": _("Open the page"),
        "url": mail_link(community, url),
        "why": _("Mails about decisions that concern you are always sent."),
    }
    letter = Letter(to, short_subject("{title}", subject), "notifications/notice_mail", context)
    return build(letter, brand_for(community))
