"""What the overview of the settings says of domains and sender."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.mailing.models import Sender
from communities.mails import sender_of
from communities.models import Community, Domain, Membership
from communities.permissions import can_edit_domains, can_edit_sender
from communities.queries import community_root
from communities.setup import Group, Setting, SettingsPage, register_settings_page


def _domains(community: Community, reader: Membership) -> Sequence[Setting]:
    waiting = [one.host for one in Domain.objects.filter(community=community) if not one.works]
    address = community_root(community).partition("://")[2].strip("/")
    said = _("%(address)s; waits: %(hosts)s") % {"address": address, "hosts": ", ".join(waiting[:3])}
    return [
        Setting(
            _("Address"),
            said if waiting else address,
            words=_("domain dns url host name website certificate redirect"),
            missing=bool(waiting),
        )
    ]


def _sender(community: Community, reader: Membership) -> Sequence[Setting]:
    sender = Sender.objects.first()
    waits = sender is not None and not sender.signs
    return [
        Setting(
            _("Sender of e-mails"),
            sender_of(community),
            words=_("mail from spf dkim dmarc bounce spam signature test"),
            missing=waits,
        )
    ]


def register() -> None:
    register_settings_page(
        SettingsPage(
            gettext_lazy("Domains"),
            "console:add-domain",
            "globe",
            Group.REACH,
            10,
            can_edit_domains,
            _domains,
        )
    )
    register_settings_page(
        SettingsPage(
            gettext_lazy("Sender"), "console:edit-sender", "send", Group.REACH, 20, can_edit_sender, _sender
        )
    )
