"""What measurement leaves and keeps, said where the texts of a place are proposed from."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.capture.consent import COOKIE, COOKIE_LIFE, Mode, mode_of
from analytics.capture.recording import SALT_LIFE
from analytics.capture.rollups import KEPT_MONTHS
from communities.disclosures import Cookie, Kept, cookies, kept
from communities.models import Community
from communities.texts.facts import Fact, Value, register_fact

KEPT = datetime.timedelta(days=round(KEPT_MONTHS * 365 / 12))


def measures(community: Community) -> bool:
    return settings.CAPTURE and mode_of(community) is not Mode.OFF


def asks(community: Community) -> bool:
    return settings.CAPTURE and mode_of(community) is Mode.CONSENT


def measurement(community: Community) -> Value:
    """How visits are counted here, in a sentence or two."""
    if not measures(community):
        return _("Visits are not counted.")
    if asks(community):
        return _(
            "Only the visits of those who agree are counted; their browser is recognised for "
            "thirteen months, to learn what brings people here. If they join, the team sees which "
            "page they came to first, when and from where. Those who refuse are not counted at all."
        )
    return _(
        "Visits are counted without names, addresses or cookies: a number that changes each day "
        "tells two visits on the same day apart, and nobody is recognised. If you do not want "
        "to be counted, you only have to say so once."
    )


def register() -> None:
    cookies.register(
        Cookie(
            COOKIE,
            gettext_lazy("remembers whether you agreed to be counted, and then recognises the browser"),
            datetime.timedelta(seconds=COOKIE_LIFE),
            45,
            needs_consent=True,
            applies=asks,
        )
    )
    cookies.register(
        Cookie(
            f"{COOKIE}=no",
            gettext_lazy("remembers that you do not want to be counted"),
            datetime.timedelta(seconds=COOKIE_LIFE),
            46,
            applies=measures,
        )
    )
    kept.register(Kept("visits", gettext_lazy("single page views, without addresses"), KEPT, 70, measures))
    salts = datetime.timedelta(seconds=SALT_LIFE)
    kept.register(
        Kept("salts", gettext_lazy("the daily numbers that tell visits apart"), salts, 71, measures)
    )
    register_fact(
        Fact(
            "measurement",
            gettext_lazy("How visits are counted"),
            measurement,
            "console:edit-place",
            "id_audience",
            order=33,
        )
    )
