from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class CalendarConfig(AppConfig):
    name = "communities.animation.calendar"
    label = "editorial"
    verbose_name = _("Editorial calendar")

    def ready(self) -> None:
        # Models exist only now.
        from communities.animation.calendar import (
            ending,
            journal,
            notices,  # noqa: F401  declaring is its import
            portable,
            week,
        )
        from communities.animation.calendar.items import register_calendar_source
        from communities.animation.calendar.matters import TextsToWrite
        from communities.animation.calendar.models import Ritual
        from communities.animation.calendar.permissions import can_see_calendar
        from communities.animation.calendar.rituals import Rituals
        from communities.animation.calendar.sources import Banners, Stages, TakingPlace, Texts
        from communities.animation.today.matters import register_source
        from communities.navigation import DeskPlace, register_desk_place
        from communities.planned import Planned, register_planned
        from communities.signals import thread_retired

        journal.register()
        portable.register()
        week.register()
        for source in (Texts(), ending.Ends(), Rituals(), TakingPlace(), Stages(), Banners()):
            register_calendar_source(source)
        thread_retired.connect(ending.tell_authors, dispatch_uid="editorial.thread_retired")
        register_source(TextsToWrite())
        register_planned(
            Planned(
                "rituals",
                order=15,
                fields=("due_at",),
                rows=lambda now: Ritual.objects.coming(now),
                said=lambda n: ngettext("%(n)s ritual", "%(n)s rituals", n) % {"n": n},
            )
        )
        register_desk_place(
            DeskPlace(_("Calendar"), "animation:show-calendar", "calendar", order=15, may=can_see_calendar)
        )
