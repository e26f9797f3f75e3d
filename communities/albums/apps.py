from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlbumsConfig(AppConfig):
    name = "communities.albums"
    label = "albums"
    verbose_name = _("Photographs")

    def ready(self) -> None:
        # Models exist only now.
        from communities.albums import (
            beside,
            disclosing,
            merging,
            notices,  # noqa: F401  declaring is its import
            portable,
            receivers,
            sections,
        )
        from communities.albums.kind import PhotoKind
        from communities.content.kinds import register_kind

        beside.register()
        disclosing.register()
        merging.register()
        portable.register()
        receivers.connect()
        sections.register()
        register_kind(PhotoKind())
