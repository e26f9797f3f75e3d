from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalendarConfig(AppConfig):
    name = "communities.animation.calendar"
    label = "editorial"
    verbose_name = _("Editorial calendar")

    def ready(self) -> None:
        # Models exist only now.
        from communities.animation.calendar import (
            journal,
            notices,  # noqa: F401  declaring is its import
            portable,
        )
        from communities.animation.calendar.items import register_calendar_source
        from communities.animation.calendar.matters import TextsToWrite
        from communities.animation.calendar.permissions import can_see_calendar
        from communities.animation.calendar.sources import Banners, Stages, TakingPlace, Texts
        from communities.animation.today.matters import register_source
        from communities.navigation import DeskPlace, register_desk_place

        journal.register()
        portable.register()
        for source in (Texts(), TakingPlace(), Stages(), Banners()):
            register_calendar_source(source)
        register_source(TextsToWrite())
        register_desk_place(
            DeskPlace(_("Calendar"), "animation:show-calendar", "calendar", order=15, may=can_see_calendar)
        )
