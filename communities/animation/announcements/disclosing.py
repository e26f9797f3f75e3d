"""What announcements leave in a browser, for the text about cookies."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.animation.announcements.permissions import FEATURE
from communities.animation.announcements.showing import COOKIE
from communities.disclosures import Cookie, cookies
from communities.launch.features import chosen_features


def register() -> None:
    cookies.register(
        Cookie(
            COOKIE,
            _("remembers which announcements above the pages you have closed"),
            _("until a day after the last of them is over"),
            45,
            applies=lambda community: FEATURE in chosen_features(community),
        )
    )
