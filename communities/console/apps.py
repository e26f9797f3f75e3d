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
        from communities.console.brand import acts as brand_acts
        from communities.console.brand import setup as brand_setup
        from communities.console.people import pages as people_pages
        from communities.console.place import registering
        from communities.console.reach import acts as reach_acts
        from communities.console.reach import pages as reach_pages
        from communities.console.spaces import pages as space_pages
        from communities.console.texts import changes
        from communities.permissions import can_configure_community

        sections.register()
        pages.register()
        people_pages.register()
        space_pages.register()
        registering.register()
        changes.register()
        brand_setup.register()
        brand_acts.register()
        reach_acts.register()
        reach_pages.register()
        register_desk_place(
            DeskPlace(
                _("Settings"), "console:show-console", "settings", order=90, may=can_configure_community
            )
        )
