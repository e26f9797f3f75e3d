from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    name = "communities.journal"
    label = "journal"
    verbose_name = _("Journal of the team")

    def ready(self) -> None:
        # Models exist only now.
        from communities.journal import portable, reading, refusals
        from members.personal import register_merger, stays

        reading.register()
        refusals.register()
        portable.register()
        # Its table refuses changes.
        register_merger("journal.Change.by", stays)
