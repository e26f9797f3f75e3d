"""The launch plan: ordered stages, their openings, the log; who waits, and who was invited."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.launch.features import FEATURES
from communities.launch.log import LaunchLogEntry
from communities.launch.managers import BROUGHT, InvitationManager
from communities.launch.measured import GaugeDay, WatchReading
from communities.launch.ways_in import InvitationLink, JoinRequest, LinkArrival, WaitingPlace
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, DETACH, KEEP, Personal

__all__ = [
    "GaugeDay",
    "Invitation",
    "InvitationLink",
    "JoinRequest",
    "LaunchLogEntry",
    "LinkArrival",
    "Stage",
    "StageNews",
    "StageOpening",
    "WaitingPlace",
    "WatchReading",
    "Wave",
]


class StageQuerySet(ScopedQuerySet["Stage"]):
    def in_order(self) -> StageQuerySet:
        return self.order_by("place", "id")

    def opened(self) -> StageQuerySet:
        """Those that have taken effect and were not rolled back."""
        return self.filter(state__in=[Stage.State.OPEN, Stage.State.PAUSED])

    def without_effect(self) -> StageQuerySet:
        return self.exclude(state__in=[Stage.State.OPEN, Stage.State.PAUSED])

    def before(self, stage: Stage) -> StageQuerySet:
        return self.filter(place__lt=stage.place)

    def of_waves(self) -> StageQuerySet:
        return self.filter(audience=Stage.Audience.WAVE)

    def waiting(self) -> StageQuerySet:
        """Those that have never taken effect."""
        return self.filter(state=Stage.State.CLOSED)

    def planned_after(self, at: datetime.datetime) -> StageQuerySet:
        """Those with a date to come that have not taken effect."""
        return self.without_effect().filter(planned_for__gt=at)


StageManager = ScopedManager.from_queryset(StageQuerySet)


class Stage(CommunityOwned):
    """One step of the launch plan: features opened to an audience, when, and under which criteria."""

    class Audience(models.TextChoices):
        TEAM = "team", _("The team")
        AMBASSADORS = "ambassadors", _("Ambassadors")
        LIST = "list", _("Members by name")
        WAVE = "wave", _("Invited waves")
        WAITING = "waiting", _("A share of the waiting list")
        EVERYONE = "everyone", _("Everyone")

    class Opening(models.TextChoices):
        HAND = "hand", _("By hand")
        DATE = "date", _("On a date")
        CRITERIA = "criteria", _("When all gauges are green")

    class State(models.TextChoices):
        CLOSED = "closed", _("Closed")
        OPEN = "open", _("Open")
        PAUSED = "paused", _("Paused")
        ROLLED_BACK = "rolled_back", _("Rolled back")

    place = models.PositiveSmallIntegerField(_("place in the plan"))
    name = models.CharField(_("name"), max_length=60)
    features = ArrayField(models.CharField(max_length=40), verbose_name=_("opens"), default=list, blank=True)
    audience = models.CharField(_("audience"), max_length=12, choices=Audience, default=Audience.TEAM)
    share = models.PositiveSmallIntegerField(_("share of the waiting list, in percent"), default=100)
    criteria = models.JSONField(_("criteria"), default=dict, blank=True)
    # Above which figures it pauses by itself after an opening; what is not named has its usual limit, 0 has none.
    limits = models.JSONField(_("limits"), default=dict, blank=True)
    opening = models.CharField(_("opens"), max_length=8, choices=Opening, default=Opening.HAND)
    planned_for = models.DateTimeField(_("planned for"), null=True, blank=True)
    announcement = models.TextField(_("announcement"), max_length=500, blank=True)
    # Whether those whom it will let in read on their home page that it comes, and how far it is.
    teaser = models.BooleanField(_("announced before it opens"), default=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.CLOSED)
    opened_at = models.DateTimeField(null=True, blank=True)
    news_on = models.DateField(_("news on"), null=True, blank=True)
    # While it waits: when something about it may have changed; written by `services/looking.py`.
    look_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = StageManager()

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        indexes = [models.Index(fields=["look_at"], name="stage_look", condition=Q(state="closed"))]
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="stage_owned"),
            models.UniqueConstraint(fields=["community", "place"], name="stage_place_once"),
            models.CheckConstraint(condition=Q(share__gte=1, share__lte=100), name="stage_share"),
            models.CheckConstraint(
                condition=Q(state__in=["closed", "open", "paused", "rolled_back"]), name="stage_state"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def feature_labels(self) -> list[str]:
        return [str(FEATURES[name].label) for name in self.features if name in FEATURES]

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_paused(self) -> bool:
        return self.state == self.State.PAUSED

    @property
    def has_effect(self) -> bool:
        return self.state in (self.State.OPEN, self.State.PAUSED)

    @property
    def is_waiting(self) -> bool:
        """Whether it has never taken effect."""
        return self.state == self.State.CLOSED

    @property
    def opens_by_itself(self) -> bool:
        return self.is_waiting and self.opening != self.Opening.HAND

    def those_before(self, plan: Iterable[Stage]) -> list[Stage]:
        """Of the stages of a plan, those that stand before this one."""
        return [stage for stage in plan if stage.place < self.place]

    @property
    def can_change_freely(self) -> bool:
        """Whether its features and audience may still be edited."""
        return not self.has_effect

    def compiled(self) -> dict[str, Any]:
        """What resolution reads of it, and what members are told of it on their home page."""
        return {
            "id": self.pk,
            "features": self.features,
            "audience": self.audience,
            "state": self.state,
            "words": self.announcement,
            "teaser": self.teaser,
            "opened_at": self.opened_at.isoformat() if self.opened_at else "",
            "news_on": self.news_on.isoformat() if self.news_on else "",
        }


class OpeningQuerySet(ScopedQuerySet["StageOpening"]):
    def watched(self) -> OpeningQuerySet:
        return self.filter(watch_at__isnull=False, ended_at__isnull=True)

    def standing(self) -> OpeningQuerySet:
        return self.filter(ended_at__isnull=True)


OpeningManager = ScopedManager.from_queryset(OpeningQuerySet)


class StageOpening(CommunityOwned):
    """One time that a stage took effect: by whom or by what, with the gauges of that moment."""

    class How(models.TextChoices):
        HAND = "hand", _("by hand")
        DATE = "date", _("automatically, as planned")
        CRITERIA = "criteria", _("automatically, all gauges green")

    stage = OwnedForeignKey(Stage, models.CASCADE, related_name="openings")
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    how = models.CharField(max_length=8, choices=How, default=How.HAND)
    reason = models.TextField(max_length=500, blank=True)
    gauges = models.JSONField(default=list, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # While it is watched: since when its limits count, until when, when they are read next, who has left since.
    watched_from = models.DateTimeField(null=True, blank=True)
    watch_until = models.DateTimeField(null=True, blank=True)
    watch_at = models.DateTimeField(null=True, blank=True)
    left = models.PositiveIntegerField(default=0)

    objects = OpeningManager()

    @property
    def counts_from(self) -> datetime.datetime:
        """Since when its limits count."""
        return self.watched_from or self.opened_at

    personal = (
        Personal("opened_by", KEEP, why="Who ran the place: the team’s own record, without the name."),
    )

    class Meta:
        verbose_name = _("opening")
        verbose_name_plural = _("openings")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="opening_owned"),
            models.UniqueConstraint(
                fields=["stage"], condition=Q(ended_at__isnull=True), name="opening_once_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["watch_at"], name="opening_watch", condition=Q(watch_at__isnull=False))
        ]


class WaveQuerySet(ScopedQuerySet["Wave"]):
    def newest(self) -> WaveQuerySet:
        return self.select_related("stage").order_by("-id")

    def with_counts(self) -> WaveQuerySet:
        """With `invited`, how many got an invitation, and `came`, how many of them have come in: who stands here as a
        member, and who came and went since. Who never proved their address has not, whatever became of them."""
        here = (Membership.Status.ACTIVE, Membership.Status.SUSPENDED, Membership.Status.BANNED)
        came = Q(invitations__accepted_at__isnull=False) | Q(invitations__accepted_by__status__in=here)
        return self.annotate(invited=Count("invitations"), came=Count("invitations", filter=came))


WaveManager = ScopedManager.from_queryset(WaveQuerySet)


class Wave(CommunityOwned):
    """Invitations sent together, for one stage."""

    stage = OwnedForeignKey(Stage, models.CASCADE, related_name="waves")
    name = models.CharField(_("name"), max_length=60)
    words = models.TextField(_("message"), max_length=1000, blank=True)
    addresses = ArrayField(models.EmailField(), verbose_name=_("addresses"), default=list, blank=True)
    made_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = WaveManager()

    personal = (
        Personal("made_by", KEEP, why="Who ran the place: the team’s own record, without the name."),
        Personal(
            "addresses", KEEP, erasure=DETACH, why="Whom the team invited; erased, the address is taken out."
        ),
    )

    class Meta:
        verbose_name = _("wave")
        verbose_name_plural = _("waves")
        constraints = [models.UniqueConstraint(fields=["community", "id"], name="wave_owned")]


# A member’s own invitation that somebody has come by.
# The first way in is written in the transaction that lets somebody in.
ONE_ACT = datetime.timedelta(hours=1)


class Invitation(CommunityOwned):
    """A personal way in, once, until it expires. A member's, a wave's, that of a place on the waiting list, or into
    the team with a role. Its link is only in the mail: who has it has read the mail, so it proves the address."""

    class State(models.TextChoices):
        SENT = "sent", _("Sent")
        ACCEPTED = "accepted", _("Accepted")
        REVOKED = "revoked", _("Withdrawn")

    email = models.EmailField(_("e-mail address"))
    words = models.TextField(_("message"), max_length=1000, blank=True)
    inviter = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    stage = OwnedForeignKey(Stage, models.SET_NULL, null=True, blank=True, related_name="+")
    wave = OwnedForeignKey(Wave, models.CASCADE, null=True, blank=True, related_name="invitations")
    place = OwnedForeignKey(WaitingPlace, models.SET_NULL, null=True, blank=True, related_name="+")
    # What it gives: a role with its scope and end; empty for a member’s.
    role = models.CharField(_("role"), max_length=12, choices=Membership.Role, blank=True)
    role_spaces = ArrayField(models.BigIntegerField(), verbose_name=_("spaces"), default=list, blank=True)
    role_until = models.DateTimeField(_("role until"), null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.SENT)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    # When somebody came in by it: an address that is not proven yet, or never was, has not.
    accepted_at = models.DateTimeField(null=True, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True, default=timezone.now)

    objects = InvitationManager()

    personal = (
        Personal(
            "inviter",
            KEEP,
            erasure=DETACH,
            exported_as="invitations",
            # Whoever sends a wave would take along the addresses of all who wait.
            withheld=("email",),
            why="Invitations count against a quota: leaving and coming back must not renew it.",
        ),
        Personal("email", KEEP, erasure=DETACH, why="Whom the inviter wrote to, for the inviter to see."),
        Personal("accepted_by", KEEP, why="A used invitation stays used."),
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = [
            models.Index(fields=["stage"], name="invitation_stage", condition=models.Q(stage__isnull=False)),
            models.Index(fields=["place"], name="invitation_place", condition=models.Q(place__isnull=False)),
            models.Index(fields=["community", "inviter", "-id"], name="invitation_of_member"),
            models.Index(fields=["community", "wave"], name="invitation_of_wave"),
            models.Index(fields=["community", "-id"], name="invitation_brought", condition=BROUGHT),
            models.Index(fields=["community", "-id"], name="invitation_into_team", condition=~Q(role="")),
            models.Index(
                fields=["community", "-expires_at", "-id"],
                name="invitation_lapsed",
                condition=Q(place__isnull=False, state="sent"),
            ),
            models.Index(
                fields=["mail_due_at"], name="invitation_mail_due", condition=Q(mail_due_at__isnull=False)
            ),
        ]

    def is_usable(self, now: datetime.datetime | None = None) -> bool:
        return self.state == self.State.SENT and self.expires_at > (now or timezone.now())

    @property
    def has_expired(self) -> bool:
        return self.state == self.State.SENT and self.expires_at <= timezone.now()

    @property
    def is_another(self) -> bool:
        """Of somebody on the waiting list: whether it takes the place of one that has expired, or was sent before."""
        let_in_at = self.place.admitted_at if self.place is not None else None
        return let_in_at is not None and self.sent_at > let_in_at + ONE_ACT


class StageNews(CommunityOwned):
    """Whom the announcement of an opening is for: each hears of it once."""

    opening = OwnedForeignKey(StageOpening, models.CASCADE, related_name="+")
    stage = OwnedForeignKey(Stage, models.CASCADE, related_name="+")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")

    personal = (Personal("membership", DELETE, why="Nobody is left to tell."),)

    class Meta:
        indexes = [
            models.Index(fields=["stage"], name="stage_news_stage"),
            models.Index(fields=["membership"], name="stage_news_membership"),
        ]
        verbose_name = _("news of a stage")
        verbose_name_plural = _("news of stages")
        constraints = [
            models.UniqueConstraint(fields=["opening", "membership"], name="stage_news_once"),
        ]
