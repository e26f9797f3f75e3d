"""What is kept of people who register, and how long, for the proposed texts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.disclosures import Kept, kept
from communities.events.permissions import FEATURE
from communities.launch.features import chosen_features
from communities.models import Community


def has_events(community: Community) -> bool:
    return FEATURE in chosen_features(community)


def register() -> None:
    what = _("for which events you registered, with how many guests, what you answered, and when you arrived")
    until = _("until you leave, or unregister before it begins")
    kept.register(Kept("registrations", what, until, 13, has_events))
