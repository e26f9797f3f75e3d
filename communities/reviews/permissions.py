"""Who reviews, who answers for the brand, who says what is reviewed."""

from __future__ import annotations

from communities.content.audiences import looks_after
from communities.content.models import Space, Thread
from communities.content.permissions import can_edit_thread, can_reply_to_thread, can_start_thread
from communities.launch.features import is_open_to
from communities.models import Membership
from communities.reviews.models import Thing, review_of

FEATURE = "reviews"


def can_review(membership: Membership | None, space: Space) -> bool:
    """Whoever may start something in its space. Whether they have reviewed it already is another question."""
    return (
        membership is not None
        and membership.can_write
        and is_open_to(membership, FEATURE)
        and can_start_thread(membership, space)
    )


def can_change_review(membership: Membership | None, thread: Thread) -> bool:
    """Its author alone: nobody else gives their rating. Its title is changed by moderators, as that of any thread."""
    review = review_of(thread)
    return (
        membership is not None
        and review is not None
        and not review.replaced
        and review.reviewer_id == membership.pk
        and can_edit_thread(membership, thread)
        and is_open_to(membership, FEATURE)
    )


def can_answer_review(membership: Membership | None, thread: Thread) -> bool:
    """For the brand: the team, and whoever looks after the space."""
    if (
        membership is None
        or not is_open_to(membership, FEATURE)
        or not can_reply_to_thread(membership, thread)
    ):
        return False
    return membership.is_staff or looks_after(membership, thread.space_id)


def can_edit_things(membership: Membership | None) -> bool:
    """What is reviewed here: managers and owners."""
    return (
        membership is not None
        and membership.can_manage
        and membership.can_write
        and is_open_to(membership, FEATURE)
    )


def takes_reviews(thing: Thing) -> bool:
    return not thing.closed and not thing.space.archived
