from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from communities.stored import register_stored, stored_in


class RoiConfig(AppConfig):
    name = "analytics.roi"
    label = "roi"
    verbose_name = _("Return on investment")

    def ready(self) -> None:
        # Models exist only now: registrations are the one place for imports inside a function.
        from analytics.roi import acting, articles, portable, reviewing, today
        from analytics.roi.asking import ask_saved
        from analytics.roi.fleet import ledger_sums
        from analytics.roi.models import ImportRun
        from analytics.roi.permissions import can_edit_results
        from analytics.roi.recipe import ObjectivesPart
        from analytics.roi.recipe_forecast import ForecastPart
        from analytics.roi.services.offers import forget_contacts_at, forget_contacts_of
        from analytics.roi.services.savings import move_savings
        from communities.console.operator.figures import register_results
        from communities.console.recipe.parts import register_part
        from communities.content.showing.helped import register_ask
        from communities.transfer.importers import ImportDoor, register_import_door
        from members.personal import register_merger, register_way

        for package in (portable, reviewing, today, acting, articles):
            package.register()
        register_results(ledger_sums)
        register_part(ObjectivesPart())
        register_part(ForecastPart())
        register_import_door(
            ImportDoor(
                "orders",
                _("Orders"),
                _("What your shop sold, as a table (CSV): credited to the contacts of this place."),
                "roi:import-orders",
                can_edit_results,
                icon="ticket",
                order=30,
            )
        )
        register_stored(stored_in("orders", ImportRun.objects.all, "path"))
        _register_rest()
        register_ask(ask_saved)
        register_merger("roi.Saving.membership", move_savings)
        register_way("roi.Lead.membership", forget_contacts_of)
        register_way("roi.Lead.email", forget_contacts_at)


def _register_rest() -> None:
    from analytics.roi import outcomes
    from analytics.roi.services.offers import KEPT
    from communities.disclosures import Kept, kept

    outcomes.connect()
    kept.register(Kept("contacts", _("what you send by a contact form"), KEPT, 73))
    accounts = _("as long as accounts are kept; no address of a buyer is in them")
    kept.register(Kept("orders", _("orders of the shop that are counted here"), accounts, 74))
    without = _("for good, for the figures; without your name once you leave, and without any for visitors")
    kept.register(Kept("saved_calls", _("whether an answer saved you a call"), without, 75))
