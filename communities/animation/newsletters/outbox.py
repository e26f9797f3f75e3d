"""Mails of newsletters in the outbox: their kinds, whether one is still wanted, and taking back those that wait."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy

from communities.animation.newsletters.models import Newsletter, NewsletterCopy, NewsletterSubscription
from communities.launch.features import is_open
from communities.models import Community
from communities.queries import communities_by_id
from members.mails.kinds import MailKind, register_kind
from members.mails.models import OutgoingMail

_Mail = OutgoingMail.State


def is_open_for(community: Community | None, subscription: NewsletterSubscription) -> bool:
    """Whether the newsletters are there for this person: nothing comes from a part that was closed."""
    return community is not None and is_open(community, subscription.membership, "newsletters")


def is_reached(subscription: NewsletterSubscription) -> bool:
    """Whether somebody is there who has not given it up: a visitor, or a member who is here and not shut out."""
    member = subscription.membership
    gone = member is not None and (not member.is_active or member.is_suspended or member.member_id is None)
    return subscription.is_standing and not gone


def is_still_wanted(about: str) -> bool:
    """Whether a newsletter may still leave to somebody: nobody has stopped it or closed the part, and they have not
    given it up."""
    row = (
        NewsletterCopy.objects.select_related("subscription__membership", "newsletter")
        .filter(pk=int(about))
        .first()
    )
    if row is None or row.newsletter.is_stopped:
        return False
    here = communities_by_id.get(row.community_id)
    return is_reached(row.subscription) and is_open_for(here, row.subscription)


NEWSLETTER = register_kind(
    # It gives way to all other mails.
    MailKind("newsletter", gettext_lazy("Newsletter"), urgency=8, still_wanted=is_still_wanted)
)
TRIAL = register_kind(MailKind("newsletter_trial", gettext_lazy("Newsletter, as a test"), urgency=3))


def take_from_outbox(newsletter: Newsletter) -> None:
    """What waits there of it is dropped, and written anew when it goes on: both in the transaction of the caller, since
    the outbox forgets what it has dropped after some days. What is leaving at this moment leaves, or is dropped by
    itself."""
    copies = NewsletterCopy.objects.of(newsletter).filter(mail__isnull=False)
    waiting = OutgoingMail.objects.of(newsletter.community_id).filter(
        kind=NEWSLETTER.name, state=_Mail.WAITING, pk__in=copies.values("mail")
    )
    now, taken = timezone.now(), []
    for mail in waiting.select_for_update(skip_locked=True):
        mail.finish(_Mail.DROPPED, now)
        mail.save()
        taken.append(mail.pk)
    copies.filter(mail__in=taken).update(written_at=None, mail=None)


def write_dropped_again(newsletter: Newsletter) -> None:
    """Of mails that were dropped while it was held none has left: their copies are written anew."""
    dropped = OutgoingMail.objects.of(newsletter.community_id).filter(
        kind=NEWSLETTER.name, state=_Mail.DROPPED
    )
    lost = NewsletterCopy.objects.of(newsletter).filter(mail__in=dropped.values("pk"))
    lost.update(written_at=None, mail=None)
