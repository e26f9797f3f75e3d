from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailingConfig(AppConfig):
    name = "communities.mailing"
    label = "mailing"
    verbose_name = _("Mailing")

    def ready(self) -> None:
        # Models exist only now.
        from communities.mailing import portable

        portable.register()
