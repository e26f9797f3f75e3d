"""What the accounts have to say about today: rates to look at again, a month without its costs."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.roi.models import Cost, Rate
from analytics.roi.permissions import can_edit_results
from communities.animation.today.matters import Matter, Scope, Source, register_source
from communities.calendar import DAY, day_of, moment_at
from communities.models import Membership

# A rate is named so long before the day on which it is to be looked at.
AHEAD = 7 * DAY
WEEKS = 14 * DAY
# From this day of a month on the costs of the month before should be there.
COSTS_FROM = 5
MORNING = datetime.time(8)


class RatesToReview(Source):
    """Rates whose day of review has come, in the version that holds."""

    name = "rates"
    label = gettext_lazy("Rate to review")
    order = 85
    url_name = "roi:set-rate"
    rests = WEEKS

    def may(self, viewer: Membership) -> bool:
        """Only whoever can do it: managers read the results, and have no page of rates."""
        return can_edit_results(viewer)

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        today = day_of(scope.now, scope.community)
        newest = Rate.objects.filter(valid_from__lte=today).order_by("name", "-valid_from", "-id")
        rows = list(newest.distinct("name"))
        asked = [
            rate
            for rate in rows
            if rate.review_on is not None and rate.review_on <= today + AHEAD and scope.takes(rate.pk)
        ]
        asked.sort(key=lambda rate: (rate.review_on, rate.pk))
        return [self._matter(rate, scope) for rate in asked[:limit]]

    def _matter(self, rate: Rate, scope: Scope) -> Matter:
        assert rate.review_on is not None  # whoever calls has looked
        return Matter(
            str(rate.pk),
            _("The rate “%(name)s” is to be reviewed") % {"name": rate.get_name_display()},
            5,
            moment_at(rate.review_on, MORNING, scope.community),
            facts=(_("by %(day)s") % {"day": date_format(rate.review_on)}, rate.source),
            url=reverse(self.url_name),
            act=_("Look at the rates"),
        )


class CostsMissing(Source):
    """The month before has no costs: its result would be too good."""

    name = "costs"
    label = gettext_lazy("Costs to record")
    order = 86
    url_name = "roi:record-cost"
    rests = WEEKS

    def may(self, viewer: Membership) -> bool:
        return can_edit_results(viewer)

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        today = day_of(scope.now, scope.community)
        first = (today.replace(day=1) - DAY).replace(day=1)
        number = first.year * 100 + first.month
        if today.day < COSTS_FROM or not scope.takes(number):
            return []
        began = day_of(scope.community.created_at, scope.community)
        if (
            began >= today.replace(day=1)
            or not Rate.objects.exists()
            or _has_costs(first, today.replace(day=1))
        ):
            return []
        month = date_format(first, "YEAR_MONTH_FORMAT")
        return [
            Matter(
                str(number),
                _("The costs of %(month)s are missing") % {"month": month},
                10,
                moment_at(today.replace(day=1), MORNING, scope.community),
                facts=(_("without them the month looks better than it was"),),
                url=reverse(self.url_name),
                act=_("Record the costs"),
            )
        ]


def _has_costs(first: datetime.date, end: datetime.date) -> bool:
    """Whether something was paid in the month that begins on `first`, once or as each month."""
    once = Q(repeats=Cost.Repeats.ONCE, starts_on__gte=first, starts_on__lt=end)
    goes_on = Q(ends_on__isnull=True) | Q(ends_on__gte=first)
    monthly = Q(goes_on, repeats=Cost.Repeats.MONTHLY, starts_on__lt=end)
    return bool(Cost.objects.filter(once | monthly).exists())


def register() -> None:
    register_source(RatesToReview())
    register_source(CostsMissing())
