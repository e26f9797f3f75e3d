from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from communities.navigation import DeskPlace, register_desk_place


class ConsoleConfig(AppConfig):
    name = "communities.console"
    label = "console"
    verbose_name = _("Settings")

    def ready(self) -> None:
        # Models exist only now, and the permissions speak of them.
        from communities.console import pages, sections
        from communities.console.reach import acts as reach_acts
        from communities.console.reach import pages as reach_pages
        from communities.permissions import can_configure_community

        sections.register()
        pages.register()
        reach_acts.register()
        reach_pages.register()
        register_desk_place(
            DeskPlace(
                _("Settings"), "console:show-console", "settings", order=90, may=can_configure_community
            )
        )
