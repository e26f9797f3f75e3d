from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from communities.navigation import DeskPlace, register_desk_place


class AnimationConfig(AppConfig):
    name = "communities.animation"
    label = "animation"
    verbose_name = _("Animation")

    def ready(self) -> None:
        # Models exist only now.
        from communities.animation import notices, portable  # noqa: F401  declaring is their import
        from communities.animation.newcomers import gauge, merging, watched
        from communities.animation.newcomers.introducing import Introductions
        from communities.animation.newcomers.matters import FirstTexts, Greetings, QuietNewcomers
        from communities.animation.sources.approvals import Approvals
        from communities.animation.sources.assigned import Assigned
        from communities.animation.sources.content import Questions, QuietSpaces, Scheduled
        from communities.animation.sources.place import FailedMails, JoinRequests, LegalTexts, Stages
        from communities.animation.sources.promises import Promises
        from communities.animation.sources.watch import WatchedStages
        from communities.animation.today import week, weights
        from communities.animation.today.matters import register_source

        merging.register()
        gauge.register()
        watched.register()
        portable.register()
        week.register()
        weights.register()
        for source in (
            FirstTexts(),
            Greetings(),
            Introductions(),
            JoinRequests(),
            Promises(),
            Assigned(),
            Approvals(),
            Questions(),
            Scheduled(),
            WatchedStages(),
            Stages(),
            LegalTexts(),
            QuietNewcomers(),
            FailedMails(),
            QuietSpaces(),
        ):
            register_source(source)
        _register_places()


def _register_places() -> None:
    from communities.animation.permissions import can_greet_newcomers, can_see_today, sees_own_part_only
    from communities.animation.today.left import count_left
    from communities.models import Membership
    from communities.navigation import StartPage, register_start_page

    def begins_with_it(membership: Membership) -> bool:
        """Whose day begins with Today; of all others it is among the pages of the team."""
        return membership.can_manage or sees_own_part_only(membership)

    register_desk_place(
        DeskPlace(
            _("Today"),
            "animation:show-today",
            "check",
            order=5,
            may=can_see_today,
            count=count_left,
            in_header=begins_with_it,
        )
    )
    register_desk_place(
        DeskPlace(_("Newcomers"), "animation:list-newcomers", "hand", order=10, may=can_greet_newcomers)
    )
    register_start_page(
        StartPage(
            "today",
            _("Today"),
            "animation:show-today",
            10,
            may=can_see_today,
            begins=lambda membership: membership.can_manage,
        )
    )
