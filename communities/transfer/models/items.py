"""What an import must remember: which foreign thing became which of ours, and how its author can claim it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned
from communities.transfer.models.imports import Import
from members.personal import DELETE, KEEP, Personal


class ImportedItem(CommunityOwned):
    """One foreign thing that was brought in. Kept when our row is deleted, so that importing again does not revive
    it. No foreign key to ours: there are several kinds, and this record must survive a deletion.
    """

    class Kind(models.TextChoices):
        SPACE = "space", _("Space")
        AUTHOR = "author", _("Author")
        COMMENTER = "commenter", _("Commenter")
        TAG = "tag", _("Tag")
        CATEGORY = "category", _("Category")
        THREAD = "thread", _("Thread")
        REPLY = "reply", _("Reply")
        ANSWER = "answer", _("Answer")
        PICTURE = "picture", _("Picture")
        REDIRECT = "redirect", _("Redirect")

    source = models.CharField(_("source"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    external_id = models.CharField(_("its number there"), max_length=200)
    object_id = models.CharField(_("its number here"), max_length=40)
    # Of all that the old site said of it when it was last read, and whether everybody could read it there.
    checksum = models.CharField(max_length=64, blank=True)
    was_public = models.BooleanField(null=True, blank=True)
    # Which import brought it; none for one by command. What it found here is remembered too, but not `made` by it.
    run = OwnedForeignKey(Import, models.SET_NULL, null=True, blank=True, related_name="items")
    made = models.BooleanField(default=True, db_default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("imported item")
        verbose_name_plural = _("imported items")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "source", "kind", "external_id"], name="imported_item_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["run", "kind", "id"], name="imported_item_of", condition=models.Q(run__isnull=False)
            )
        ]


class UnclaimedAddress(CommunityOwned):
    """The e-mail address, in small letters, by which somebody may claim an imported membership.

    Never shown and never written to; apart from Membership so that no page or export meets it by accident,
    and deleted when the membership is claimed.
    """

    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    email = models.EmailField(_("e-mail address"))

    personal = (
        Personal("membership", DELETE, why="Only there to be claimed by its person."),
        Personal(
            "email", KEEP, erasure=DELETE, why="Leads to texts on another site that were not claimed yet."
        ),
    )

    class Meta:
        verbose_name = _("address of an unclaimed membership")
        verbose_name_plural = _("addresses of unclaimed memberships")
        constraints = [
            models.UniqueConstraint(fields=["community", "membership"], name="unclaimed_address_once")
        ]
        indexes = [models.Index(fields=["community", "email"], name="unclaimed_address_email")]
