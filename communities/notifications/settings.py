"""What the settings say of the community’s mails."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communities.models import Community, Membership
from communities.notifications.queries import undelivered_mails
from communities.permissions import can_configure_community
from communities.setup import Group, Setting, SettingsPage, register_settings_page


def _set(community: Community, reader: Membership) -> list[Setting]:
    failed = len(undelivered_mails(community).mails)
    words = ngettext("%(number)s mail to look at", "%(number)s mails to look at", failed)
    value = words % {"number": number_format(failed)} if failed else gettext("All mails have been sent.")
    return [Setting(gettext("Mails that did not arrive"), value, words=gettext("mail refused late"))]


def register() -> None:
    register_settings_page(
        SettingsPage(
            _("Mails"),
            "notifications:list-undelivered",
            "mail",
            Group.REACH,
            order=40,
            may=can_configure_community,
            settings=_set,
        )
    )
