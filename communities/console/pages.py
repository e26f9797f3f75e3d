"""The pages of the settings that stand in this package, and what the overview says of each."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, pgettext_lazy

from communities.archive.permissions import can_export_community
from communities.console.export.queries import settings_of as export_set
from communities.console.reactions.views import settings_of as reactions_set
from communities.console.redirects.queries import settings_of as redirects_set
from communities.console.tags.queries import settings_of as tags_set
from communities.console.texts import pages as texts
from communities.content.permissions import can_edit_redirects, can_keep_tags, can_name_reactions
from communities.setup import Group, SettingsPage, register_settings_page


def register() -> None:
    register_settings_page(
        SettingsPage(
            gettext_lazy("Tags"), "console:list-tags", "tag", Group.SPACES, 40, can_keep_tags, tags_set
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
    register_settings_page(
        SettingsPage(
            pgettext_lazy("noun", "Export"),
            "console:export-community",
            "download",
            Group.DATA,
            20,
            can_export_community,
            export_set,
        )
    )
    texts.register()
