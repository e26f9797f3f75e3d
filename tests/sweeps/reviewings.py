"""What is reviewed in the sweeps’ world: one with a review that was answered, one without any, a place."""

from __future__ import annotations

from typing import Any

from communities.content.models import Thread
from communities.reviews.services import answer_review
from tests.communities.reviews.making import make_review, make_reviews, make_shelf, make_thing
from tests.conftest import Cast


def make_things(here: Cast) -> dict[str, Any]:
    shelf = make_shelf()
    reviewed = make_thing(here, shelf, about="Doubles the cover.", offer="sharpening")
    written = make_review(here, reviewed, pros="Holds\nEasy to sew", cons="Stiff at first")
    review = Thread.objects.select_related("space", "community").get(pk=written.pk)
    answer_review(review, by=here.moderator, body="<p>It softens.</p>")
    make_reviews(here, reviewed, 5, 4, 3, 2)
    make_reviews(here, reviewed, 5, counterpart=True)
    make_thing(here, shelf, "The loft", kind="place", address="Quay Street")
    return {
        "shelf": shelf,
        "reviewed": reviewed,
        "review": review,
        "unreviewed": make_thing(here, shelf, "A needle"),
    }
