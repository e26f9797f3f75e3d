"""What is planned to be written, and by which key a member’s own calendar reads it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.calendar import moment_at
from communities.content.models import Space, State, Thread
from communities.content.models.declared import thread_kinds
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.models import Community, Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, KEEP, Personal

# An entry without an hour stands for this one where a moment is needed.
MORNING = datetime.time(9)


class RitualQuerySet(ScopedQuerySet["Ritual"]):
    def living(self) -> RitualQuerySet:
        """Those that have not ended, in the order of the week."""
        return self.filter(ended_at__isnull=True).order_by("weekday", "hour", "pk")

    def due(self, at: datetime.datetime) -> RitualQuerySet:
        """Those of which the next text is to be laid out."""
        return self.filter(due_at__lte=at).order_by("due_at", "pk")

    def coming(self, at: datetime.datetime) -> RitualQuerySet:
        return self.filter(due_at__gt=at)


RitualManager = ScopedManager.from_queryset(RitualQuerySet)


class Ritual(CommunityOwned):
    """A text that comes every week, “question of the week”: some days before its day an entry with a draft is made.

    `next_day` is the day of the next text to be laid out, `due_at` when that is done; a ritual that rests or has ended
    has no `due_at`. An end is for good.
    """

    title = models.CharField(_("title"), max_length=200)
    brief = models.TextField(_("brief"), max_length=2000, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=thread_kinds)
    space = OwnedForeignKey(Space, models.SET_NULL, null=True, blank=True, related_name="+")
    owner = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    # Monday is 0.
    weekday = models.PositiveSmallIntegerField(_("weekday"))
    hour = models.TimeField(_("hour"))
    # So many days before its day its draft is made.
    ahead = models.PositiveSmallIntegerField(_("days before"), default=3)
    next_day = models.DateField()
    due_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = RitualManager()

    personal = (
        Personal(
            "owner", KEEP, why="What the place plans; of whoever has left it is nobody’s in particular."
        ),
        Personal("created_by", KEEP, why="Who ran the place: the team’s own record, without the name."),
    )

    class Meta:
        verbose_name = _("ritual")
        verbose_name_plural = _("rituals")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="ritual_owned"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="ritual_weekday"),
            models.CheckConstraint(condition=Q(ahead__gte=1, ahead__lte=21), name="ritual_ahead"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(paused_at__isnull=True, ended_at__isnull=True),
                name="ritual_due_while_living",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="ritual_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["community", "weekday", "hour"], name="ritual_week"),
            models.Index(fields=["owner"], name="ritual_owner", condition=Q(owner__isnull=False)),
            models.Index(fields=["space"], name="ritual_space", condition=Q(space__isnull=False)),
            models.Index(fields=["created_by"], name="ritual_by", condition=Q(created_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def a_day(self) -> datetime.date:
        """Some day of its weekday, for its name."""
        return datetime.date(2024, 1, 1 + self.weekday)

    def values(self) -> dict[str, Any]:
        """What the journal keeps of it."""
        return {
            "title": self.title,
            "brief": self.brief,
            "kind": self.kind,
            "space": self.space_id,
            "owner": self.owner_id,
            "weekday": self.weekday,
            "hour": self.hour,
            "ahead": self.ahead,
        }


class EntryQuerySet(ScopedQuerySet["Entry"]):
    def shown(self) -> EntryQuerySet:
        """With what a card says of them: one query."""
        return self.select_related("space", "owner", "thread__space", "thread__author")

    def between(self, first: datetime.date, last: datetime.date) -> EntryQuerySet:
        return self.filter(day__gte=first, day__lte=last).order_by("day", "hour", "pk")

    def ideas(self) -> EntryQuerySet:
        """The backlog: what has no day, and has not gone out by another way."""
        out = Q(thread__state__in=[State.SCHEDULED, State.PUBLISHED, State.RETIRED])
        return self.filter(day__isnull=True).exclude(out).order_by("-pk")

    def unwritten(self) -> EntryQuerySet:
        """Those that nobody has begun to write: without a draft, or with one that stands as it was laid out."""
        return self.filter(Q(thread__isnull=True) | Q(thread__outline=True, thread__state=State.DRAFT))


EntryManager = ScopedManager.from_queryset(EntryQuerySet)


class Entry(CommunityOwned):
    """A text that somebody wants to see published: first an idea, then on a day, then the draft that it led to.

    Day and hour are those of the community’s clocks, so that they stay what they are when these are set to another
    zone. Of a scheduled or published text its own moment counts.
    """

    class Step(models.TextChoices):
        IDEA = "idea", _("Idea")
        WORK = "work", _("In progress")
        REVIEW = "review", _("To review")

    title = models.CharField(_("working title"), max_length=200)
    brief = models.TextField(_("brief"), max_length=2000, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=thread_kinds)
    space = OwnedForeignKey(Space, models.SET_NULL, null=True, blank=True, related_name="+")
    owner = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    step = models.CharField(_("state"), max_length=6, choices=Step, default=Step.IDEA)
    day = models.DateField(_("day"), null=True, blank=True)
    hour = models.TimeField(_("hour"), null=True, blank=True)
    thread = OwnedOneToOneField(Thread, models.SET_NULL, null=True, blank=True, related_name="+")
    # The ritual that laid it out, and for which of its days.
    ritual = OwnedForeignKey(Ritual, models.SET_NULL, null=True, blank=True, related_name="+")
    ritual_day = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = EntryManager()

    personal = (
        Personal(
            "owner", KEEP, why="What the place plans; of whoever has left it is nobody’s in particular."
        ),
        Personal("created_by", KEEP, why="Who ran the place: the team’s own record, without the name."),
    )

    class Meta:
        verbose_name = _("planned text")
        verbose_name_plural = _("planned texts")
        constraints = [
            models.CheckConstraint(condition=Q(step__in=["idea", "work", "review"]), name="entry_step"),
            models.UniqueConstraint(fields=["ritual", "ritual_day"], name="entry_once_a_ritual"),
            models.CheckConstraint(
                condition=Q(hour__isnull=True) | Q(day__isnull=False), name="entry_hour_of_day"
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "day", "hour"], name="entry_day", condition=Q(day__isnull=False)
            ),
            models.Index(fields=["community", "-id"], name="entry_idea", condition=Q(day__isnull=True)),
            models.Index(fields=["owner"], name="entry_owner", condition=Q(owner__isnull=False)),
            models.Index(fields=["space"], name="entry_space", condition=Q(space__isnull=False)),
            models.Index(fields=["created_by"], name="entry_by", condition=Q(created_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_out(self) -> bool:
        return self.thread is not None and self.thread.state in (State.PUBLISHED, State.RETIRED)

    @property
    def is_scheduled(self) -> bool:
        return self.thread is not None and self.thread.state == State.SCHEDULED

    @property
    def is_begun(self) -> bool:
        """Whether its draft holds more than what was laid out."""
        return self.thread is not None and not self.thread.outline

    def moment(self, community: Community) -> datetime.datetime | None:
        """When it is to go out, by the community’s clocks; None for an idea."""
        return moment_at(self.day, self.hour or MORNING, community) if self.day else None

    def values(self) -> dict[str, Any]:
        """What the journal keeps of it."""
        return {
            "title": self.title,
            "brief": self.brief,
            "kind": self.kind,
            "space": self.space_id,
            "owner": self.owner_id,
            "step": self.step,
            "day": self.day,
            "hour": self.hour,
        }


class CalendarFeedQuerySet(ScopedQuerySet["CalendarFeed"]):
    def of(self, membership: Membership) -> CalendarFeedQuerySet:
        return self.filter(membership=membership)


CalendarFeedManager = ScopedManager.from_queryset(CalendarFeedQuerySet)


class CalendarFeed(CommunityOwned):
    """That a member’s own calendar may read this one. The address is signed; `key` makes a former one worthless."""

    membership = OwnedOneToOneField(Membership, models.CASCADE, related_name="+")
    key = models.UUIDField(default=uuid.uuid4)
    made_at = models.DateTimeField(default=timezone.now)

    objects = CalendarFeedManager()

    personal = (
        Personal("membership", DELETE, exported_as="calendar_feed", why="A way in; it goes with its person."),
    )

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return f"calendar of {self.membership_id}"
