"""Two memberships of one person become one: of two reviews of one thing that of the membership that stays counts, where
its text can still be read."""

from __future__ import annotations

from communities.reviews.models import GONE, Review
from members.personal import register_merger


def move_reviews(kept: int, gone: int) -> None:
    both = Review.objects.filter(reviewer__in=[kept, gone], replaced=False).select_related("thread")
    mine = {review.thing_id: review for review in both if review.reviewer_id == kept}
    theirs = [review for review in both if review.reviewer_id == gone and review.thing_id in mine]
    for review in theirs:
        own = mine[review.thing_id]
        yields = own if own.thread.state in GONE and review.thread.state not in GONE else review
        Review.objects.filter(pk=yields.pk).update(replaced=True)
    Review.objects.filter(reviewer=gone).update(reviewer=kept)


def register() -> None:
    register_merger("reviews.Review.reviewer", move_reviews)
