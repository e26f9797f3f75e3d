from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class CallsConfig(AppConfig):
    name = "communities.calls"
    label = "calls"
    verbose_name = _("Calls for projects")

    def ready(self) -> None:
        # Models exist only now.
        from communities.animation.today.matters import register_source
        from communities.calls import (
            disclosing,
            notices,  # noqa: F401  declaring is its import
            portable,
            sections,
        )
        from communities.calls.inset import CallInset
        from communities.calls.joining import register as register_joining
        from communities.calls.models import ApplicationFile, Call
        from communities.calls.permissions import FEATURE
        from communities.calls.queries import has_calls, spaces_with_calls
        from communities.calls.today import ApplicationsToMove
        from communities.content.insets import register_inset
        from communities.navigation import Place, register_place
        from communities.planned import Planned, register_planned
        from communities.redrawing import register_fact
        from communities.stored import register_stored, stored_in

        disclosing.register()
        portable.register()
        sections.register()
        register_joining()
        register_inset(CallInset())
        register_source(ApplicationsToMove())
        register_place(Place(_("Calls"), "calls:list-calls", FEATURE, order=45, shown=has_calls))
        register_fact(lambda visit: tuple(sorted(spaces_with_calls(visit.community))))
        register_stored(stored_in("files of applications", ApplicationFile.objects.all, "path", size="size"))
        register_planned(
            Planned(
                "calls",
                order=17,
                fields=("opens_at", "closes_at"),
                rows=lambda now: Call.objects.closing_after(now),
                said=lambda n: ngettext("%(n)s call for projects", "%(n)s calls for projects", n) % {"n": n},
            )
        )
