from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class SurveysConfig(AppConfig):
    name = "communities.animation.surveys"
    label = "surveys"
    verbose_name = _("Surveys")

    def ready(self) -> None:
        # Models exist only now.
        from communities.animation.surveys import (
            journal,
            merging,
            notices,  # noqa: F401  declaring is its import
            portable,
        )
        from communities.animation.surveys.models import Survey
        from communities.animation.surveys.permissions import can_run_surveys
        from communities.navigation import DeskPlace, register_desk_place
        from communities.planned import Planned, register_planned

        journal.register()
        merging.register()
        portable.register()
        register_planned(
            Planned(
                "surveys",
                order=45,
                fields=("opens_at", "closes_at"),
                rows=lambda now: Survey.objects.coming(now),
                said=lambda n: ngettext("%(n)s survey", "%(n)s surveys", n) % {"n": n},
            )
        )
        register_desk_place(
            DeskPlace(_("Surveys"), "animation:list-surveys", "list", order=45, may=can_run_surveys)
        )
