from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TransferConfig(AppConfig):
    name = "communities.transfer"
    label = "transfer"
    verbose_name = _("Import and export")

    def ready(self) -> None:
        # Apps must be loaded before their models can be imported.
        from communities.disclosures import Kept, kept
        from communities.middleware import register_forwarding
        from communities.transfer import portable
        from communities.transfer.formats.stackexchange import StackExchangeImporter
        from communities.transfer.formats.wordpress import WordpressImporter
        from communities.transfer.forwarding import find_old_question
        from communities.transfer.importers import register_importer
        from communities.transfer.importing import registering
        from communities.transfer.models.imports import KEPT
        from communities.transfer.old_lists import find_old_list

        register_forwarding(find_old_question)
        register_forwarding(find_old_list)
        register_importer(WordpressImporter())
        register_importer(StackExchangeImporter())
        registering.register()
        portable.register()
        what = _("files from which a former site is brought in, with the addresses in them")
        kept.register(Kept("imports", what, KEPT, 75))
