from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "communities.notifications"
    label = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        for part in ("notices", "emails", "receivers"):
            import_module(f"communities.notifications.{part}")
