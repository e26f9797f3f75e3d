from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class ChallengesConfig(AppConfig):
    name = "communities.challenges"
    label = "challenges"
    verbose_name = _("Challenges")

    def ready(self) -> None:
        # Models exist only now.
        from communities.challenges import (
            beside,
            disclosing,
            leaving,
            notices,  # noqa: F401  declaring is its import
            portable,
            sections,
        )
        from communities.challenges.kind import ChallengeKind
        from communities.challenges.models import MOMENTS, Challenge
        from communities.content.kinds import register_kind
        from communities.planned import Planned, register_planned

        beside.register()
        disclosing.register()
        leaving.register()
        portable.register()
        sections.register()
        register_kind(ChallengeKind())
        register_planned(
            Planned(
                "challenges",
                order=17,
                fields=(*MOMENTS, "next_at"),
                rows=lambda now: Challenge.objects.running(now),
                said=lambda n: (
                    ngettext("the dates of %(n)s challenge", "the dates of %(n)s challenges", n) % {"n": n}
                ),
            )
        )
