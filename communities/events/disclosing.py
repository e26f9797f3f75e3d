"""What is kept of people who register, and how long, for the proposed texts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.disclosures import Cookie, Kept, cookies, kept
from communities.events.permissions import FEATURE
from communities.launch.features import chosen_features
from communities.models import Community


def has_events(community: Community) -> bool:
    return FEATURE in chosen_features(community)


def register() -> None:
    what = _("for which events you registered, with how many guests, what you answered, and when you arrived")
    until = _("until you leave, or unregister before it begins")
    kept.register(Kept("registrations", what, until, 13, has_events))
    until_out = _("until a day after the event, or until you sign out")
    cookies.register(
        Cookie(
            "door …",
            _("keeps the list for the door, where you asked for it"),
            until_out,
            63,
            True,
            applies=has_events,
        )
    )
    sent = _("until they have been sent, or until you sign out")
    cookies.register(
        Cookie(
            "ticks …", _("keeps whom you checked in without a network"), sent, 64, True, applies=has_events
        )
    )
