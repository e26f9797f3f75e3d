from allauth.account.signals import email_confirmed, user_logged_in
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "members"
    label = "members"
    verbose_name = _("People")

    def ready(self) -> None:
        from members.operators import become_first_operator
        from members.services import drop_unproven_password, note_working_address

        email_confirmed.connect(drop_unproven_password, dispatch_uid="drop_unproven_password")
        user_logged_in.connect(note_working_address, dispatch_uid="note_working_address")
        user_logged_in.connect(become_first_operator, dispatch_uid="become_first_operator")
