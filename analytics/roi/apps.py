from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from communities.stored import register_stored, stored_in


class RoiConfig(AppConfig):
    name = "analytics.roi"
    label = "roi"
    verbose_name = _("Return on investment")

    def ready(self) -> None:
        # Models exist only now: registrations are the one place for imports inside a function.
        from analytics.roi.fleet import ledger_sums
        from analytics.roi.models import ImportRun
        from analytics.roi.recipe import ObjectivesPart
        from analytics.roi.recipe_forecast import ForecastPart
        from analytics.roi.services.offers import forget_contacts_at, forget_contacts_of
        from communities.console.operator.figures import register_results
        from communities.console.recipe.parts import register_part
        from members.personal import register_way

        register_results(ledger_sums)
        register_part(ObjectivesPart())
        register_part(ForecastPart())
        register_stored(stored_in("orders", ImportRun.objects.all, "path"))
        register_way("roi.Lead.membership", forget_contacts_of)
        register_way("roi.Lead.email", forget_contacts_at)
