"""What a community asks people and keeps about them: profile fields, notes of the team, ownership handed over."""

from __future__ import annotations

import datetime
import secrets
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.people.fields.defined import said_in
from communities.people.fields.kinds import kind_choices
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, KEEP, Personal
from members.signs import cut


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
        indexes = [
            models.Index(fields=["by"], name="member_note_by", condition=models.Q(by__isnull=False)),
            models.Index(fields=["membership", "-id"], name="note_about"),
        ]

    def __str__(self) -> str:
        return cut(self.text, 60)


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


def make_key() -> str:
    """A name for machines that no other field has; it begins with a letter, since it is part of queries."""
    return f"f{secrets.token_hex(5)}"


class ProfileFieldQuerySet(ScopedQuerySet["ProfileField"]):
    def in_order(self) -> ProfileFieldQuerySet:
        return self.order_by("place", "id")

    def living(self) -> ProfileFieldQuerySet:
        return self.filter(retired=False)


ProfileFieldManager = ScopedManager.from_queryset(ProfileFieldQuerySet)


class ProfileField(CommunityOwned):
    """One thing that members are asked of themselves, as the team edits it; pages read its copy (`fields/defined.py`).

    `key` names it in `Membership.profile` and in the circles of spaces, and never changes; so do the numbers of
    options: [{"id": 1, "names": {"en": "Gas", "fr": "Gaz"}, "off": false}].
    """

    class SeenBy(models.TextChoices):
        EVERYBODY = "everybody", _("Everybody")
        MEMBERS = "members", _("Members")
        TEAM = "team", _("The team")

    key = models.CharField(max_length=16, default=make_key, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=kind_choices)
    names: models.JSONField[Any, Any] = models.JSONField(_("name"), default=dict)
    helps: models.JSONField[Any, Any] = models.JSONField(_("help"), default=dict, blank=True)
    options: models.JSONField[Any, Any] = models.JSONField(_("options"), default=list, blank=True)
    # The highest number that an option has had: none is given twice.
    options_made = models.PositiveSmallIntegerField(default=0)
    seen_by = models.CharField(_("seen by"), max_length=10, choices=SeenBy, default=SeenBy.EVERYBODY)
    required = models.BooleanField(_("an answer is needed"), default=False)
    at_joining = models.BooleanField(_("asked at joining"), default=False)
    filters = models.BooleanField(_("filter in the member list"), default=False)
    retired = models.BooleanField(_("put away"), default=False)
    place = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    objects = ProfileFieldManager()

    class Meta:
        verbose_name = _("profile field")
        verbose_name_plural = _("profile fields")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="profilefield_owned"),
            models.UniqueConstraint(fields=["community", "key"], name="profilefield_key_once"),
            models.CheckConstraint(
                condition=Q(seen_by__in=["everybody", "members", "team"]), name="profilefield_seen_by"
            ),
            models.CheckConstraint(
                condition=Q(at_joining=False) | ~Q(kind="file"), name="profilefield_no_file_at_joining"
            ),
            models.CheckConstraint(
                condition=Q(filters=False) | Q(kind__in=["choice", "several", "place"]),
                name="profilefield_filters",
            ),
        ]
        indexes = [models.Index(fields=["community", "place", "id"], name="profilefield_order")]

    def __str__(self) -> str:
        return said_in(self.names, "") or self.key


class ProfileFileQuerySet(ScopedQuerySet["ProfileFile"]):
    def waiting(self) -> ProfileFileQuerySet:
        return self.filter(state=ProfileFile.State.WAITING)


ProfileFileManager = ScopedManager.from_queryset(ProfileFileQuerySet)


class ProfileFile(CommunityOwned):
    """A file by which a member proves something to the team, who alone opens it. Its path is in the default storage,
    where nothing serves it but the page for the team."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for the team")
        VERIFIED = "verified", _("Verified")
        REFUSED = "refused", _("Not accepted")

    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="profile_files")
    field = OwnedForeignKey(ProfileField, models.CASCADE, related_name="files")
    path = models.CharField(max_length=200, blank=True)
    name = models.CharField(_("name of the file"), max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField(_("bytes"))
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    word = models.CharField(_("a word for them"), max_length=500, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = ProfileFileManager()

    personal = (
        Personal(
            "membership",
            DELETE,
            exported_as="files_for_verification",
            withheld=("path",),
            why="It proved something of a member to the team; the file goes with it.",
        ),
        Personal("decided_by", KEEP, why="Who looked at it: the team’s own record, without the name."),
    )

    class Meta:
        verbose_name = _("file for verification")
        verbose_name_plural = _("files for verification")
        constraints = [
            models.UniqueConstraint(fields=["community", "membership", "field"], name="profilefile_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "verified", "refused"]), name="profilefile_state"
            ),
        ]
        indexes = [
            models.Index(fields=["membership"], name="profilefile_of"),
            models.Index(fields=["field"], name="profilefile_field"),
            models.Index(fields=["decided_by"], name="profilefile_by", condition=Q(decided_by__isnull=False)),
            models.Index(
                fields=["community", "id"], name="profilefile_waiting", condition=Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return self.name
