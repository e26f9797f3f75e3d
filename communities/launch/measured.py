"""What was measured of a launch: the gauges of each day, and the limits of a stage that opened lately."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet

# No pace is measured over more; what is older goes when a day is measured.
DAYS_KEPT = datetime.timedelta(days=120)


class GaugeDayQuerySet(ScopedQuerySet["GaugeDay"]):
    def since(self, day: datetime.date) -> GaugeDayQuerySet:
        return self.filter(day__gte=day)


GaugeDayManager = ScopedManager.from_queryset(GaugeDayQuerySet)


class GaugeDay(CommunityOwned):
    """Where a gauge stood on a day of the community’s calendar, as it was last measured then."""

    gauge = models.CharField(max_length=60)
    day = models.DateField()
    value = models.FloatField()

    objects = GaugeDayManager()  # type: ignore[misc]  # read by the plug-in for models before its base

    class Meta:
        verbose_name = _("day of a gauge")
        verbose_name_plural = _("days of gauges")
        constraints = [
            models.UniqueConstraint(fields=["community", "gauge", "day"], name="gauge_day_once"),
        ]
        indexes = [models.Index(fields=["community", "day"], name="gauge_by_day")]

    def __str__(self) -> str:
        return f"{self.gauge} {self.day}"


class WatchReadingQuerySet(ScopedQuerySet["WatchReading"]):
    def of(self, opening: Any) -> WatchReadingQuerySet:
        """Of one opening, the oldest first."""
        return self.filter(opening=opening).order_by("at", "id")


WatchReadingManager = ScopedManager.from_queryset(WatchReadingQuerySet)


class WatchReading(CommunityOwned):
    """Where the limits of a watched stage stood at one moment: a figure for each measure."""

    opening = OwnedForeignKey("launch.StageOpening", models.CASCADE, related_name="watch_readings")
    at = models.DateTimeField(default=timezone.now)
    values = models.JSONField(default=dict)

    objects = WatchReadingManager()  # type: ignore[misc]  # read by the plug-in for models before its base

    class Meta:
        verbose_name = _("reading of a watched stage")
        verbose_name_plural = _("readings of a watched stage")
        indexes = [models.Index(fields=["opening", "at"], name="watch_reading_in_order")]

    def __str__(self) -> str:
        return f"{self.opening_id} {self.at}"
