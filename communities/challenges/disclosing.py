"""What is kept of people who enter, vote and judge, and how long, for the proposed texts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.challenges.permissions import FEATURE
from communities.disclosures import Kept, kept
from communities.launch.features import chosen_features
from communities.models import Community


def has_challenges(community: Community) -> bool:
    return FEATURE in chosen_features(community)


def register() -> None:
    what = _(
        "what you entered in challenges and by which version of their rules, your vote, and your marks as a juror"
    )
    until = _(
        "entries as long as their texts; votes and marks until you leave, or the challenge goes with its text"
    )
    kept.register(Kept("challenges", what, until, 13, has_challenges))
