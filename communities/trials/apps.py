from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrialsConfig(AppConfig):
    name = "communities.trials"
    label = "trials"
    verbose_name = _("Beta tests")

    def ready(self) -> None:
        # Models exist only now: registrations are the one place for imports inside a function.
        from communities.animation.today.matters import register_source
        from communities.content import audiences, circles
        from communities.content.kinds import register_kind
        from communities.redrawing import register_fact
        from communities.trials import (
            acts,
            disclosing,
            notices,  # noqa: F401  declaring is its import
            one_person,
            portable,
            receivers,
            sections,
        )
        from communities.trials.access import OfTheTest, Places
        from communities.trials.kind import TrialKind
        from communities.trials.matters import Applicants, BlockingFeedback, TrialsOver
        from communities.trials.queries import announced_in

        acts.register()
        disclosing.register()
        one_person.register()
        portable.register()
        receivers.connect()
        sections.register()
        register_kind(TrialKind())
        circles.register_circle(OfTheTest())
        audiences.sources.register(Places())
        register_fact(lambda visit: announced_in(visit.community))
        for source in (Applicants(), BlockingFeedback(), TrialsOver()):
            register_source(source)
