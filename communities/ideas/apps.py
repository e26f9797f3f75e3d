from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class IdeasConfig(AppConfig):
    name = "communities.ideas"
    label = "ideas"
    verbose_name = _("Ideas")

    def ready(self) -> None:
        # Models exist only now: registrations are the one place for imports inside a function.
        from communities.content.kinds import register_kind
        from communities.ideas import (
            acts,
            disclosing,
            figuring,
            notices,  # noqa: F401  declaring is its import
            one_person,
            portable,
            receivers,
            sections,
        )
        from communities.ideas.kind import IdeaKind
        from communities.ideas.models import Box, BoxPaper
        from communities.ideas.phases import MOMENTS
        from communities.planned import Planned, register_planned
        from communities.stored import register_stored, stored_in

        acts.register()
        disclosing.register()
        figuring.register()
        one_person.register()
        portable.register()
        receivers.connect()
        sections.register()
        register_kind(IdeaKind())
        register_stored(stored_in("documents of ideas boxes", BoxPaper.objects.all, "path", size="size"))
        register_planned(
            Planned(
                "ideas boxes",
                order=16,
                fields=MOMENTS,
                rows=lambda now: Box.objects.after(now),
                said=lambda n: (
                    ngettext("the dates of %(n)s ideas box", "the dates of %(n)s ideas boxes", n) % {"n": n}
                ),
            )
        )
