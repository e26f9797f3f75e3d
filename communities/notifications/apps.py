from dataclasses import replace
from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communities.navigation import Place, Spot, Who, register_place


class NotificationsConfig(AppConfig):
    name = "communities.notifications"
    label = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        # Models exist only now.
        from communities.notifications import hearing, merging, portable, settings
        from communities.notifications.devices import disclosing
        from communities.notifications.services import forget_news
        from members.personal import register_way

        for part in ("notices", "emails", "receivers", "moved", "regrouped", "wikis"):
            import_module(f"communities.notifications.{part}")
        settings.register()
        hearing.register()
        portable.register()
        register_way("notifications.Notification.membership", forget_news)
        merging.register_mergers()
        disclosing.register()
        bell = Place(
            _("Notifications"),
            "notifications:list-notifications",
            order=40,
            icon="bell",
            whom=Who.MEMBER,
        )
        register_place(bell, Spot.DOCK)
        register_place(replace(bell, order=20, count=_unread, said=say_unread, look="bell"), Spot.BAR)
        channels = Place(
            _("Notification settings"), "notifications:edit-channels", order=50, icon="bell", whom=Who.MEMBER
        )
        register_place(channels, Spot.ACCOUNT)


def _unread(membership: Any) -> int:
    from communities.notifications.queries import unread_news

    return unread_news(membership)


def say_unread(count: int) -> str:
    if not count:
        return gettext("Notifications")
    words = ngettext("Notifications, %(n)s new", "Notifications, %(n)s new", count)
    return words % {"n": number_format(count, force_grouping=True)}
