"""What is said of devices in the proposed texts about privacy and cookies."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.disclosures import Cookie, Kept, cookies, kept
from communities.models import Community
from communities.notifications.devices.browsers import COOKIE, KEPT
from communities.notifications.devices.services import are_offered


def _offered(_community: Community) -> bool:
    return are_offered()


def register() -> None:
    purpose = _("knows in which browser you switched notifications on")
    cookies.register(Cookie(COOKIE, purpose, KEPT, 45, applies=_offered))
    what = _("browsers in which you switched notifications on, and their addresses at their push services")
    kept.register(Kept("devices", what, _("until you remove them, sign out there or leave"), 45, _offered))
