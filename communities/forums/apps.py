from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from communities.navigation import Place, Spot, register_place


class ForumsConfig(AppConfig):
    name = "communities.forums"
    label = "forums"
    verbose_name = _("Forums")

    def ready(self) -> None:
        # Models exist only now: registrations are the one place for imports inside a function.
        from communities.content.kinds import register_kind
        from communities.forums import (
            automatic,
            featuring_acts,
            notices,  # noqa: F401  declaring is its import
            portable,
            receivers,  # noqa: F401  so is connecting
            reminding,
            same_acts,
            sections,
        )
        from communities.forums.kind import ForumKind

        sections.register()
        automatic.register()
        portable.register()
        same_acts.register()
        featuring_acts.register()
        reminding.register()
        register_kind(ForumKind())
        register_place(Place(_("Explore"), "forums:list-spaces", "forums", order=20, icon="map"), Spot.DOCK)
