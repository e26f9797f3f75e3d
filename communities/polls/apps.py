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
            receivers,  # noqa: F401  listening is its import
            rewording,
        )
        from communities.polls.adding import take_answers_away
        from communities.polls.inset import PollInset
        from communities.polls.models import Poll
        from members.personal import register_way

        disclosing.register()
        merging.register()
        portable.register()
        rewording.register()
        register_inset(PollInset())
        register_way("polls.AddedAnswer.by", take_answers_away)
        register_planned(
            Planned(
                "polls",
                order=15,
                fields=("closes_at", "again_at"),
                rows=lambda now: Poll.objects.planned_after(now),
                said=lambda n: ngettext("%(n)s poll", "%(n)s polls", n) % {"n": n},
            )
        )
