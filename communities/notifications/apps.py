from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from communities.navigation import DeskPlace, register_desk_place


class NotificationsConfig(AppConfig):
    name = "communities.notifications"
    label = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        # Models exist only now.
        from communities.notifications.services import forget_news
        from communities.permissions import can_configure_community
        from members.personal import register_way

        for part in ("notices", "emails", "receivers"):
            import_module(f"communities.notifications.{part}")
        register_desk_place(
            DeskPlace(
                _("Mails"),
                "notifications:list-undelivered",
                "mail",
                order=85,
                may=can_configure_community,
            )
        )
        register_way("notifications.Notification.membership", forget_news)
