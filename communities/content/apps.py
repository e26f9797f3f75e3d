from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "communities.content"
    label = "content"
    verbose_name = _("Content")

    def ready(self) -> None:
        # Models exist only now: registrations are the one place for imports inside a function.
        from communities.content.gauges import register_gauges
        from communities.content.queries import find_forwarding
        from communities.content.services.leaving import register_ways
        from communities.middleware import register_forwarding

        register_forwarding(find_forwarding)
        register_gauges()
        register_ways()
