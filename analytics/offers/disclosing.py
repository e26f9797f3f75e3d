"""What is kept of members who take codes: for the texts about privacy."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from analytics.offers.permissions import FEATURE
from communities.disclosures import Kept, kept
from communities.launch.features import chosen_features
from communities.models import Community


def has_offers(community: Community) -> bool:
    return FEATURE in chosen_features(community)


def register() -> None:
    until = _("as long as the offer is kept; without your name once you are erased")
    what = _("which codes of offers you took, and when the shop says that one was used, and for how much")
    kept.register(Kept("offer_codes", what, until, 76, has_offers))
    wish, asked = _("whether you want to hear about offers"), _("until you change your mind, or leave")
    kept.register(Kept("offer_wishes", wish, asked, 77, has_offers))
