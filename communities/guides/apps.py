from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

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
        from communities.guides.queries import listed_pages, places_of_pages
        from communities.redrawing import register_fact

        receivers.connect()
        portable.register()
        register_kind(GuidesKind())
        register_own_places(places_of_pages)
        register_fact(lambda visit: listed_pages(visit.community))
