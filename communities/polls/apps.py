from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class PollsConfig(AppConfig):
    name = "communities.polls"
    label = "polls"
    verbose_name = _("Polls")

    def ready(self) -> None:
        # Models exist only now.
        from communities.content.insets import register_inset
        from communities.planned import Planned, register_planned
        from communities.polls import (
            disclosing,
            merging,
            notices,  # noqa: F401  declaring is its import
            portable,
        )
        from communities.polls.inset import PollInset
        from communities.polls.models import Poll

        disclosing.register()
        merging.register()
        portable.register()
        register_inset(PollInset())
        register_planned(
            Planned(
                "polls",
                order=15,
                fields=("closes_at",),
                rows=lambda now: Poll.objects.closing_after(now),
                said=lambda n: ngettext("%(n)s poll", "%(n)s polls", n) % {"n": n},
            )
        )
