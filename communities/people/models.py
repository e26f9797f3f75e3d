"""What the team keeps about people: notes among itself, and ownership that is being handed over."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, KEEP, Personal


class MemberNote(CommunityOwned):
    """A word among the team about a member, who gets it with their data when they ask for them."""

    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="notes")
    text = models.TextField(_("note"), max_length=2000)
    by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    personal = (
        Personal(
            "membership",
            DELETE,
            exported_as="team_notes",
            why="Of use only while the person is here; theirs to read.",
        ),
        Personal("by", KEEP, why="Who wrote it: the team’s own record, without the name."),
    )

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes = [models.Index(fields=["membership", "-id"], name="note_about")]

    def __str__(self) -> str:
        return self.text[:60]


class OwnershipQuerySet(ScopedQuerySet["OwnershipOffer"]):
    def open(self) -> OwnershipQuerySet:
        """Those that can still be accepted."""
        return self.filter(state=OwnershipOffer.State.OFFERED, expires_at__gt=timezone.now())


OwnershipManager = ScopedManager.from_queryset(OwnershipQuerySet)


class OwnershipOffer(CommunityOwned):
    """Ownership offered by an owner: nothing changes until the other person accepts."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    LIVES = datetime.timedelta(days=14)

    by = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    to = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    # What the owner becomes; empty: both are owners.
    by_becomes = models.CharField(_("my role afterwards"), max_length=12, choices=Membership.Role, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    offered_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = OwnershipManager()

    personal = (
        Personal("by", DELETE, why="Who has left hands nothing over; the journal has what was done."),
        Personal("to", DELETE, why="Who has left takes nothing over; the journal has what was done."),
    )

    class Meta:
        verbose_name = _("offer of ownership")
        verbose_name_plural = _("offers of ownership")
        constraints = [
            models.UniqueConstraint(
                fields=["community"], condition=Q(state="offered"), name="ownership_offered_once"
            ),
            models.CheckConstraint(condition=~Q(by=F("to")), name="ownership_to_another"),
        ]
        indexes = [
            models.Index(fields=["by"], name="ownership_by"),
            models.Index(fields=["to"], name="ownership_to"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OFFERED and self.expires_at > timezone.now()
