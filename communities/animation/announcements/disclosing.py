"""What announcements leave in a browser, and what is kept of their readers: for the texts about both."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.animation.announcements.counting import KEPT
from communities.animation.announcements.permissions import FEATURE
from communities.animation.announcements.showing import COOKIE
from communities.disclosures import Cookie, Kept, cookies, kept
from communities.launch.features import chosen_features
from communities.models import Community


def register() -> None:
    cookies.register(
        Cookie(
            COOKIE,
            _("remembers which announcements above the pages you have closed"),
            _("until a day after the last of them is over"),
            45,
            applies=_has_announcements,
        )
    )
    kept.register(
        Kept(
            "announcements",
            _(
                "which announcements above the pages you had closed, or followed the link of, from their end on"
            ),
            KEPT,
            37,
            _has_announcements,
        )
    )


def _has_announcements(community: Community) -> bool:
    return FEATURE in chosen_features(community)
