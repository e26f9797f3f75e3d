"""What the calendar says of announcements."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.animation.announcements.models import Announcement
from communities.animation.announcements.permissions import can_make_announcement
from communities.animation.calendar.items import CalendarSource, Item, Standing, Window
from communities.calendar import moments
from communities.models import Membership
from communities.wording import languages_of

MOST = 200


class Announcements(CalendarSource):
    """The day on which an announcement begins to be shown."""

    name, order = "announcements", 38

    def may(self, viewer: Membership) -> bool:
        return can_make_announcement(viewer)

    def items(self, window: Window) -> Sequence[Item]:
        start, end = moments(window.first, window.last, window.community)
        rows = Announcement.objects.kept().filter(starts_at__gte=start, starts_at__lt=end)
        found = rows.select_related("segment", "created_by").order_by("starts_at", "pk")
        return [self._item(row, window) for row in found[:MOST]]

    def _item(self, row: Announcement, window: Window) -> Item:
        day, hour = window.local(row.starts_at)
        last = date_format(window.local(row.ends_at)[0], "j F")
        return Item(
            uid=f"announcement-{row.pk}",
            title=row.said_in(languages_of(window.community)),
            day=day,
            hour=hour,
            group="announcement",
            label=_("Announcement"),
            icon="bell",
            look="k-banner",
            standing=Standing.OUT if row.starts_at <= window.now else Standing.SCHEDULED,
            ends_at=row.ends_at,
            owner=row.created_by,
            url=_page_of(row),
            fact=_("%(whom)s, until %(day)s") % {"whom": row.whom, "day": last},
            is_told=True,
        )


def _page_of(row: Announcement) -> str:
    if row.is_over:
        return reverse("animation:list-announcements")
    return reverse("animation:edit-announcement", args=[row.pk])
