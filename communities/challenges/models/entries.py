"""What was entered, and who voted for what."""

from __future__ import annotations

import secrets
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.challenges.models.challenges import MOST_EACH, Challenge, Rules
from communities.content.models import State, Thread
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, KEEP, Personal

# Places on the round on which entries stand: everybody begins to look at another one.
ROUND = 2**30


def anywhere() -> int:
    return secrets.randbelow(ROUND)


class EntryQuerySet(ScopedQuerySet["Entry"]):
    def of(self, challenge: Challenge | int) -> EntryQuerySet:
        return self.filter(challenge=challenge)

    def counting(self) -> EntryQuerySet:
        """Those that can be read and whose authors are here: what was withdrawn or removed does not take part."""
        return self.filter(thread__state=State.PUBLISHED, membership__status=Membership.Status.ACTIVE)

    def in_order(self) -> EntryQuerySet:
        """As they came."""
        return self.order_by("number")

    def on_podium(self) -> EntryQuerySet:
        return self.filter(prize__gt=0).order_by("place", "number")


EntryManager = ScopedManager.from_queryset(EntryQuerySet)


class Entry(CommunityOwned):
    """A thread that takes part. What one withdraws has no row any more."""

    challenge = OwnedForeignKey(Challenge, models.CASCADE, related_name="entries")
    thread = OwnedForeignKey(Thread, models.CASCADE, related_name="entered")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    # Which of the entries that each may send: the database lets nobody have one twice.
    slot = models.PositiveSmallIntegerField()
    # In the order in which they came; never given twice.
    number = models.PositiveIntegerField(_("number"))
    key = models.UUIDField(default=uuid.uuid4)
    spot = models.PositiveIntegerField(default=anywhere)
    # What its author has read and agreed to, on that day.
    rules = OwnedForeignKey(Rules, models.CASCADE, related_name="+")
    entered_at = models.DateTimeField(_("entered"), default=timezone.now)
    # Of one that is decided; None: not among those that were counted.
    place = models.PositiveIntegerField(null=True, blank=True)
    # Which prize, from 1 on; 0: none.
    prize = models.PositiveSmallIntegerField(default=0)
    votes = models.PositiveIntegerField(null=True, blank=True)
    # The mean of what the jury gave, of 10, and by how many.
    mean = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    judged_by = models.PositiveSmallIntegerField(default=0)

    objects = EntryManager()

    personal = (
        Personal(
            "membership",
            KEEP,
            with_texts=DELETE,
            exported_as="challenge_entries",
            why="It goes with the text that was entered.",
        ),
    )

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="entry_owned"),
            models.UniqueConstraint(fields=["challenge", "thread"], name="entry_once"),
            models.UniqueConstraint(fields=["challenge", "membership", "slot"], name="entry_slot"),
            models.UniqueConstraint(fields=["challenge", "number"], name="entry_number"),
            models.CheckConstraint(condition=Q(slot__gte=1, slot__lte=MOST_EACH), name="entry_slots"),
            models.CheckConstraint(condition=Q(prize=0) | Q(place__gte=1), name="entry_prize"),
            models.CheckConstraint(
                condition=Q(mean__isnull=True, judged_by=0) | Q(mean__gte=1, mean__lte=10, judged_by__gte=1),
                name="entry_mean",
            ),
        ]
        indexes = [
            models.Index(fields=["challenge", "spot", "id"], name="entry_round"),
            models.Index(fields=["membership", "challenge"], name="entry_of"),
            models.Index(fields=["thread"], name="entry_thread"),
            models.Index(fields=["rules"], name="entry_rules"),
            models.Index(fields=["challenge", "place"], name="entry_podium", condition=Q(prize__gt=0)),
        ]

    def __str__(self) -> str:
        return f"entry {self.number} of {self.challenge_id}"


class VoteQuerySet(ScopedQuerySet["Vote"]):
    def of(self, challenge: Challenge | int) -> VoteQuerySet:
        return self.filter(challenge=challenge)

    def counting(self) -> VoteQuerySet:
        """Those of members who are here, for entries that take part."""
        return self.filter(
            membership__status=Membership.Status.ACTIVE,
            entry__thread__state=State.PUBLISHED,
            entry__membership__status=Membership.Status.ACTIVE,
        ).exclude(entry__membership=F("membership"))


VoteManager = ScopedManager.from_queryset(VoteQuerySet)


class Vote(CommunityOwned):
    """The one vote of a member in a challenge. For whom it is nobody reads but its voter; the team reads sums."""

    challenge = OwnedForeignKey(Challenge, models.CASCADE, related_name="votes")
    entry = OwnedForeignKey(Entry, models.CASCADE, related_name="+")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    cast_at = models.DateTimeField(default=timezone.now)

    objects = VoteManager()

    personal = (
        Personal(
            "membership",
            DELETE,
            exported_as="challenge_votes",
            why="Who has left does not vote; coming back must not vote twice. Sums of decided ones stay.",
        ),
    )

    class Meta:
        verbose_name = _("vote in a challenge")
        verbose_name_plural = _("votes in challenges")
        constraints = [
            models.UniqueConstraint(fields=["challenge", "membership"], name="challenge_one_vote"),
        ]
        indexes = [
            models.Index(fields=["entry"], name="challenge_vote_entry"),
            models.Index(fields=["membership"], name="challenge_vote_of"),
        ]

    def __str__(self) -> str:
        return f"vote of {self.membership_id} in {self.challenge_id}"
