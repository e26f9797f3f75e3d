from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListeningConfig(AppConfig):
    name = "communities.animation.listening"
    label = "listening"
    verbose_name = _("Listening")

    def ready(self) -> None:
        # Models exist only now.
        from communities.animation.listening import journal, portable
        from communities.animation.listening.matters import MoreIsSaid, RepliesElsewhere
        from communities.animation.listening.models import KEPT
        from communities.animation.listening.permissions import can_listen
        from communities.animation.today.matters import register_source
        from communities.disclosures import Kept, kept
        from communities.navigation import DeskPlace, register_desk_place

        journal.register()
        portable.register()
        register_source(RepliesElsewhere())
        register_source(MoreIsSaid())
        kept.register(
            Kept(
                "mentions",
                _("what is said about the brand elsewhere, with the name of whoever said it"),
                KEPT,
                76,
            )
        )
        register_desk_place(
            DeskPlace(
                _("Listening"),
                "animation:list-mentions",
                "eye",
                order=58,
                may=can_listen,
                also=(
                    "animation:show-voices",
                    "animation:list-tracked-names",
                    "animation:list-mention-sources",
                ),
            )
        )
