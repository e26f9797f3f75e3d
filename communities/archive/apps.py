from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArchiveConfig(AppConfig):
    name = "communities.archive"
    label = "archive"
    verbose_name = _("Export of a community")

    def ready(self) -> None:
        # Models exist only now.
        from communities.archive import declared, journal, notices  # noqa: F401  declaring is its import
        from communities.archive.models import KEPT, Export
        from communities.disclosures import Kept, kept
        from communities.stored import register_stored, stored_in

        declared.register()
        journal.register()
        kept.register(
            Kept("exports", _("the whole place in one file, where its owner has asked for it"), KEPT, 61)
        )
        register_stored(stored_in("exports", Export.objects.all, "path"))
