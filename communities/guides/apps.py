from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from communities.navigation import Place, register_place
from communities.own_places import register_own_places


class GuidesConfig(AppConfig):
    name = "communities.guides"
    label = "guides"
    verbose_name = _("Pages")

    def ready(self) -> None:
        # Models exist only now: registrations are the one place for imports inside a function.
        from communities.content.kinds import register_kind
        from communities.guides import portable, receivers
        from communities.guides.kind import GuidesKind
        from communities.guides.queries import (
            has_pages,
            listed_pages,
            name_of_only_space,
            places_of_pages,
        )
        from communities.redrawing import register_fact

        receivers.connect()
        portable.register()
        register_kind(GuidesKind())
        # Without such a space, a place without anything in it would stand in the header of every page.
        register_place(
            Place(
                _("Guides"),
                "guides:list-pages",
                "guides",
                order=30,
                shown=has_pages,
                named=name_of_only_space,
            )
        )
        register_own_places(places_of_pages)
        register_fact(lambda visit: listed_pages(visit.community))
