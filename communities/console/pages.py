"""The pages of the settings that stand in this package, and what the overview says of each."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.launch.services import missing_identity
from communities.models import Community, Membership
from communities.permissions import can_edit_legal_identity
from communities.setup import Group, Setting, SettingsPage, register_settings_page


def _identity(community: Community, reader: Membership) -> Sequence[Setting]:
    missing = missing_identity(community.legal)
    publisher = str(community.legal.get("publisher") or _("not said yet"))
    return [
        Setting(
            _("Publisher"),
            publisher,
            words=_("legal notice imprint company director host"),
            missing=bool(missing),
        )
    ]


def register() -> None:
    register_settings_page(
        SettingsPage(
            gettext_lazy("Legal notice"),
            "console:edit-legal-identity",
            "book",
            Group.LAW,
            20,
            can_edit_legal_identity,
            _identity,
        )
    )
