"""Posts that went from one thread to another: a thread that was merged into one, or taken out of one."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from communities.content.models.posts import Post
from communities.content.models.threads import Thread
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import KEEP, Personal


class PostMoveQuerySet(ScopedQuerySet["PostMove"]):
    def splits_since(self, pk: Any, source: Any, target: Any) -> PostMoveQuerySet:
        """Posts that were taken out of the threads of the move `pk` after it, are in others now, and can come back:
        what was done before could not be undone without them."""
        since = self.filter(Q(source=source) | Q(source=target), pk__gt=pk, whole=False).exclude(kept={})
        return since.exclude(Q(opening__thread=source) | Q(opening__thread=target))


PostMoveManager = ScopedManager.from_queryset(PostMoveQuerySet)


class PostMove(CommunityOwned):
    """Posts of one thread that stand in another one now; all of them (`whole`) where it was merged into that. Whoever
    undoes it takes the row away."""

    source = OwnedForeignKey(Thread, models.CASCADE, related_name="+")
    target = OwnedForeignKey(Thread, models.CASCADE, related_name="+")
    # The first of them: before it stands what the thread was called that it began.
    opening = OwnedForeignKey(Post, models.CASCADE, related_name="+")
    # Where it stood in the thread that it came from.
    position = models.PositiveIntegerField()
    posts = models.PositiveIntegerField()
    whole = models.BooleanField()
    by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    # What it takes to undo it: places of posts, followers, marks of readers, addresses (`services/regrouping.py`).
    kept = models.JSONField(default=dict, blank=True)

    objects: ClassVar[PostMoveManager[Self]] = PostMoveManager()

    personal = (Personal("by", KEEP, why="An act of the team; it names a former member."),)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(source=F("target")), name="post_move_elsewhere"),
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(whole=True),
                name="post_move_whole_once",
            ),
        ]
        indexes = [
            models.Index(fields=["source"], name="post_move_from"),
            models.Index(fields=["target"], name="post_move_to"),
            models.Index(fields=["opening"], name="post_move_opening"),
            models.Index(fields=["by"], name="post_move_by", condition=Q(by__isnull=False)),
        ]
