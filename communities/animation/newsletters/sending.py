"""Sending: people are laid out, then mails are put into the outbox, so many a minute; each step can be repeated.

A delivery is made once for each subscription (the constraint), and is marked as written in the transaction that puts
its mail into the outbox: a worker that is killed has done both or neither. Of two workers one holds the newsletter’s
row, and the other has nothing to do; what is being written is held as well, so that either lock would do alone.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.animation.newsletters.composing import Drawn, draw, draw_sample
from communities.animation.newsletters.exceptions import (
    AlreadyLeaving,
    CannotStop,
    MomentIsOver,
    NobodyReached,
    NothingSaid,
    WrittenMeanwhile,
)
from communities.animation.newsletters.models import (
    Newsletter,
    NewsletterCopy,
    NewsletterSubscription,
    NewsletterSubscriptionQuerySet,
    NewsletterVersion,
)
from communities.animation.newsletters.outbox import (
    NEWSLETTER,
    TRIAL,
    is_open_for,
    is_reached,
    take_from_outbox,
    write_dropped_again,
)
from communities.animation.newsletters.permissions import can_send_newsletter, can_write_newsletter
from communities.animation.newsletters.segments import people_of
from communities.animation.newsletters.subscribing import delivery_token
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.launch.features import chosen_features, refuse_closed
from communities.letters import slug_of
from communities.models import Community, Membership
from communities.queries import communities_by_id, locked_community
from communities.reads import CompiledRead
from communities.scoping import active_community_id
from communities.tasks import one_by_one
from members.aside import go_on
from members.mails.models import OutgoingMail
from members.mails.outbox import post

# Mail services look askance at a sender from whom thousands come at once.
A_MINUTE = 600
# Two rounds of beat may come a little closer than a minute.
PAUSE = datetime.timedelta(seconds=50)
LAID_AT_ONCE = 5_000
# No clock shows an hour sooner than this before the community’s, nor later.
EARLIEST = datetime.timedelta(hours=26)
PUT_OFF = datetime.timedelta(hours=1)
# How often it is asked whether the part that was closed is open again.
HELD = datetime.timedelta(minutes=10)
LONGEST_SLUG = 60
# Pages that stand beside those of the archive.
RESERVED = frozenset({"subscribe", "unsubscribe", "confirm", "leave"})

_State = Newsletter.State


def recipients(newsletter: Newsletter) -> NewsletterSubscriptionQuerySet:
    """Those whom it would reach now."""
    people = people_of(newsletter.segment) if newsletter.segment is not None else None
    return NewsletterSubscription.objects.all().reached(people)


@transaction.atomic
def send_trial(
    newsletter: Newsletter, language: str, *, by: Membership, community: Community
) -> OutgoingMail:
    """To oneself, as it would look. Raises NotAllowed, NothingSaid."""
    if not can_write_newsletter(by) or by.member is None:
        raise NotAllowed
    version = NewsletterVersion.objects.filter(newsletter=newsletter, language=language).first()
    if version is None or not version.blocks:
        raise NothingSaid
    drawn = draw_sample(community, version)
    message = drawn.mail_to(by.member.email, "")
    message.subject = _("[Test] %(subject)s") % {"subject": drawn.subject}
    NewsletterVersion.objects.filter(pk=version.pk).update(tested_at=timezone.now())
    return post(message, kind=TRIAL, community_id=community.pk)


@transaction.atomic
def plan_newsletter(
    newsletter: Newsletter,
    *,
    by: Membership,
    community: Community,
    send_at: datetime.datetime | None,
    at_local_hour: bool = False,
    version: int | None = None,
) -> Newsletter:
    """Let it leave at a moment, at once without one. From then on what it says stays.

    Raises NotAllowed, FeatureClosed, AlreadyLeaving, WrittenMeanwhile, NothingSaid, NobodyReached, MomentIsOver.
    """
    if not can_send_newsletter(by):
        raise NotAllowed
    refuse_closed(by, "newsletters")
    # Two of one subject find their own words in the address one after the other.
    locked_community(community)
    row = _locked(newsletter, version)
    if not row.is_draft:
        raise AlreadyLeaving
    now = timezone.now()
    if send_at is not None and send_at <= now:
        raise MomentIsOver
    versions = list(NewsletterVersion.objects.filter(newsletter=row))
    if not all(one.blocks for one in versions):
        raise NothingSaid
    if not recipients(row).exists():
        raise NobodyReached
    row.state, row.send_at = _State.PLANNED, send_at or now
    row.at_local_hour = at_local_hour and send_at is not None
    row.look_at = row.send_at - EARLIEST if row.at_local_hour else row.send_at
    main = next(one for one in versions if one.language == row.language)
    row.slug = row.slug or _free_slug(main.subject, row)
    _lay_nobody_out(row)
    row.version += 1
    row.save()
    record(by, "newsletter_planned", what=main.subject, about=row.pk)
    return row


def _lay_nobody_out(row: Newsletter) -> None:
    row.laid_to, row.laying_at, row.laid_at, row.batch_at, row.begun_at = 0, None, None, None, None
    NewsletterCopy.objects.of(row).unwritten().delete()


def _free_slug(subject: str, row: Newsletter) -> str:
    """One that is not taken, and not the word of another page."""
    wanted = slug_of(subject, LONGEST_SLUG)
    taken = not wanted or wanted in RESERVED or Newsletter.objects.filter(slug=wanted).exists()
    return f"{wanted}-{row.pk}".lstrip("-") if taken else wanted


@transaction.atomic
def take_back(newsletter: Newsletter, *, by: Membership) -> Newsletter:
    """One that waits becomes a draft again. Raises NotAllowed, CannotStop where it has begun to leave."""
    if not can_send_newsletter(by):
        raise NotAllowed
    row = _locked(newsletter)
    if not row.is_planned:
        raise CannotStop
    row.state, row.look_at = _State.DRAFT, None
    _lay_nobody_out(row)
    row.version += 1
    row.save()
    record(by, "newsletter_taken_back", what=_subject(row), about=row.pk)
    return row


@transaction.atomic
def stop_newsletter(newsletter: Newsletter, *, by: Membership) -> Newsletter:
    """Halfway: nothing more leaves until it goes on, and what waits in the outbox is taken back. Raises NotAllowed,
    CannotStop."""
    if not can_send_newsletter(by):
        raise NotAllowed
    row = _locked(newsletter)
    if not row.is_sending:
        raise CannotStop
    row.state, row.look_at = _State.STOPPED, None
    row.version += 1
    row.save()
    take_from_outbox(row)
    record(by, "newsletter_stopped", what=_subject(row), about=row.pk)
    return row


@transaction.atomic
def resume_newsletter(newsletter: Newsletter, *, by: Membership) -> Newsletter:
    """Go on where it was stopped, with all who have not got it. Raises NotAllowed, FeatureClosed, CannotStop."""
    if not can_send_newsletter(by):
        raise NotAllowed
    refuse_closed(by, "newsletters")
    row = _locked(newsletter)
    if not row.is_stopped:
        raise CannotStop
    write_dropped_again(row)
    row.state, row.look_at, row.finished_at = _State.SENDING, timezone.now(), None
    row.version += 1
    row.save()
    record(by, "newsletter_resumed", what=_subject(row), about=row.pk)
    return row


@transaction.atomic
def leave_at_that(newsletter: Newsletter, *, by: Membership) -> Newsletter:
    """A stopped one is sent, to those who have got it; the others never do. Raises NotAllowed, CannotStop."""
    if not can_send_newsletter(by):
        raise NotAllowed
    row = _locked(newsletter)
    if not row.is_stopped:
        raise CannotStop
    write_dropped_again(row)
    NewsletterCopy.objects.of(row).unwritten().delete()
    row.state, row.finished_at = _State.SENT, timezone.now()
    row.version += 1
    row.save()
    record(by, "newsletter_left_at_that", what=_subject(row), about=row.pk)
    return row


# Compiled once: they are asked for each newsletter that is due.
_due: CompiledRead[tuple[int]] = CompiledRead(
    lambda now: Newsletter.objects.due(now).order_by("look_at", "pk").values_list("pk")
)
_in_outbox: CompiledRead[tuple[int]] = CompiledRead(
    lambda community: (
        OutgoingMail.objects.of(community)
        .filter(kind=NEWSLETTER.name, state__in=[OutgoingMail.State.WAITING, OutgoingMail.State.SENDING])
        .values_list("pk")
    )
)
_written_lately: CompiledRead[tuple[int]] = CompiledRead(
    lambda since, now: NewsletterCopy.objects.filter(written_at__gt=since, written_at__lte=now).values_list(
        "pk"
    )
)
_versions: CompiledRead[NewsletterVersion] = CompiledRead(
    lambda newsletter: NewsletterVersion.objects.filter(newsletter_id=newsletter)
)


def advance_due(community: Community, *, now: datetime.datetime | None = None) -> int:
    """Go on with what is due in a community; how many mails were written. Safe to run twice at once."""
    moment = now or timezone.now()

    def put_off(pk: int) -> None:
        Newsletter.objects.filter(pk=pk, look_at__isnull=False).update(look_at=moment + PUT_OFF)

    return one_by_one(
        community,
        lambda: [pk for (pk,) in _due(moment)],
        lambda pk: advance(pk, community, moment),
        what="newsletter",
        failed=put_off,
    )


def advance(pk: int, community: Community, now: datetime.datetime) -> int:
    """One step of one newsletter, in scope: people laid out, or mails of one minute written; how many mails."""
    rows = Newsletter.objects.due(now).select_for_update(skip_locked=True)
    row: Newsletter | None = rows.filter(pk=pk).first()
    if row is None:
        return 0
    if not _is_open_to_anybody(community):
        take_from_outbox(row)
        write_dropped_again(row)
        row.look_at = now + HELD
        row.save(update_fields=["look_at"])
        return 0
    if row.laid_at is None:
        _lay_out(row, community, now)
    written, is_all = 0, False
    if row.batch_at is None or now - row.batch_at >= PAUSE:
        written, is_all = _write_some(row, community, now)
    if written and row.begun_at is None:
        # Laying out may come a day before: until something has left, it is planned, and can be taken back.
        row.begun_at, row.state = now, _State.SENDING
    _look_again(row, now, nobody_left=is_all and not row.at_local_hour)
    row.save()
    return written


def _is_open_to_anybody(community: Community) -> bool:
    """The team sees each part that the place has; the launch plan may keep this one from others, who are asked for one
    by one."""
    return "newsletters" in chosen_features(community)


def _lay_out(row: Newsletter, community: Community, now: datetime.datetime) -> None:
    """A delivery for each of the next subscriptions. Whoever subscribes after it began gets the next one."""
    row.laying_at = row.laying_at or now
    people = recipients(row).filter(pk__gt=row.laid_to, confirmed_at__lte=row.laying_at).order_by("pk")
    part = list(people[:LAID_AT_ONCE])
    assert row.send_at is not None  # the database says so
    NewsletterCopy.objects.bulk_create(
        [
            NewsletterCopy(
                community_id=row.community_id,
                newsletter=row,
                subscription=one,
                due_at=one.local(row.send_at, community.zone) if row.at_local_hour else row.send_at,
            )
            for one in part
        ],
        ignore_conflicts=True,
    )
    if part:
        row.laid_to = part[-1].pk
    if len(part) < LAID_AT_ONCE:
        row.laid_at = now


def _write_some(row: Newsletter, community: Community, now: datetime.datetime) -> tuple[int, bool]:
    """As many as may leave in a minute, less those that still wait in the outbox: a slow server is not overrun. How
    many were written, and whether those were all that were due."""
    waiting = _in_outbox.count(community.pk)
    # Of this and of all other newsletters of the place: they leave from one address.
    room = A_MINUTE - max(waiting, _written_lately.count(now - PAUSE, now))
    if room <= 0:
        return 0, False
    due = NewsletterCopy.objects.of(row).unwritten().filter(due_at__lte=now).order_by("due_at", "pk")
    of_people = due.select_related("subscription__membership__member")
    held = {one.pk: one for one in of_people.select_for_update(of=("self",), skip_locked=True)[:room]}
    if not held:
        return 0, False
    row.batch_at = now
    drawn = {one.language: draw(community, one) for one in _versions(row.pk)}

    def write(number: int) -> int:
        with transaction.atomic():
            return _write(held[number], row, drawn, now)

    def put_off(number: int) -> None:
        NewsletterCopy.objects.filter(pk=number).update(due_at=now + PUT_OFF)

    written = go_on(
        "mail of a newsletter",
        list(held),
        write,
        community_number=active_community_id(),
        failed=put_off,
    )
    return written, written == len(held) < room


def _write(delivery: NewsletterCopy, row: Newsletter, drawn: dict[str, Drawn], now: datetime.datetime) -> int:
    """Into the outbox and marked, at once; whoever has given it up meanwhile is left out for good, and so is whom the
    launch plan does not let in any more."""
    subscription = delivery.subscription
    member = subscription.membership
    person = member.member if member is not None else None
    address = person.email if person is not None else subscription.email
    is_open_here = is_open_for(communities_by_id.get(row.community_id), subscription)
    if not address or not is_reached(subscription) or not is_open_here:
        delivery.delete()
        return 0
    language = (member.language if member is not None else "") or subscription.language
    language = language if language in drawn else row.language
    said = drawn[language]
    # By the number of the copy: even and odd follow each other, whoever the people are.
    other = delivery.pk % 2 == 1 if said.second is not None else None
    mail = post(
        said.mail_to(address, delivery_token(delivery), other=bool(other)),
        kind=NEWSLETTER,
        community_id=row.community_id,
        about=str(delivery.pk),
    )
    delivery.written_at, delivery.mail = now, mail.pk
    delivery.language, delivery.with_other = language, other
    delivery.save(update_fields=["written_at", "mail", "language", "with_other"])
    return 1


def _look_again(row: Newsletter, now: datetime.datetime, *, nobody_left: bool) -> None:
    """When something is to be done again: at once, at the hour of the next people, or never. `nobody_left`: known
    without a look at its copies."""
    if row.laid_at is None:
        row.look_at = now
        return
    unwritten = NewsletterCopy.objects.of(row).unwritten()
    following = None if nobody_left else unwritten.aggregate(next=Min("due_at"))["next"]
    if following is not None:
        row.look_at = max(following, now)
        return
    if row.begun_at is None and row.send_at is not None and row.send_at > now:
        # Nobody is left to whom it would go: until its hour it can be taken back.
        row.look_at = row.send_at
        return
    row.state, row.look_at, row.finished_at = _State.SENT, None, now


def _subject(row: Newsletter) -> str:
    said = NewsletterVersion.objects.filter(newsletter=row, language=row.language).first()
    return said.subject if said is not None else str(row)


def _locked(newsletter: Newsletter, version: int | None = None) -> Newsletter:
    """Raises WrittenMeanwhile where it has gone, or another one was seen."""
    row: Newsletter | None = Newsletter.objects.select_for_update().filter(pk=newsletter.pk).first()
    if row is None or (version is not None and version != row.version):
        raise WrittenMeanwhile
    return row
