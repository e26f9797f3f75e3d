"""What an event has beyond a thread, who has registered, and the address of somebody’s own calendar."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.content.models import Post, State, Thread
from communities.events.door_codes import LONGEST_CODE, new_code
from communities.events.own_calendars import OwnCalendar as OwnCalendar
from communities.events.series import Series
from communities.events.teams import FEWEST_IN_TEAM, MOST_IN_TEAM, Team
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, Personal

# The names that rows of spaces and of threads carry.
EVENTS, EVENT = "events", "event"
# What an event says of itself in words that people read.
WORDS = ("place", "price", "cancel_reason", "questions")
# So long one lasts at most: lists of what is to come then read a bounded part of their index.
LONGEST = datetime.timedelta(days=31)
MOST_PLACES, MOST_GUESTS = 100_000, 10
# Of those who register, in characters where it is not a number.
MOST_QUESTIONS, LONGEST_QUESTION, LONGEST_ANSWER = 5, 200, 300
# People are reminded so long before it starts.
REMINDED_BEFORE = datetime.timedelta(hours=24)


class EventQuerySet(ScopedQuerySet["Event"]):
    def to_come(self, at: datetime.datetime) -> EventQuerySet:
        """Those that are not over, the next first."""
        return self.filter(ends_at__gt=at, starts_at__gt=at - LONGEST).order_by("starts_at", "pk")

    def over(self, at: datetime.datetime) -> EventQuerySet:
        """Those that are over, the latest first."""
        return self.filter(ends_at__lte=at, starts_at__lt=at).order_by("-starts_at", "-pk")

    def between(self, start: datetime.datetime, end: datetime.datetime) -> EventQuerySet:
        """Those that take place, in part at least, in [start, end)."""
        return self.filter(starts_at__lt=end, starts_at__gt=start - LONGEST, ends_at__gt=start)

    def with_something_to_tell(
        self, at: datetime.datetime, soon: datetime.datetime | None = None
    ) -> EventQuerySet:
        """Changed or cancelled, out of sight or back, about to begin, or with somebody who has just got a place.

        `soon`: a day from `at`, where it is given beside it.
        """
        soon = soon if soon is not None else at + REMINDED_BEFORE
        # A report that a moderator reads first is told of afterwards: many of them keep nothing else waiting.
        waits = Q(news=Event.News.REPORT, report__state=State.PENDING)
        changed = self.exclude(news="").exclude(waits).values("pk")
        begins = self.filter(
            reminded_at__isnull=True, cancelled_at__isnull=True, starts_at__gt=at, starts_at__lte=soon
        )
        fresh = Registration.objects.exclude(news="").values("event_id")
        ahead = self.filter(starts_at__gt=at, cancelled_at__isnull=True)
        known = Exists(Registration.objects.filter(event=OuterRef("pk")).on_list())
        gone = ahead.filter(known, gone_told=False).exclude(thread__state=State.PUBLISHED).values("pk")
        back = ahead.filter(gone_told=True, thread__state=State.PUBLISHED).values("pk")
        # Each by an index of its own.
        return self.filter(pk__in=changed.union(begins.values("pk"), fresh, gone, back, all=True))


EventManager = ScopedManager.from_queryset(EventQuerySet)


class Event(CommunityOwned):
    """When and where something takes place, and how one comes in. Hours are moments; `zone` says by which clocks they
    are told. Whether it is over, or registration is, follows from its hours."""

    class News(models.TextChoices):
        """What those who registered have still to be told."""

        NONE = ""
        CHANGED = "changed"
        CANCELLED = "cancelled"
        REPORT = "report"

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="event")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    zone = models.CharField(_("time zone"), max_length=64)
    place = models.CharField(_("place"), max_length=200, blank=True)
    map_url = models.URLField(_("map"), max_length=500, blank=True)
    # Shown to those alone who have a place.
    online_url = models.URLField(_("online address"), max_length=500, blank=True)
    # None: as many as want to come.
    capacity = models.PositiveIntegerField(
        _("places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)],
    )
    # How many people each may bring.
    guests_each = models.PositiveSmallIntegerField(
        _("guests"), default=0, validators=[MaxValueValidator(MOST_GUESTS)]
    )
    # How many are in a team, where people come in teams; places are then those of teams.
    team_size = models.PositiveSmallIntegerField(
        _("size of a team"),
        null=True,
        blank=True,
        validators=[MinValueValidator(FEWEST_IN_TEAM), MaxValueValidator(MOST_IN_TEAM)],
    )
    # One a line; all are to be answered.
    questions = models.CharField(
        _("questions"), max_length=(LONGEST_QUESTION + 1) * MOST_QUESTIONS, blank=True
    )
    price = models.CharField(_("price"), max_length=120, blank=True)
    price_url = models.URLField(_("where to pay"), max_length=500, blank=True)
    # None: until it starts.
    registers_until = models.DateTimeField(_("registration ends"), null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=300, blank=True)
    # Moves with each change that calendars have to follow, and only upwards.
    sequence = models.PositiveIntegerField(default=0)
    news = models.CharField(max_length=9, choices=News, default=News.NONE, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    # Whether those who registered were told that its page cannot be read any more.
    gone_told = models.BooleanField(default=False)
    # Of a series: for which of its dates it stands, and whether it was changed by itself.
    series = OwnedForeignKey(Series, models.CASCADE, related_name="dates", null=True, blank=True)
    slot = models.DateTimeField(null=True, blank=True)
    differs = models.BooleanField(default=False)
    # Of another calendar: which entry of which file it was made of (`foreign.py`), so that it is made once.
    came_from = models.CharField(max_length=64, blank=True, default="")
    # What an organiser says of it afterwards: one of its replies.
    report = OwnedForeignKey(Post, models.SET_NULL, related_name="+", null=True, blank=True)

    objects = EventManager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(fields=["community", "thread"], name="event_owned"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), ends_at__lte=F("starts_at") + LONGEST),
                name="event_hours",
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1), name="event_capacity"
            ),
            models.CheckConstraint(condition=Q(guests_each__lte=MOST_GUESTS), name="event_guests"),
            models.CheckConstraint(
                condition=Q(team_size__isnull=True)
                | Q(team_size__gte=FEWEST_IN_TEAM, team_size__lte=MOST_IN_TEAM, guests_each=0),
                name="event_teams",
            ),
            models.CheckConstraint(
                condition=Q(news__in=["", "changed", "report"])
                | Q(news="cancelled", cancelled_at__isnull=False),
                name="event_news",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=False) | Q(cancel_reason=""), name="event_cancelled"
            ),
            # At the end of a transaction: where all dates move on by one, each stands for a moment in another’s place.
            models.UniqueConstraint(
                fields=["series", "slot"], name="event_slot", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(series__isnull=True, slot__isnull=True, differs=False)
                | Q(series__isnull=False, slot__isnull=False),
                name="event_of_series",
            ),
            models.UniqueConstraint(
                fields=["community", "came_from"], name="event_came_once", condition=~Q(came_from="")
            ),
        ]
        indexes = [
            models.Index(fields=["community", "starts_at", "thread"], name="event_by_day"),
            models.Index(
                fields=["starts_at"],
                name="event_remind",
                condition=Q(reminded_at__isnull=True, cancelled_at__isnull=True),
            ),
            models.Index(fields=["community"], name="event_news", condition=~Q(news="")),
            models.Index(fields=["starts_at"], name="event_ahead", condition=Q(cancelled_at__isnull=True)),
            models.Index(fields=["report"], name="event_report", condition=Q(report__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"event {self.pk}"

    @property
    def clock(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def starts(self) -> datetime.datetime:
        """By its own clocks."""
        return self.starts_at.astimezone(self.clock)

    @property
    def ends(self) -> datetime.datetime:
        return self.ends_at.astimezone(self.clock)

    @property
    def due_slot(self) -> datetime.datetime:
        """The moment of its series for which it stands; its own where it repeats not."""
        return self.slot or self.starts_at

    @property
    def asked(self) -> list[str]:
        """What those who register are asked."""
        return self.questions.splitlines()

    @property
    def registers_before(self) -> datetime.datetime:
        """The moment from which nobody registers any more."""
        return min(self.registers_until or self.starts_at, self.ends_at)

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def takes_registrations(self) -> bool:
        return not self.is_cancelled and timezone.now() < self.registers_before

    @property
    def facts(self) -> tuple[Any, ...]:
        """What people have to know again when it changes."""
        return (self.starts_at, self.ends_at, self.zone, self.place, self.map_url, self.online_url)


def has_begun(thread: Thread) -> bool:
    """Whether people have come to what a thread announces, or could have."""
    event: Event | None = getattr(thread, "event", None)
    return event is not None and event.cancelled_at is None and event.starts_at <= timezone.now()


class RegistrationQuerySet(ScopedQuerySet["Registration"]):
    def of(self, event: Event | int) -> RegistrationQuerySet:
        return self.filter(event=event)

    def coming(self) -> RegistrationQuerySet:
        return self.filter(state=Registration.State.COMING)

    def waiting(self) -> RegistrationQuerySet:
        return self.filter(state=Registration.State.WAITING)

    def on_list(self) -> RegistrationQuerySet:
        """Of people who come or wait: not those whom the organisers have taken off."""
        return self.exclude(state=Registration.State.OFF)

    def able(self, at: datetime.datetime) -> RegistrationQuerySet:
        """Of people who are let in at that moment: neither gone nor suspended until after it."""
        return self.filter(self.is_able(at))

    @staticmethod
    def is_able(at: datetime.datetime) -> Q:
        free = Q(membership__suspended_until__isnull=True) | Q(membership__suspended_until__lte=at)
        return free & Q(membership__status=Membership.Status.ACTIVE)

    def in_order(self) -> RegistrationQuerySet:
        """As they came."""
        return self.order_by("since", "pk")

    def next_of(self, by: Membership, since: datetime.datetime) -> RegistrationQuerySet:
        """Where somebody comes or waits, of what begins after a moment, in the order of hours."""
        return self.on_list().filter(membership=by, starts_at__gt=since).order_by("starts_at", "event_id")

    def after(self, since: datetime.datetime, number: int) -> RegistrationQuerySet:
        return self.filter(Q(since__gt=since) | Q(since=since, pk__gt=number))

    def seats(self) -> int:
        """How many places they take, guests included."""
        return int(self.aggregate(n=Coalesce(Sum(F("guests") + 1), 0))["n"])


ARRIVED, OFF = Q(here_at__isnull=False), Q(state="off")
RegistrationManager = ScopedManager.from_queryset(RegistrationQuerySet)


class Registration(CommunityOwned):
    """That somebody comes, or waits for a place, with so many guests. Whoever no longer comes has no row; whom the
    organisers took off the list keeps theirs, so that they come back by the organisers alone; whom a captain took out
    of a team, so that they come back in another."""

    class State(models.TextChoices):
        COMING = "coming", _("Coming")
        WAITING = "waiting", _("Waiting")
        OFF = "off", _("Taken off the list")

    class News(models.TextChoices):
        """What this person has still to be told."""

        NONE = ""
        COMING = "coming"
        FREED = "freed"
        PUT_ON = "put_on"
        OFF = "off"

    event = OwnedForeignKey(Event, models.CASCADE, related_name="registrations")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    guests = models.PositiveSmallIntegerField(_("guests"), default=0)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    # Since when they are in line.
    since = models.DateTimeField(default=timezone.now)
    # Where people come in teams; it waits and comes with its team.
    team = OwnedForeignKey(Team, models.CASCADE, related_name="registrations", null=True, blank=True)
    # What they answered, by the question as it was asked: its rewording changes no answer.
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    # Out of which team its captain took them: they may come, in another.
    out_of = OwnedForeignKey(Team, models.SET_NULL, related_name="+", null=True, blank=True)
    # What they show or say at the door.
    door_code = models.CharField(_("code for the door"), max_length=LONGEST_CODE, default=new_code)
    here_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    # That of its event, kept by a trigger: where somebody goes is read in the order of hours.
    starts_at = models.DateTimeField(null=True, editable=False)
    news = models.CharField(max_length=6, choices=News, default=News.NONE, blank=True)

    objects = RegistrationManager()

    personal = (
        Personal(
            "membership",
            DELETE,
            exported_as="registrations",
            why="Who has left does not come; the place goes to the next in line.",
        ),
    )

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.UniqueConstraint(fields=["event", "membership"], name="registration_once"),
            models.UniqueConstraint(fields=["event", "door_code"], name="registration_code"),
            models.CheckConstraint(condition=Q(guests__lte=MOST_GUESTS), name="registration_guests"),
            models.CheckConstraint(
                condition=Q(state__in=["coming", "waiting", "off"]), name="registration_state"
            ),
            models.CheckConstraint(
                condition=Q(here_at__isnull=True) | Q(state="coming"), name="registration_here"
            ),
            models.CheckConstraint(condition=Q(team__isnull=True) | ~OFF, name="registration_off_teams"),
        ]
        indexes = [
            models.Index(fields=["event", "state", "since", "id"], name="registration_line"),
            models.Index(fields=["membership", "event"], name="registration_of"),
            models.Index(
                fields=["membership", "starts_at", "event"], name="registration_next", condition=~OFF
            ),
            # How many come and wait, by an index alone: of an event with thousands its page adds them up.
            models.Index(
                fields=["event", "state"],
                name="registration_sums",
                include=["community", "guests", "here_at", "id"],
            ),
            # Who is here, in the order in which they registered.
            models.Index(fields=["event", "since", "id"], name="registration_arrivals", condition=ARRIVED),
            models.Index(fields=["event"], name="registration_news", condition=~Q(news="")),
            models.Index(fields=["team"], name="registration_team", condition=Q(team__isnull=False)),
            models.Index(fields=["out_of"], name="registration_out_of", condition=Q(out_of__isnull=False)),
            models.Index(fields=["event", "here_at"], name="registration_arrived", condition=ARRIVED),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} at {self.event_id}"

    @property
    def is_coming(self) -> bool:
        return self.state == self.State.COMING

    @property
    def is_off(self) -> bool:
        return self.state == self.State.OFF

    @property
    def party(self) -> int:
        """How many places it takes."""
        return self.guests + 1


def event_of(thread: Thread) -> Event | None:
    """None for a draft that nobody has given an hour yet."""
    return getattr(thread, "event", None)
