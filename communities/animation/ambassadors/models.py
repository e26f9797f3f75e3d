"""A programme with its charter, the terms of the people in it, what they are asked to do and given to share."""

from __future__ import annotations

import datetime
import secrets
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.animation.ambassadors.kit_models import KitItem, Task, TaskDone, Thanks
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, KEEP, Personal

__all__ = ["Charter", "KitItem", "Programme", "Task", "TaskDone", "Term", "Thanks"]

# So long before the end of a term both sides are told.
NOTICE = datetime.timedelta(days=14)
CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_code() -> str:
    """What the tracked links of a term are known by: says nothing of its person."""
    return "".join(secrets.choice(CODE_LETTERS) for _letter in range(10))


class ProgrammeQuerySet(ScopedQuerySet["Programme"]):
    def in_order(self) -> ProgrammeQuerySet:
        return self.order_by("kind", "pk")


ProgrammeManager = ScopedManager.from_queryset(ProgrammeQuerySet)


class Programme(CommunityOwned):
    """What a place asks of its ambassadors, or of its influencers, and what it gives; one of each kind at most.

    `charter` is the number of the version in force. With `rewarded`, what its people publish in their perimeter is
    labelled by the database (`migrations/0002_walls.py`), for good.
    """

    class Kind(models.TextChoices):
        AMBASSADORS = "amb", _("Ambassadors")
        INFLUENCERS = "inf", _("Influencers")

    kind = models.CharField(_("for whom"), max_length=3, choices=Kind, default=Kind.AMBASSADORS)
    name = models.CharField(_("name"), max_length=80)
    call = models.TextField(_("call"), max_length=4000)
    is_open = models.BooleanField(_("open for applications"), default=False)
    rewarded = models.BooleanField(_("rewarded"), default=False)
    # How long a term is, where nobody says otherwise, and by how much one press renews it.
    months = models.PositiveSmallIntegerField(_("months of a term"), default=6)
    charter = models.PositiveIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ProgrammeManager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="programme_owned"),
            models.UniqueConstraint(fields=["community", "kind"], name="programme_of_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=["amb", "inf"]), name="programme_kind"),
            models.CheckConstraint(condition=Q(months__gte=1, months__lte=24), name="programme_months"),
        ]

    def __str__(self) -> str:
        return self.name

    def values(self) -> dict[str, Any]:
        """What the journal keeps of it."""
        names = ("name", "call", "is_open", "rewarded", "months", "charter")
        return {name: getattr(self, name) for name in names}


class CharterQuerySet(ScopedQuerySet["Charter"]):
    def of(self, programme: int, number: int) -> CharterQuerySet:
        return self.filter(programme=programme, number=number)


CharterManager = ScopedManager.from_queryset(CharterQuerySet)


class Charter(CommunityOwned):
    """One version of what both sides promise. Never changed: who accepted it can read what that was."""

    programme = OwnedForeignKey(Programme, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    text = models.TextField(_("charter"), max_length=20_000)
    at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CharterManager()

    class Meta:
        verbose_name = _("charter")
        verbose_name_plural = _("charters")
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="charter_once")]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.number}"


class TermQuerySet(ScopedQuerySet["Term"]):
    def open(self) -> TermQuerySet:
        """An application, an offer, or a term that runs: at most one of a person."""
        return self.filter(state__in=Term.OPEN)

    def of(self, membership: Membership) -> TermQuerySet:
        return self.filter(membership=membership)

    def running(self, at: datetime.datetime) -> TermQuerySet:
        """Those that hold now: the clock ends them, whether or not a job has run."""
        return self.filter(state=Term.State.RUNNING, until__gt=at)

    def ending(self, at: datetime.datetime) -> TermQuerySet:
        return self.running(at).filter(until__lte=at + NOTICE)

    def due(self, at: datetime.datetime) -> TermQuerySet:
        """Those that have come to their end, or whose end is still to be told."""
        ended, told = Q(until__lte=at), Q(until__lte=at + NOTICE, end_told=False)
        return self.filter(ended | told, state=Term.State.RUNNING).order_by("until", "pk")

    def newest(self) -> TermQuerySet:
        return self.order_by("-pk")


TermManager = ScopedManager.from_queryset(TermQuerySet)


class Term(CommunityOwned):
    """One person’s way through a programme: applied or appointed, offered, begun with the charter, ended.

    `spaces` is the perimeter, the ids of spaces; empty: the whole community. An id of a space that is gone stays, so
    that a narrow perimeter never becomes a wide one. `rights` is the role that goes with the term, in the perimeter
    where the role has one, until the term ends.
    """

    class State(models.TextChoices):
        APPLIED = "applied", _("Application")
        OFFERED = "offered", _("Waits for the charter")
        RUNNING = "running", _("Under way")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        ENDED = "ended", _("Ended")
        LEFT = "left", _("Left of their own accord")

    class Rights(models.TextChoices):
        NONE = "none", _("None")
        AMBASSADOR = "ambassador", _("Welcomes newcomers (role: ambassador)")
        MODERATOR = (
            "moderator",
            _("Looks after the spaces of the perimeter (role: moderator of these spaces)"),
        )

    OPEN = ("applied", "offered", "running")

    programme = OwnedForeignKey(Programme, models.CASCADE, related_name="terms")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.APPLIED)
    # Why they want to, in their own words; empty for whoever was appointed.
    words = models.TextField(_("why you"), max_length=2000, blank=True)
    rights = models.CharField(_("rights"), max_length=10, choices=Rights, default=Rights.AMBASSADOR)
    spaces = ArrayField(models.BigIntegerField(), verbose_name=_("perimeter"), default=list, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    # What the team said with its decision: on declining, changing or ending.
    answer = models.TextField(_("a word"), max_length=1000, blank=True)
    # When they accepted which version of the charter for the last time; the first acceptance began the term.
    charter = models.PositiveIntegerField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Whoever has the term would like another one.
    goes_on = models.BooleanField(default=False)
    end_told = models.BooleanField(default=False)
    code = models.CharField(max_length=12, default=new_code, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = TermManager()

    personal = (
        Personal(
            "membership",
            DELETE,
            exported_as="ambassador",
            why="What somebody was for a place goes with them; their texts keep the label of the law.",
        ),
        Personal("decided_by", KEEP, why="Who ran the place: the team’s own record, without the name."),
    )

    class Meta:
        verbose_name = _("term of office")
        verbose_name_plural = _("terms of office")
        constraints = [
            models.UniqueConstraint(
                fields=["membership"],
                condition=Q(state__in=["applied", "offered", "running"]),
                name="term_open_once",
            ),
            models.UniqueConstraint(fields=["community", "code"], name="term_code_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["offered", "running"]) | Q(until__isnull=False), name="term_has_end"
            ),
            models.CheckConstraint(
                condition=~Q(state="running")
                | Q(started_at__isnull=False, charter__isnull=False, accepted_at__isnull=False),
                name="term_begins_with_charter",
            ),
            models.CheckConstraint(
                condition=~Q(rights="moderator") | ~Q(spaces=[]), name="term_moderates_somewhere"
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "state", "-id"], name="term_in_state"),
            models.Index(fields=["membership", "-id"], name="term_person"),
            models.Index(fields=["community", "state", "id"], name="term_of_state"),
            models.Index(fields=["until"], name="term_due", condition=Q(state="running")),
            models.Index(fields=["decided_by"], name="term_by", condition=Q(decided_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} {self.state}"

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING and self.until is not None and self.until > timezone.now()

    @property
    def is_ending(self) -> bool:
        return self.is_running and self.until is not None and self.until <= timezone.now() + NOTICE

    @property
    def is_applied(self) -> bool:
        return self.state == self.State.APPLIED

    @property
    def is_offered(self) -> bool:
        return self.state == self.State.OFFERED

    @property
    def last_moment(self) -> datetime.datetime | None:
        """Within its last day: it ends as that does."""
        return self.until - datetime.timedelta(seconds=1) if self.until is not None else None

    def covers(self, space_id: int) -> bool:
        return not self.spaces or space_id in self.spaces

    def values(self) -> dict[str, Any]:
        """What the journal keeps of it."""
        return {"rights": self.rights, "spaces": sorted(self.spaces), "until": self.until}
