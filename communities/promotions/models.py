"""The brand's own banners, and how often they were seen: counted by the hour, never by the person."""

from __future__ import annotations

import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.promotions.customers.models import CustomerStory
from communities.promotions.targets import check_target
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import KEEP, Personal

__all__ = ["Banner", "BannerHour", "CountedMinute", "CustomerStory"]

# A page that was opened before a banner's end may be read, and pressed, long after it.
GRACE = datetime.timedelta(days=1)


class BannerQuerySet(ScopedQuerySet["Banner"]):
    def standing(self, now: datetime.datetime) -> BannerQuerySet:
        """What may be shown now or soon, and what ended so lately that pages still carry it."""
        return self.not_ended_by(now - GRACE)

    def not_ended_by(self, moment: datetime.datetime) -> BannerQuerySet:
        open_end = Q(ends_at__isnull=True) | Q(ends_at__gt=moment)
        return self.filter(open_end, archived_at__isnull=True, paused_at__isnull=True)

    def kept(self) -> BannerQuerySet:
        return self.filter(archived_at__isnull=True)

    def running_after(self, at: datetime.datetime) -> BannerQuerySet:
        """Those that begin or end later."""
        return self.kept().filter(Q(starts_at__gt=at) | Q(ends_at__gt=at))

    def archived(self) -> BannerQuerySet:
        return self.filter(archived_at__isnull=False)

    def newest(self) -> BannerQuerySet:
        return self.order_by("-created_at", "-id")


BannerManager = ScopedManager.from_queryset(BannerQuerySet)


class Banner(CommunityOwned):
    """A sentence, a button and a picture of the brand's own, in one of the places kept for them."""

    class Placement(models.TextChoices):
        HOME = "home", _("Home page")
        THREAD = "thread", _("Beside a thread")
        ARTICLE = "article", _("Under an article")

    class Stage(models.TextChoices):
        """Where a banner stands now; never stored, it follows from the dates."""

        SHOWN = "shown", _("Shown")
        PLANNED = "planned", _("Planned")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")
        ARCHIVED = "archived", _("Archived")

    placement = models.CharField(_("placement"), max_length=8, choices=Placement)
    text = models.CharField(_("text"), max_length=140)
    button = models.CharField(_("button"), max_length=40)
    target = models.CharField(_("leads to"), max_length=500, validators=[check_target])
    drawing = models.CharField(_("drawing"), max_length=40, blank=True)
    picture = models.CharField(_("picture"), max_length=200, blank=True)
    picture_width = models.PositiveIntegerField(default=0)
    picture_height = models.PositiveIntegerField(default=0)
    picture_renditions = models.JSONField(default=list, blank=True)
    picture_alt = models.CharField(_("description of the picture"), max_length=160, blank=True)
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    languages = ArrayField(
        models.CharField(max_length=8), verbose_name=_("languages"), default=list, blank=True
    )
    paused_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = BannerManager()

    personal = (
        Personal("created_by", KEEP, why="Who ran the place: the team’s own record, without the name."),
    )

    class Meta:
        verbose_name = _("banner")
        verbose_name_plural = _("banners")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="banner_owned"),
            models.CheckConstraint(
                condition=Q(placement__in=["home", "thread", "article"]), name="banner_placement"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                name="banner_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "ends_at"],
                name="banner_standing",
                condition=Q(archived_at__isnull=True, paused_at__isnull=True),
            ),
            models.Index(fields=["community", "-created_at", "-id"], name="banner_newest"),
        ]

    def __str__(self) -> str:
        return self.text

    def stage_at(self, now: datetime.datetime) -> Banner.Stage:
        if self.archived_at is not None:
            return self.Stage.ARCHIVED
        if self.paused_at is not None:
            return self.Stage.PAUSED
        if self.ends_at is not None and self.ends_at <= now:
            return self.Stage.ENDED
        return self.Stage.PLANNED if self.starts_at > now else self.Stage.SHOWN

    @property
    def stage(self) -> Banner.Stage:
        return self.stage_at(timezone.now())

    def speaks(self, language: str) -> bool:
        return not self.languages or language in self.languages

    def answers_at(self, now: datetime.datetime) -> bool:
        """Whether it may still be pressed and counted: shown now, or on pages opened within its last day."""
        stage = self.stage_at(now)
        return stage == self.Stage.SHOWN or (
            stage == self.Stage.ENDED and self.ends_at is not None and self.ends_at > now - GRACE
        )

    @property
    def picture_paths(self) -> list[str]:
        """Every stored file of the picture."""
        return [path for _width, path in self.picture_renditions] + ([self.picture] if self.picture else [])


class BannerHour(CommunityOwned):
    """What one banner did in one hour. `viewable` follows the MRC rule, see static/js/viewable.mjs.

    `served` were on a page whose scripts ran, `measurable` of them could be watched; `clicks` are people’s, one for
    each and half hour, `machine_clicks` those of programs that say so.
    """

    banner = OwnedForeignKey(Banner, models.CASCADE, related_name="hours")
    hour = models.DateTimeField()
    served = models.PositiveBigIntegerField(default=0)
    measurable = models.PositiveBigIntegerField(default=0)
    viewable = models.PositiveBigIntegerField(default=0)
    clicks = models.PositiveBigIntegerField(default=0)
    machine_clicks = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("hour of a banner")
        verbose_name_plural = _("hours of banners")
        constraints = [
            models.UniqueConstraint(fields=["community", "banner", "hour"], name="banner_hour_once")
        ]
        indexes = [models.Index(fields=["community", "hour"], name="banner_hour_by_hour")]

    def __str__(self) -> str:
        return f"{self.banner_id} {self.hour:%Y-%m-%d %H}"


class CountedMinute(CommunityOwned):
    """A minute whose counts are in the table already; the same minute offered again changes nothing."""

    minute = models.DateTimeField()

    class Meta:
        verbose_name = _("counted minute")
        verbose_name_plural = _("counted minutes")
        constraints = [models.UniqueConstraint(fields=["community", "minute"], name="counted_minute_once")]

    def __str__(self) -> str:
        return f"{self.minute:%Y-%m-%d %H:%M}"
