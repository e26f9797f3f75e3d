"""Personal ways in."""

from __future__ import annotations

import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.launch.models.plan import Stage, Wave
from communities.launch.ways_in import WaitingPlace
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DETACH, KEEP, Personal

BROUGHT = Q(accepted_by__isnull=False, inviter__isnull=False, wave__isnull=True, place__isnull=True, role="")


# The first way in is written in the transaction that lets somebody in.
ONE_ACT = datetime.timedelta(hours=1)


class InvitationQuerySet(ScopedQuerySet["Invitation"]):
    def by_member(self, membership: Membership) -> InvitationQuerySet:
        own = self.filter(inviter=membership, wave__isnull=True, place__isnull=True, role="")
        return own.order_by("-id")

    def brought(self) -> InvitationQuerySet:
        """Who brought whom."""
        return self.filter(BROUGHT)

    def into_team(self) -> InvitationQuerySet:
        """Those that give a role, which are still open, newest first."""
        live = Q(state=Invitation.State.SENT, expires_at__gt=timezone.now())
        return self.exclude(role="").filter(live).select_related("inviter").order_by("-id")

    def due_for_mail(self) -> InvitationQuerySet:
        return self.filter(mail_due_at__isnull=False, state=Invitation.State.SENT)

    def lapsed(self) -> InvitationQuerySet:
        """Ways in of people on the waiting list that nobody used in time, the latest first; not of those who have come
        by another door, or have gone again."""
        ended = Q(state=Invitation.State.SENT, place__isnull=False, expires_at__lte=timezone.now())
        # Both are in small letters.
        here = Membership.objects.exclude(status=Membership.Status.INVITED)
        came = here.filter(member__email=OuterRef("place__email"))
        known = self.filter(ended, ~Exists(came), place__state=WaitingPlace.State.ADMITTED)
        known = known.exclude(place__email="")
        return known.select_related("place", "stage").order_by("-expires_at", "-id")

    def counted(self) -> InvitationQuerySet:
        """What takes from a quota: used ones, and those that can still be used."""
        live = Q(state=Invitation.State.SENT, expires_at__gt=timezone.now())
        return self.filter(Q(state=Invitation.State.ACCEPTED) | live)


InvitationManager = ScopedManager.from_queryset(InvitationQuerySet)


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
