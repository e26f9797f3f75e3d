from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    name = "communities.journal"
    label = "journal"
    verbose_name = _("Journal of the team")

    def ready(self) -> None:
        # Its table refuses changes.
        from members.personal import register_merger, stays

        register_merger("journal.Change.by", stays)
