"""What happened, for whom, and which mails wait to be sent."""

from __future__ import annotations

import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.content.models import Post, Thread
from communities.fields import OwnedForeignKey
from communities.launch.models import Stage
from communities.models import Membership
from communities.notices import notice_names
from communities.notifications.devices.models import Device, Push, PushKey
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, KEEP, Personal

__all__ = ["GIVEN_UP", "Device", "Notification", "Push", "PushKey"]

# Old news is not mailed.
GIVEN_UP = datetime.timedelta(days=1)


class NotificationQuerySet(ScopedQuerySet["Notification"]):
    def for_membership(self, membership: Membership) -> NotificationQuerySet:
        return self.filter(membership=membership)

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at__isnull=True)

    def waiting_for_mail(self) -> NotificationQuerySet:
        return self.filter(mail_due_at__isnull=False, mailed_at__isnull=True, read_at__isnull=True)

    def at_once(self) -> NotificationQuerySet:
        return self.filter(gathered=False)

    def in_digest(self) -> NotificationQuerySet:
        return self.filter(gathered=True)

    def newest(self) -> NotificationQuerySet:
        return self.order_by("-id")

    def by_moment(self) -> NotificationQuerySet:
        """By when something happened last: an unread line comes up again with what is added to it."""
        return self.order_by("-created_at", "-id")

    def before(self, moment: datetime.datetime, number: int) -> NotificationQuerySet:
        """The next page of `by_moment`."""
        return self.filter(created_at__lte=moment).filter(Q(created_at__lt=moment) | Q(pk__lt=number))

    def with_all(self) -> NotificationQuerySet:
        """With what their sentences name."""
        return self.select_related("thread__space", "stage", "post__author", "actor")


NotificationManager = ScopedManager.from_queryset(NotificationQuerySet)


class Notification(CommunityOwned):
    """One line of the bell; unread ones of the same group are one by themselves (unique index)."""

    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="notifications")
    # The name of its notice (`communities.notices`).
    kind = models.CharField(max_length=40, choices=notice_names)
    # What it is about: a thread, a stage of the launch, or (with a path alone) the person. The occasion tells one
    # opening, date or pause from the next.
    thread = OwnedForeignKey(Thread, models.CASCADE, null=True, blank=True, related_name="+")
    stage = OwnedForeignKey(Stage, models.CASCADE, null=True, blank=True, related_name="+")
    occasion = models.CharField(max_length=200, blank=True, default="", db_default="")
    grouping = models.CharField(max_length=80, blank=True, default="", db_default="")
    # The latest of the posts that it tells of, and how many it was told of. Which of them can still be read, is asked
    # whenever the line is shown, counted or mailed (`notices.PostNotice`).
    post = OwnedForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="+")
    posts = ArrayField(models.BigIntegerField(), default=list, blank=True, db_default=[])
    actor = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    count = models.PositiveIntegerField(default=1)
    # Where a personal line leads, within the community; empty: to the post.
    path = models.CharField(max_length=200, blank=True, default="", db_default="")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    # Whether its mail is the next digest of its reader (`digests.py`).
    gathered = models.BooleanField(default=False, db_default=False)

    objects = NotificationManager()

    personal = (
        Personal(
            "membership", DELETE, exported_as="notifications", why="Lines of a bell that nobody looks at."
        ),
        Personal("actor", KEEP, why="Somebody else’s line; it names a former member."),
    )

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "kind", "grouping"],
                condition=Q(read_at__isnull=True) & ~Q(grouping=""),
                name="notification_groups",
            ),
            models.UniqueConstraint(
                fields=["membership", "kind", "occasion"],
                condition=~Q(occasion=""),
                name="notification_of_occasion_once",
            ),
            models.CheckConstraint(
                condition=Q(thread__isnull=False) | Q(stage__isnull=False) | ~Q(path=""),
                name="notification_about",
            ),
        ]
        indexes = [
            models.Index(
                fields=["stage"], name="notification_stage", condition=models.Q(stage__isnull=False)
            ),
            models.Index(fields=["post"], name="notification_post", condition=models.Q(post__isnull=False)),
            models.Index(fields=["membership", "-created_at", "-id"], name="notification_list"),
            # What waits in a bell, however much was read.
            models.Index(
                fields=["membership", "-id"], name="notification_unread", condition=Q(read_at__isnull=True)
            ),
            models.Index(fields=["thread"], name="notification_of_thread"),
            # By community: each would walk through what is due in all others otherwise.
            models.Index(
                fields=["community", "mail_due_at"],
                name="notification_mail_due",
                condition=Q(
                    gathered=False, mail_due_at__isnull=False, mailed_at__isnull=True, read_at__isnull=True
                ),
            ),
            models.Index(
                fields=["community", "mail_due_at"],
                name="notification_digest_due",
                condition=Q(
                    gathered=True, mail_due_at__isnull=False, mailed_at__isnull=True, read_at__isnull=True
                ),
            ),
        ]
