"""What the calendar and Today say of newsletters."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.calendar.items import CalendarSource, Item, Standing, Window
from communities.animation.newsletters.composing import untried
from communities.animation.newsletters.models import Newsletter
from communities.animation.newsletters.permissions import can_send_newsletter, can_write_newsletter
from communities.animation.today.matters import Matter, Named, Scope, Source
from communities.calendar import DAY, moments
from communities.models import Membership

MOST = 200
_State = Newsletter.State


def subject_of(newsletter: Newsletter) -> str:
    """In its main language; needs `versions` prefetched."""
    said = [one.subject for one in newsletter.versions.all() if one.language == newsletter.language]
    return said[0] if said else _("Newsletter")


class Newsletters(CalendarSource):
    """When newsletters leave, and have left."""

    name, order = "newsletters", 35

    def may(self, viewer: Membership) -> bool:
        return can_write_newsletter(viewer)

    def items(self, window: Window) -> Sequence[Item]:
        start, end = moments(window.first, window.last, window.community)
        rows = (
            Newsletter.objects.filter(send_at__gte=start, send_at__lt=end)
            .exclude(state=_State.DRAFT)
            .select_related("segment", "created_by")
            .prefetch_related("versions")
        )
        return [self._item(row, window) for row in rows.order_by("send_at", "pk")[:MOST]]

    def _item(self, row: Newsletter, window: Window) -> Item:
        assert row.send_at is not None  # the query has looked
        day, hour = window.local(row.send_at)
        return Item(
            uid=f"newsletter-{row.pk}",
            title=subject_of(row),
            day=day,
            hour=hour,
            group="newsletter",
            label=_("Newsletter"),
            icon="mail",
            look="k-banner",
            standing=Standing.SCHEDULED if row.is_planned else Standing.OUT,
            owner=row.created_by,
            url=reverse("newsletters:show-progress", args=[row.pk]),
            fact=row.goes_to or _("everybody who asked for it"),
            is_told=True,
        )


class NewslettersLeaving(Source):
    """What leaves by tomorrow, and nobody has tried out; what was stopped halfway."""

    name = "newsletters"
    label = gettext_lazy("Newsletter")
    order = 47
    url_name = "newsletters:list-drafts"
    rests = datetime.timedelta(days=1)

    def may(self, viewer: Membership) -> bool:
        return can_send_newsletter(viewer)

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        soon = Q(state=_State.PLANNED, send_at__lte=scope.now + DAY)
        rows = Newsletter.objects.filter(soon | Q(state=_State.STOPPED)).prefetch_related("versions")
        return [self._matter(row) for row in scope.narrowed(rows.order_by("send_at", "pk"))[:limit]]

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        rows = Newsletter.objects.filter(pk__in=keys).prefetch_related("versions")
        return {
            row.pk: Named(subject_of(row), reverse("newsletters:show-progress", args=[row.pk]))
            for row in rows
        }

    def _matter(self, row: Newsletter) -> Matter:
        title = (
            _("“%(title)s” was stopped halfway: resume it, or leave it")
            if row.is_stopped
            else _("“%(title)s” will be sent soon: read it once more")
        )
        facts = (_("no test has been sent"),) if not row.is_stopped and untried(row) else ()
        return Matter(
            str(row.pk),
            title % {"title": subject_of(row)},
            5,
            row.created_at,
            harm=1,
            due=row.send_at,
            facts=facts,
            url=reverse("newsletters:show-progress", args=[row.pk]),
            act=_("Open the newsletter"),
        )
