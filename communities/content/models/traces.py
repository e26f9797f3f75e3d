"""What members leave around posts and threads: reactions, how far they have read, what they follow, whom they name."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.content.managers import SubscriptionManager
from communities.content.models.posts import Post
from communities.content.models.spaces import Space
from communities.content.models.threads import Thread
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import DELETE, KEEP, Personal


class Reaction(CommunityOwned):
    """One member's reaction to a post."""

    class Kind(models.TextChoices):
        USEFUL = "useful", _("Useful")
        THANKS = "thanks", _("Thanks")
        SAME_HERE = "same_here", _("Same here")
        AGREE = "agree", pgettext_lazy("reaction", "I agree")
        IDEA = "idea", _("Gives me an idea")

    pk = models.CompositePrimaryKey("post_id", "membership_id", "kind")
    post = OwnedForeignKey(Post, models.CASCADE, related_name="+")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    personal = (
        Personal(
            "membership",
            KEEP,
            with_texts=DELETE,
            exported_as="reactions",
            why="A count among others; who takes their texts along takes it too, and the counts follow.",
        ),
    )

    class Meta:
        indexes = [
            models.Index(fields=["membership", "created_at"], name="reaction_by"),
            models.Index(fields=["community", "created_at"], name="reaction_newest"),
        ]


class ReadMarker(CommunityOwned):
    """How far a member has read a thread: unread = last_position − position, one subtraction."""

    pk = models.CompositePrimaryKey("membership_id", "thread_id")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    thread = OwnedForeignKey(Thread, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    seen_at = models.DateTimeField(default=timezone.now)

    personal = (Personal("membership", DELETE, exported_as="read_marks", why="Of use to its reader only."),)

    class Meta:
        indexes = [models.Index(fields=["thread"], name="read_marker_thread")]


class Subscription(CommunityOwned):
    """A member follows a thread or a space."""

    class Level(models.TextChoices):
        FOLLOW = "follow", _("Following")
        MUTE = "mute", _("Not following")

    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    thread = OwnedForeignKey(Thread, models.CASCADE, null=True, blank=True, related_name="+")
    space = OwnedForeignKey(Space, models.CASCADE, null=True, blank=True, related_name="+")
    level = models.CharField(max_length=8, choices=Level, default=Level.FOLLOW)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SubscriptionManager()

    personal = (Personal("membership", DELETE, exported_as="following", why="Nobody is left to tell."),)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["thread", "membership"],
                condition=Q(thread__isnull=False),
                name="subscription_thread_once",
            ),
            models.UniqueConstraint(
                fields=["space", "membership"],
                condition=Q(space__isnull=False),
                name="subscription_space_once",
            ),
            models.CheckConstraint(
                condition=Q(thread__isnull=False, space__isnull=True)
                | Q(thread__isnull=True, space__isnull=False),
                name="subscription_one_target",
            ),
        ]
        indexes = [models.Index(fields=["membership"], name="subscription_by")]


class Mention(CommunityOwned):
    """@handle in a post: who was named, or only stands in what it quotes of somebody else."""

    post = OwnedForeignKey(Post, models.CASCADE, related_name="mentions")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    quoted = models.BooleanField(default=False, db_default=False)
    # Once only, however often the text is changed.
    told = models.BooleanField(default=False, db_default=False)

    personal = (
        Personal(
            "membership",
            DELETE,
            why="In others’ texts the handle becomes that of the former member, and leads nowhere.",
        ),
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "membership"], name="mention_once")]
        indexes = [models.Index(fields=["membership", "-id"], name="mention_of")]
