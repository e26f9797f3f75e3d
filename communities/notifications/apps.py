from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "communities.notifications"
    label = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from communities.notifications.services import forget_news
        from members.personal import register_way

        import_module("communities.notifications.receivers")
        register_way("notifications.Notification.membership", forget_news)
