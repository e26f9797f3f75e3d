from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from communities.stored import register_stored, stored_in


class RoiConfig(AppConfig):
    name = "analytics.roi"
    label = "roi"
    verbose_name = _("Return on investment")

    def ready(self) -> None:
        # Models exist only now: registrations are the one place for imports inside a function.
        from analytics.roi.models import ImportRun
        from analytics.roi.services.offers import forget_contacts_at, forget_contacts_of
        from members.personal import register_way

        register_stored(stored_in("orders", ImportRun.objects.all, "path"))
        register_way("roi.Lead.membership", forget_contacts_of)
        register_way("roi.Lead.email", forget_contacts_at)
