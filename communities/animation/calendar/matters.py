"""What Today says of the calendar: what is to go out by tomorrow and is not written."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.calendar.models import Entry
from communities.animation.calendar.permissions import can_edit_calendar, can_see_entry
from communities.animation.permissions import can_see_today, sees_own_part_only
from communities.animation.today.matters import Matter, Named, Scope, Source
from communities.calendar import DAY, day_of
from communities.models import Membership

# What was not written for so long is a matter of tidying up the calendar.
OLDEST = 14


class TextsToWrite(Source):
    """Texts of today and tomorrow that nobody has begun. Managers see all of them, others their own."""

    name = "texts-to-write"
    label = gettext_lazy("Text to write")
    order = 45
    url_name = "animation:show-calendar"
    shared = True
    rests = datetime.timedelta(days=1)

    def may(self, viewer: Membership) -> bool:
        return can_see_today(viewer)

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        today = day_of(scope.now, scope.community)
        rows = Entry.objects.shown().unwritten().between(today - OLDEST * DAY, today + DAY)
        if not can_edit_calendar(scope.viewer) and not sees_own_part_only(scope.viewer):
            rows = rows.filter(owner=scope.viewer)
        return [self._matter(row, scope, today) for row in scope.narrowed(rows)[:limit]]

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        return {
            entry.pk: Named(entry.title, reverse("animation:show-entry", args=[entry.pk]))
            for entry in Entry.objects.shown().filter(pk__in=keys)
            if can_see_entry(scope.viewer, entry)
        }

    def _matter(self, entry: Entry, scope: Scope, today: datetime.date) -> Matter:
        assert entry.day is not None  # the query has looked
        if entry.day < today:
            title = _("“%(title)s” was due to go out, and is not written")
        elif entry.day == today:
            title = _("Today: “%(title)s” is not written")
        else:
            title = _("Tomorrow: “%(title)s” is not written")
        owner = entry.owner.display_name if entry.owner is not None else _("not assigned yet")
        facts = (owner, entry.space.name) if entry.space is not None else (owner,)
        return Matter(
            str(entry.pk),
            title % {"title": entry.title},
            20,
            entry.created_at,
            harm=1,
            due=entry.moment(scope.community),
            facts=facts,
            url=reverse("animation:show-entry", args=[entry.pk]),
            act=_("Open what is planned"),
        )
