"""What newsletters do by the clock."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from communities.animation.newsletters.counting import KEPT, count_click, count_followed
from communities.animation.newsletters.models import NewsletterCopy
from communities.animation.newsletters.sending import advance_due
from communities.animation.newsletters.subscribing import ASKED_KEPT, forget_unconfirmed
from communities.models import Community
from communities.queries import communities_by_question
from communities.tasks import CommunityTask, in_each, inside_each
from members.mails.outbox import call_sender
from members.rounds import Periodic


@shared_task(base=CommunityTask)
def note_click(copy_id: int, number: int) -> None:
    """Somebody has followed a link. Safe to run again: each is counted once for its reader."""
    copy = NewsletterCopy.objects.filter(pk=copy_id).first()
    if copy is not None:
        count_click(copy, number)


@shared_task(base=Periodic)
def write_newsletters() -> int:
    """Every minute: go on with the newsletters that are due; how many mails were put into the outbox."""
    ids = communities_by_question("select communities_with_newsletters(%s)", [timezone.now()])
    written = in_each(ids, advance_due)
    if written:
        # Once, and not for each newsletter: none of them is so urgent that it could not wait for the others.
        call_sender()
    return written


@shared_task(base=Periodic)
def forget_unconfirmed_addresses() -> int:
    """Every day: addresses for which a newsletter was asked, and that nobody confirmed; how many."""
    before = timezone.now() - ASKED_KEPT
    ids = communities_by_question("select communities_with_unconfirmed_addresses(%s)", [before])
    return inside_each(ids, _forget)


def _forget(_community: Community) -> int:
    return forget_unconfirmed()


@shared_task(base=Periodic)
def count_followed_links() -> int:
    """Every day: of newsletters whose ninety days are over, who has followed which link becomes figures; how many."""
    ids = communities_by_question("select communities_with_followed_links(%s)", [timezone.now() - KEPT])
    return in_each(ids, count_followed)
