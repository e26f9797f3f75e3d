from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class AnnouncementsConfig(AppConfig):
    name = "communities.animation.announcements"
    label = "announcements"
    verbose_name = _("Announcements")

    def ready(self) -> None:
        # Models exist only now.
        from communities.animation.announcements import disclosing, journal, merging, portable
        from communities.animation.announcements.matters import Announcements
        from communities.animation.announcements.permissions import can_make_announcement
        from communities.animation.announcements.showing import shown_to_visitor
        from communities.animation.calendar.items import register_calendar_source
        from communities.middleware import register_visitor_fact
        from communities.navigation import DeskPlace, register_desk_place

        disclosing.register()
        journal.register()
        merging.register()
        portable.register()
        register_visitor_fact(shown_to_visitor)
        register_calendar_source(Announcements())
        _register_hours()
        register_desk_place(
            DeskPlace(
                _("Announcements"),
                "animation:list-announcements",
                "bell",
                order=50,
                may=can_make_announcement,
            )
        )


def _register_hours() -> None:
    from django.utils import timezone

    from communities.animation.announcements.models import Announcement
    from communities.animation.announcements.permissions import FEATURE
    from communities.animation.announcements.services import put_in_force
    from communities.animation.newsletters.models import Segment
    from communities.animation.newsletters.segments import SegmentUse, segment_uses
    from communities.launch.features import chosen_features
    from communities.planned import Planned, register_planned
    from communities.queries import communities_by_id
    from communities.scoping import active_community_id

    register_planned(
        Planned(
            "announcements",
            order=38,
            fields=("starts_at", "ends_at"),
            rows=lambda now: Announcement.objects.standing(now),
            said=lambda n: ngettext("%(n)s announcement", "%(n)s announcements", n) % {"n": n},
            moved=lambda: put_in_force(active_community_id()),
        )
    )

    def needs(segment: Segment) -> bool:
        """Where the part is closed nobody could end what stands, and nobody is shown it."""
        place = communities_by_id.get(active_community_id())
        if place is not None and FEATURE not in chosen_features(place):
            return False
        return Announcement.objects.standing(timezone.now()).meant_for(segment).exists()

    def leave(segment: Segment) -> None:
        Announcement.objects.meant_for(segment).update(segment_name=segment.name)

    segment_uses.register(SegmentUse("announcements", needs, leave))
