"""Following threads and spaces."""

from __future__ import annotations

from django.db import transaction

from communities.content.models import Space, Subscription, Thread
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.queries import hold_member


def follow_thread(thread: Thread, *, by: Membership) -> None:
    """Follow a thread; nothing changes for who already follows it or has chosen not to."""
    Subscription.objects.bulk_create([Subscription(thread=thread, membership=by)], ignore_conflicts=True)


@transaction.atomic
def refollow_thread(thread: Thread, *, by: Membership) -> None:
    """Follow because the person asked for it, even after having unfollowed. Raises TooFast, NotAllowed."""
    count_act(by, Limited.FOLLOW)
    hold_member(by)
    Subscription.objects.update_or_create(
        thread=thread, membership=by, defaults={"level": Subscription.Level.FOLLOW}
    )


def unfollow_thread(thread: Thread, *, by: Membership) -> None:
    """Stop following, and stay so when replying again."""
    Subscription.objects.update_or_create(
        thread=thread, membership=by, defaults={"level": Subscription.Level.MUTE}
    )


@transaction.atomic
def follow_space(space: Space, *, by: Membership) -> None:
    """Be told of what is started there. Raises TooFast, NotAllowed."""
    count_act(by, Limited.FOLLOW)
    hold_member(by)
    Subscription.objects.update_or_create(
        space=space, membership=by, defaults={"level": Subscription.Level.FOLLOW}
    )


def unfollow_space(space: Space, *, by: Membership) -> None:
    Subscription.objects.filter(space=space, membership=by).delete()
