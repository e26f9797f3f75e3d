"""What is kept of people who review, and how long, for the proposed texts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.disclosures import Kept, kept
from communities.launch.features import chosen_features
from communities.models import Community
from communities.reviews.permissions import FEATURE


def has_reviews(community: Community) -> bool:
    return FEATURE in chosen_features(community)


def register() -> None:
    what = _(
        "what you rated, when you used it, whether you got it free or for a benefit, and the "
        "order number you gave"
    )
    until = _("as long as your review stays; the order number goes with it")
    kept.register(Kept("reviews", what, until, 14, has_reviews))
