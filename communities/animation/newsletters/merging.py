"""Two memberships of one person become one: whoever gave the newsletters up under one name gets none under the other,
and the links of all mails that they got still let them go."""

from __future__ import annotations

from communities.animation.newsletters.models import NewsletterSubscription
from communities.animation.newsletters.subscribing import end_in, unsubscribe
from members.personal import register_merger


def move_subscription(kept: int, gone: int) -> None:
    """Of two the kept one stays, with the copies of both; LEFT wins."""
    rows = NewsletterSubscription.objects.filter(membership__in=[kept, gone])
    rows.hold_now()
    found = {row.membership_id: row for row in rows}
    own, theirs = found.get(kept), found.get(gone)
    if theirs is None:
        return
    if own is None:
        NewsletterSubscription.objects.filter(pk=theirs.pk).update(membership=kept)
        return
    has_left = NewsletterSubscription.State.LEFT in (own.state, theirs.state)
    end_in(theirs, own)
    if has_left:
        unsubscribe(own)


def register() -> None:
    register_merger("newsletters.NewsletterSubscription.membership", move_subscription)
