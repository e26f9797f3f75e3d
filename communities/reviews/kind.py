"""Reviews of products and places as a kind of content."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from communities.content.kinds import Kind, ThreadKind
from communities.content.models import Post, Space, Thread
from communities.launch.features import Feature
from communities.reviews.demo import settle_demo, threads_told
from communities.reviews.models import REVIEW, REVIEWS, WORDS, Review, Thing, review_of
from communities.reviews.queries import has_shelves


class ReviewKind(Kind):
    name = REVIEWS
    label, label_many = _("Reviews"), _("Spaces of reviews")
    icon = "star"
    order = 45
    header_label, header_order = _("Reviews"), 35
    features = (Feature("reviews", _("Reviews"), 45, frozenset({"texts"}), is_place=True),)
    thread_kinds = (ThreadKind(REVIEW, _("Review"), proposes=True, may_wait=True, draws_insets=True),)
    path, urls = "reviews", "communities.reviews.urls"
    list_route, space_route = "list-things", "show-shelf"
    # One begins with what one has used: the space lists it, with a way to review each.
    thread_route, start_route = "show-review", "show-shelf"
    threads_name, threads_label = "reviews", _("Reviews")
    tab_order = 37
    # What can be reviewed is there before anybody has.
    minimum = 0
    start_label = _("Write a review")
    beside_labels = {"pros": pgettext_lazy("of a review", "For"), "cons": _("Against")}
    side = Review
    demo_spaces = frozenset({"reviews"})
    demo_threads = {"review": REVIEW}
    demo_parts = {"reviews": "reviews"}
    demo_file = "reviews"

    def header_asks(self) -> Callable[[HttpRequest], bool]:
        return has_shelves

    def why_kept(self, space: Space) -> str:
        n = Thing.objects.in_spaces([space.pk]).count()
        said = ngettext(
            "It still contains %(n)s product or place. Open it from the space and remove it there first.",
            "It still contains %(n)s products or places. Open them from the space and remove them "
            "there first.",
            n,
        )
        return said % {"n": number_format(n, use_l10n=True, force_grouping=True)} if n else ""

    def words_beside(self, thread: Thread) -> dict[str, str]:
        return dict(Review.objects.filter(thread=thread).values(*WORDS).first() or {})

    def empty_sides(self, threads: Sequence[int]) -> None:
        gone = dict.fromkeys((*WORDS, "order_number"), "")
        Review.objects.filter(pk__in=threads).update(verified_at=None, **gone)

    def data_of(self, thread: Thread) -> dict[str, Any]:
        review = review_of(thread)
        names = ("rating", "experienced_on", "counterpart")
        return super().data_of(thread) | {name: getattr(review, name, None) for name in names}

    def demo_told(self, said: Mapping[str, Any]) -> list[dict[str, Any]]:
        return threads_told(said)

    def demo_settle(
        self, thread: Thread, said: Mapping[str, Any], post_numbered: Callable[[int], Post]
    ) -> None:
        settle_demo(thread, said, post_numbered)
