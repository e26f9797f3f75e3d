from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AutomationsConfig(AppConfig):
    name = "communities.animation.automations"
    label = "automations"
    verbose_name = _("Automations")

    def ready(self) -> None:
        # Models exist only now.
        from communities.animation.automations import acts, journal, notices, portable  # noqa: F401  declaring is its import
        from communities.animation.automations.hearing import hear
        from communities.animation.automations.matters import StoppedAutomations
        from communities.animation.automations.permissions import can_edit_automations
        from communities.animation.automations.running import FEATURE
        from communities.animation.automations.weekdays import WorkingDay
        from communities.animation.today.matters import register_source
        from communities.automatic import conditions
        from communities.launch.features import FEATURES, Feature, is_open_to
        from communities.navigation import DeskPlace, register_desk_place
        from communities.signals import something_happened

        about = _("What happens automatically: when, if, then, and not too often.")
        FEATURES.register(Feature(FEATURE, _("Automations"), 190, about=about))
        acts.register()
        conditions.register(WorkingDay())
        journal.register()
        portable.register()
        register_source(StoppedAutomations())
        something_happened.connect(hear, dispatch_uid="automations.something_happened")
        register_desk_place(
            DeskPlace(
                _("Automations"),
                "animation:list-automations",
                "redo",
                order=55,
                may=lambda membership: can_edit_automations(membership) and is_open_to(membership, FEATURE),
            )
        )
