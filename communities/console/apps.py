from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from communities.navigation import DeskPlace, register_desk_place


class ConsoleConfig(AppConfig):
    name = "communities.console"
    label = "console"
    verbose_name = _("Settings")

    def ready(self) -> None:
        # Models exist only now, and the permission speaks of them.
        from communities.console import sections
        from communities.permissions import can_edit_brand, can_edit_legal_identity

        sections.register()
        register_desk_place(
            DeskPlace(_("Theme"), "console:edit-brand", "palette", order=90, may=can_edit_brand)
        )
        register_desk_place(
            DeskPlace(
                _("Legal notice"),
                "console:edit-legal-identity",
                "book",
                order=95,
                may=can_edit_legal_identity,
            )
        )
