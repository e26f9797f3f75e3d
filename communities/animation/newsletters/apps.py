from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communities.navigation import DeskPlace, Place, Spot, Who, register_desk_place, register_place


class NewslettersConfig(AppConfig):
    name = "communities.animation.newsletters"
    label = "newsletters"
    verbose_name = _("Newsletters")

    def ready(self) -> None:
        # Models exist only now.
        from communities.animation.calendar.items import register_calendar_source
        from communities.animation.newsletters import journal, merging, portable, week
        from communities.animation.newsletters.matters import Newsletters, NewslettersLeaving
        from communities.animation.newsletters.models import Newsletter
        from communities.animation.today.matters import register_source
        from communities.planned import Planned, register_planned

        journal.register()
        portable.register()
        merging.register()
        week.register()
        register_calendar_source(Newsletters())
        register_source(NewslettersLeaving())
        register_planned(
            Planned(
                "newsletters",
                order=35,
                fields=("look_at", "send_at"),
                # Of one that is laid out the hour of each person is fixed already.
                rows=lambda now: Newsletter.objects.filter(
                    state=Newsletter.State.PLANNED, look_at__gt=now, laying_at__isnull=True
                ),
                said=lambda n: ngettext("%(n)s newsletter", "%(n)s newsletters", n) % {"n": n},
            )
        )
        _register_kept()
        _register_places()


def _register_kept() -> None:
    from communities.animation.newsletters.counting import KEPT, followed_by
    from communities.animation.newsletters.subscribing import ASKED_KEPT
    from communities.disclosures import Kept, Taken, kept, taken

    kept.register(
        Kept("newsletter_asked", _("newsletter addresses that nobody has confirmed"), ASKED_KEPT, 35)
    )
    kept.register(
        Kept("newsletter_links", _("which links of a newsletter you followed"), KEPT, 36, _has_newsletters)
    )
    taken.register(
        Taken(
            "newsletters",
            _("the newsletters you were sent, and which of their links you followed"),
            followed_by,
        )
    )


def _has_newsletters(community: Any) -> bool:
    from communities.launch.features import chosen_features

    return "newsletters" in chosen_features(community)


def _register_places() -> None:
    from communities.animation.newsletters.permissions import can_write_newsletter

    register_desk_place(
        DeskPlace(
            _("Newsletters"),
            "newsletters:list-drafts",
            "mail",
            order=55,
            may=can_write_newsletter,
            also=("newsletters:list-segments",),
        )
    )
    # Members find it in their notification settings.
    register_place(
        Place(
            _("Newsletter"),
            "newsletters:list-newsletters",
            feature="newsletters",
            order=35,
            whom=Who.OUTSIDER,
        ),
        Spot.FOOT,
    )
