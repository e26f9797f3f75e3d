from allauth.account.signals import email_confirmed
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LaunchConfig(AppConfig):
    name = "communities.launch"
    label = "launch"
    verbose_name = _("Launch")

    def ready(self) -> None:
        from communities.launch.services import open_waiting_door

        email_confirmed.connect(open_waiting_door, dispatch_uid="open_waiting_door")
