from allauth.account.signals import email_confirmed
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "members"
    label = "members"
    verbose_name = _("People")

    def ready(self) -> None:
        from members.services import drop_unproven_password

        email_confirmed.connect(drop_unproven_password, dispatch_uid="drop_unproven_password")
