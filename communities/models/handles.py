"""Handles that people had before: links and mentions with them never lead to somebody else."""

from __future__ import annotations

from hashlib import sha256
from typing import ClassVar, Self

from django.db import models

from communities.fields import OwnedForeignKey
from communities.letters import fold
from communities.models.memberships import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DETACH, KEEP, Personal


class FormerHandleQuerySet(ScopedQuerySet["FormerHandle"]):
    def of(self, handle: str) -> FormerHandleQuerySet:
        """The row of a handle, however it is written, if somebody gave it up."""
        return self.filter(digest=digest_of(handle))

    def of_another(self, handle: str, own: Membership | None) -> FormerHandleQuerySet:
        """The same, unless it was this member’s own."""
        found = self.of(handle)
        return found.exclude(membership=own.pk) if own is not None and own.pk else found


FormerHandleManager = ScopedManager.from_queryset(FormerHandleQuerySet)


class FormerHandle(CommunityOwned):
    """A handle that was given up, by renaming or by leaving: nobody else takes it.

    It is kept as a digest, since leavers are not to be named; `membership` is whose it was, while they are here.
    """

    digest = models.CharField(max_length=64)
    membership = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")

    objects: ClassVar[FormerHandleManager[Self]] = FormerHandleManager()

    personal = (
        Personal(
            "membership",
            KEEP,
            erasure=DETACH,
            why="The emptied row can come back under its handle; erased, it is nobody’s, and stays taken.",
        ),
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "digest"], name="former_handle_once")]
        indexes = [models.Index(fields=["membership"], name="former_handle_of")]

    def __str__(self) -> str:
        return self.digest[:12]


def digest_of(handle: str) -> str:
    return sha256(fold(handle).encode()).hexdigest()


def give_up(handles: list[str], membership: Membership | None) -> None:
    """From now on these handles are this member’s former ones; nobody’s with None, once their owner has left."""
    FormerHandle.objects.bulk_create(
        [FormerHandle(digest=digest_of(handle), membership=membership) for handle in dict.fromkeys(handles)],
        update_conflicts=True,
        unique_fields=["community", "digest"],
        update_fields=["membership"],
    )
