"""The pages of the settings that stand in this package, and what the overview says of each."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.console.reactions.views import settings_of as reactions_set
from communities.console.redirects.queries import settings_of as redirects_set
from communities.console.tags.queries import settings_of as tags_set
from communities.console.texts import pages as texts
from communities.content.permissions import can_edit_redirects, can_keep_tags, can_name_reactions
from communities.models import Community, Membership
from communities.permissions import can_edit_brand
from communities.setup import Group, Setting, SettingsPage, register_settings_page


def _brand(community: Community, reader: Membership) -> Sequence[Setting]:
    return [
        Setting(_("Name"), community.name, words=_("title")),
        Setting(_("Tagline"), community.tagline or _("none"), words=_("slogan")),
        Setting(_("Logo"), _("your own") if community.logo else _("the drawn mark"), words=_("picture icon")),
        Setting(_("Sender of e-mails"), community.sender_name or community.name, words=_("mail from")),
    ]


def register() -> None:
    register_settings_page(
        SettingsPage(
            gettext_lazy("Theme"), "console:edit-brand", "palette", Group.PLACE, 20, can_edit_brand, _brand
        )
    )
    register_settings_page(
        SettingsPage(
            gettext_lazy("Tags"), "console:list-tags", "idea", Group.SPACES, 40, can_keep_tags, tags_set
        )
    )
    register_settings_page(
        SettingsPage(
            gettext_lazy("Reactions"),
            "console:edit-reactions",
            "heart",
            Group.SPACES,
            50,
            can_name_reactions,
            reactions_set,
        )
    )
    register_settings_page(
        SettingsPage(
            gettext_lazy("Redirects"),
            "console:list-redirects",
            "redo",
            Group.REACH,
            30,
            can_edit_redirects,
            redirects_set,
        )
    )
    texts.register()
