"""An announcement above the pages, and which members have closed it or followed its link."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.animation.newsletters.models import Segment
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.promotions.targets import check_target
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from communities.wording import in_language
from members.personal import DELETE, KEEP, Personal

TEXT_AT_MOST, LINK_AT_MOST = 140, 40
# A page that was opened before the end may be read, and its link pressed, after it.
GRACE = datetime.timedelta(days=1)


class AnnouncementQuerySet(ScopedQuerySet["Announcement"]):
    def kept(self) -> AnnouncementQuerySet:
        return self.filter(removed_at__isnull=True)

    def standing(self, at: datetime.datetime) -> AnnouncementQuerySet:
        """Those that are shown at a moment, or later."""
        return self.kept().filter(ends_at__gt=at)

    def over(self, at: datetime.datetime) -> AnnouncementQuerySet:
        return self.kept().filter(ends_at__lte=at)

    def answering(self, at: datetime.datetime) -> AnnouncementQuerySet:
        """Those that some page may still show."""
        return self.kept().filter(starts_at__lte=at, ends_at__gt=at - GRACE)

    def ended_before(self, at: datetime.datetime | None = None, last_id: int = 0) -> AnnouncementQuerySet:
        """The newest first; after a row where one is named."""
        rows = self
        if at is not None:
            rows = rows.filter(ends_at__lte=at).filter(Q(ends_at__lt=at) | Q(id__lt=last_id))
        return rows.order_by("-ends_at", "-id")

    def to_count(self, before: datetime.datetime) -> AnnouncementQuerySet:
        """Those, deleted ones too, that ended so long ago that who closed or followed them becomes figures."""
        return self.filter(ends_at__lte=before, counted_at__isnull=True)

    def meant_for(self, segment: Segment) -> AnnouncementQuerySet:
        return self.filter(segment=segment)

    def with_people(self) -> AnnouncementQuerySet:
        """For lists: with segment and author, and how many members have closed it or followed its link."""
        rows = self.select_related("segment", "created_by")
        return rows.annotate(
            closed=F("closed_by_members") + models.Count("readings", filter=Q(readings__closed=True)),
            followed=F("followed_by_members") + models.Count("readings", filter=Q(readings__followed=True)),
        )


AnnouncementManager = ScopedManager.from_queryset(AnnouncementQuerySet)


class Announcement(CommunityOwned):
    """A sentence with a link, in the languages of the place, shown above the pages between two moments.

    `words` are {"en": {"text": "…", "link": "…"}}: what the sentence and its link say in each language.
    """

    class Tone(models.TextChoices):
        NEWS = "news", _("Calm")
        WARNING = "warning", pgettext_lazy("announcement", "Warning")

    class Audience(models.TextChoices):
        EVERYBODY = "everybody", _("Everybody, visitors too")
        MEMBERS = "members", _("All members")
        SEGMENT = "segment", _("Members of a segment")

    class Stage(models.TextChoices):
        """Where it stands now; never stored, it follows from the moments."""

        SHOWN = "shown", _("Shown")
        PLANNED = "planned", _("Planned")
        ENDED = "ended", _("Ended")

    words: models.JSONField[Any, Any] = models.JSONField(default=dict)
    target = models.CharField(_("leads to"), max_length=500, blank=True, validators=[check_target])
    tone = models.CharField(_("appearance"), max_length=8, choices=Tone, default=Tone.NEWS)
    audience = models.CharField(_("who sees it"), max_length=9, choices=Audience, default=Audience.EVERYBODY)
    segment = OwnedForeignKey(Segment, models.SET_NULL, null=True, blank=True, related_name="+")
    # Of one that is over: how a segment was called that has been deleted since.
    segment_name = models.CharField(max_length=60, blank=True, editable=False)
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    ends_at = models.DateTimeField(_("until"))
    can_be_closed = models.BooleanField(_("readers can close it"), default=True)
    # Visitors are counted and not known: each browser once in half an hour.
    closed_by_visitors = models.PositiveIntegerField(default=0, editable=False)
    followed_by_visitors = models.PositiveIntegerField(default=0, editable=False)
    # Members are rows, until these say how many they were, and nothing else does (`counting.py`).
    closed_by_members = models.PositiveIntegerField(default=0, editable=False)
    followed_by_members = models.PositiveIntegerField(default=0, editable=False)
    counted_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Taken off the list; the journal can bring it back.
    removed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AnnouncementManager()

    personal = (
        Personal("created_by", KEEP, why="Who ran the place: the team’s own record, without the name."),
    )

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="announcement_owned"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="announcement_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(tone__in=["news", "warning"]), name="announcement_tone"),
            models.CheckConstraint(
                condition=Q(audience__in=["everybody", "members", "segment"]), name="announcement_audience"
            ),
            models.CheckConstraint(
                condition=Q(audience="segment") | Q(segment__isnull=True), name="announcement_segment"
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "-ends_at", "-id"],
                name="announcement_standing",
                condition=Q(removed_at__isnull=True),
            ),
            models.Index(
                fields=["community", "starts_at"],
                name="announcement_day",
                condition=Q(removed_at__isnull=True),
            ),
            models.Index(fields=["ends_at"], name="announcement_count", condition=Q(counted_at__isnull=True)),
            models.Index(
                fields=["segment"], name="announcement_segment_key", condition=Q(segment__isnull=False)
            ),
            models.Index(
                fields=["created_by"], name="announcement_by", condition=Q(created_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        """The sentence in some language; pages ask `said_in`."""
        return in_language({code: one["text"] for code, one in self.words.items()}, [])[0]

    def said_in(self, languages: list[str]) -> str:
        """The sentence in the first of these languages that has one."""
        return in_language({code: one["text"] for code, one in self.words.items()}, languages)[0]

    def stage_at(self, now: datetime.datetime) -> Announcement.Stage:
        if self.ends_at <= now:
            return self.Stage.ENDED
        return self.Stage.PLANNED if self.starts_at > now else self.Stage.SHOWN

    @property
    def stage(self) -> Announcement.Stage:
        return self.stage_at(timezone.now())

    @property
    def is_over(self) -> bool:
        return self.stage == self.Stage.ENDED

    @property
    def is_shown(self) -> bool:
        return self.stage == self.Stage.SHOWN

    @property
    def is_warning(self) -> bool:
        return self.tone == self.Tone.WARNING

    @property
    def is_for_segment(self) -> bool:
        return self.audience == self.Audience.SEGMENT

    @property
    def is_for_visitors(self) -> bool:
        return self.audience == self.Audience.EVERYBODY

    @property
    def whom(self) -> str:
        """For whom it is, in words; a segment by its name, also after it was deleted."""
        if self.is_for_segment:
            return self.segment.name if self.segment is not None else self.segment_name
        return str(self.get_audience_display())

    def values(self) -> dict[str, Any]:
        """What its form says of it, for the journal and for copies."""
        return {
            "words": self.words,
            "target": self.target,
            "tone": self.tone,
            "audience": self.audience,
            "segment": self.segment_id,
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "can_be_closed": self.can_be_closed,
        }


class ReadingQuerySet(ScopedQuerySet["Reading"]):
    def closing(self, membership: Membership, announcements: list[int]) -> ReadingQuerySet:
        """Which of these a member has closed."""
        return self.filter(membership=membership, announcement__in=announcements, closed=True)


ReadingManager = ScopedManager.from_queryset(ReadingQuerySet)


class Reading(CommunityOwned):
    """That a member has closed an announcement, on every device, or followed its link; no moment is kept. Ninety days
    after its end only how many they were is left."""

    announcement = OwnedForeignKey(Announcement, models.CASCADE, related_name="readings")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    closed = models.BooleanField(default=False)
    followed = models.BooleanField(default=False)

    objects = ReadingManager()

    personal = (
        Personal(
            "membership",
            DELETE,
            exported_as="announcements",
            why="What somebody closed or followed is theirs alone, and goes with them.",
        ),
    )

    class Meta:
        verbose_name = _("reading of an announcement")
        verbose_name_plural = _("readings of announcements")
        constraints = [
            models.UniqueConstraint(fields=["membership", "announcement"], name="announcement_read_once"),
            models.CheckConstraint(
                condition=Q(closed=True) | Q(followed=True), name="announcement_reading_says"
            ),
        ]
        indexes = [models.Index(fields=["announcement"], name="announcement_readings")]

    def __str__(self) -> str:
        return f"reading {self.pk}"
