from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from communities.navigation import DeskPlace, register_desk_place


class PromotionsConfig(AppConfig):
    name = "communities.promotions"
    label = "promotions"
    verbose_name = _("Banners")

    def ready(self) -> None:
        # Models exist only now, and the permission speaks of them.
        from communities.promotions import sections
        from communities.promotions.permissions import can_edit_placement

        sections.register()
        register_desk_place(
            DeskPlace(_("Banners"), "promotions:list-banners", "image", order=60, may=can_edit_placement)
        )
