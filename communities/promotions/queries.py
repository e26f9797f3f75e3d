"""How often banners were seen and pressed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from math import sqrt

from django.db.models import Sum

from communities.models import Community
from communities.promotions.counting import KINDS
from communities.promotions.models import Banner, BannerHour

# The quantile of the normal distribution for a range of 95 %.
Z95 = 1.959964


@dataclass(frozen=True)
class Impressions:
    """Counts of a period. Only `viewable` ones are worth anything (MRC); `machine_clicks` are among no others."""

    served: int = 0
    measurable: int = 0
    viewable: int = 0
    clicks: int = 0
    machine_clicks: int = 0

    @property
    def viewable_rate(self) -> float | None:
        """Viewable among those that could be measured, 0 to 1; None where nothing was."""
        return self.viewable / self.measurable if self.measurable else None

    @property
    def click_rate(self) -> float | None:
        """Clicks for each viewable impression, 0 to 1; None where it would say nothing."""
        return self.clicks / self.viewable if self.viewable > 0 and self.clicks <= self.viewable else None

    @property
    def click_range(self) -> tuple[float, float] | None:
        """Between which rates the true one lies in 95 of 100 cases (Wilson)."""
        rate = self.click_rate
        if rate is None:
            return None
        n = self.viewable
        middle, width = rate + Z95**2 / (2 * n), Z95 * sqrt(rate * (1 - rate) / n + Z95**2 / (4 * n * n))
        whole = 1 + Z95**2 / n
        return max((middle - width) / whole, 0.0), min((middle + width) / whole, 1.0)


def impressions_between(
    community: Community, start: datetime.datetime, end: datetime.datetime
) -> Impressions:
    """All banners of a community, in the hours that begin in [start, end). Needs the community's scope."""
    hours = BannerHour.objects.filter(community_id=community.pk, hour__gte=start, hour__lt=end)
    sums = hours.aggregate(**{kind: Sum(kind, default=0) for kind in KINDS})
    return Impressions(**sums)


def impressions_by_banner(
    community: Community, start: datetime.datetime, end: datetime.datetime
) -> dict[int, Impressions]:
    """The same for each banner that has any, by its id."""
    hours = BannerHour.objects.filter(community_id=community.pk, hour__gte=start, hour__lt=end)
    sums = [Sum(kind) for kind in KINDS]
    rows = hours.order_by("banner_id").values_list("banner_id").annotate(*sums)
    return {banner_id: Impressions(*counted) for banner_id, *counted in rows}


@dataclass(frozen=True)
class ShownBanner:
    """A banner in the list of those who look after them."""

    banner: Banner
    impressions: Impressions


def list_with_impressions(
    community: Community, *, archived: bool, start: datetime.datetime, end: datetime.datetime, most: int = 200
) -> list[ShownBanner]:
    """The newest banners with what they did in a period: two statements."""
    banners = Banner.objects.archived() if archived else Banner.objects.kept()
    counted = impressions_by_banner(community, start, end)
    nothing = Impressions()
    return [ShownBanner(banner, counted.get(banner.pk, nothing)) for banner in banners.newest()[:most]]
