from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "communities.events"
    label = "events"
    verbose_name = _("Events")

    def ready(self) -> None:
        # Models exist only now.
        from communities.content.kinds import register_kind
        from communities.events import (
            disclosing,
            leaving,
            notices,  # noqa: F401  declaring is its import
            portable,
            sections,
        )
        from communities.events.kind import EventKind

        disclosing.register()
        leaving.register()
        portable.register()
        sections.register()
        register_kind(EventKind())
