from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communities.navigation import DeskPlace, register_desk_place
from communities.planned import Planned, register_planned
from communities.stored import register_stored, stored_in


class PromotionsConfig(AppConfig):
    name = "communities.promotions"
    label = "promotions"
    verbose_name = _("Banners")

    def ready(self) -> None:
        # Models exist only now, and the permission speaks of them.
        from communities.models import fingerprint
        from communities.promotions import portable, sections
        from communities.promotions.customers import disclosing, merging, notices  # noqa: F401  declaring is its import
        from communities.promotions.customers import sections as customers
        from communities.promotions.customers.showing import facts
        from communities.promotions.models import Banner
        from communities.promotions.permissions import can_edit_placement
        from communities.promotions.showing import standing_banners
        from communities.redrawing import register_fact

        sections.register()
        portable.register()
        customers.register()
        disclosing.register()
        merging.register()
        register_fact(lambda visit: facts(visit.community))
        register_fact(lambda visit: tuple(map(fingerprint, standing_banners(visit.community))))
        register_planned(
            Planned(
                "banners",
                order=30,
                fields=("starts_at", "ends_at"),
                rows=lambda now: Banner.objects.running_after(now),
                said=lambda n: ngettext("%(n)s banner", "%(n)s banners", n) % {"n": n},
            )
        )
        register_stored(stored_in("banners", Banner.objects.all, "picture"))
        register_desk_place(
            DeskPlace(_("Customers"), "promotions:list-customers", "user", order=61, may=can_edit_placement)
        )
        register_desk_place(
            DeskPlace(_("Banners"), "promotions:list-banners", "image", order=60, may=can_edit_placement)
        )
