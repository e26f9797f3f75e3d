from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AmbassadorsConfig(AppConfig):
    name = "communities.animation.ambassadors"
    label = "ambassadors"
    verbose_name = _("Ambassadors")

    def ready(self) -> None:
        # Models exist only now.
        from communities.animation.ambassadors import (
            journal,
            merging,
            notices,  # noqa: F401  declaring is its import
            portable,
        )
        from communities.animation.ambassadors.circle import InProgramme, Terms
        from communities.animation.ambassadors.matters import Applications, MonthTasks, TermsEnding
        from communities.animation.ambassadors.models import KitItem
        from communities.animation.ambassadors.permissions import can_run_programme
        from communities.animation.today.matters import register_source
        from communities.content import audiences, circles
        from communities.navigation import DeskPlace, register_desk_place
        from communities.stored import register_stored, stored_in

        journal.register()
        merging.register()
        portable.register()
        register_source(Applications())
        register_source(TermsEnding())
        register_source(MonthTasks())
        circles.register_circle(InProgramme())
        audiences.sources.register(Terms())
        register_stored(stored_in("kit", KitItem.objects.all, "picture"))
        register_desk_place(
            DeskPlace(
                pgettext_lazy("place of the desk", "Ambassadors"),
                "animation:list-ambassadors",
                "heart",
                order=47,
                may=can_run_programme,
            )
        )
