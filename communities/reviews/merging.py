"""Two memberships of one person become one: of two reviews of one thing that of the membership that stays counts."""

from __future__ import annotations

from communities.reviews.models import Review
from members.personal import register_merger


def move_reviews(kept: int, gone: int) -> None:
    both = Review.objects.filter(reviewer__in=[kept, gone], replaced=False)
    mine = set(both.filter(reviewer=kept).values_list("thing_id", flat=True))
    both.filter(reviewer=gone, thing__in=mine).update(replaced=True)
    Review.objects.filter(reviewer=gone).update(reviewer=kept)


def register() -> None:
    register_merger("reviews.Review.reviewer", move_reviews)
