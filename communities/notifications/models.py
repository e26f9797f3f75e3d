"""What happened, for whom, and which mails wait to be sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.content.models import Post, Thread
from communities.fields import OwnedForeignKey
from communities.launch.models import Stage
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, KEEP, Personal


class NotificationQuerySet(ScopedQuerySet["Notification"]):
    def for_membership(self, membership: Membership) -> NotificationQuerySet:
        return self.filter(membership=membership)

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at__isnull=True)

    def waiting_for_mail(self) -> NotificationQuerySet:
        return self.filter(mail_due_at__isnull=False, mailed_at__isnull=True, read_at__isnull=True)

    def newest(self) -> NotificationQuerySet:
        return self.order_by("-id")


NotificationManager = ScopedManager.from_queryset(NotificationQuerySet)


class Notification(CommunityOwned):
    """One line of the bell; unread ones of the same kind and thread group by themselves (unique index)."""

    class Kind(models.TextChoices):
        REPLY_POSTED = "reply_posted", _("Reply")
        MENTIONED = "mentioned", _("Mention")
        QUOTED = "quoted", _("Quote")
        REACTION_RECEIVED = "reaction_received", _("Reaction")
        THREAD_STARTED = "thread_started", _("New thread")
        ARTICLE_PUBLISHED = "article_published", _("New article")
        ANSWER_ACCEPTED = "answer_accepted", _("Accepted answer")
        # About one's own words, one's own reports, oneself: never muted, never grouped.
        POST_HELD = "post_held", _("Post waiting")
        POST_APPROVED = "post_approved", _("Post published")
        POST_REFUSED = "post_refused", _("Post not published")
        DECISION_MADE = "decision_made", _("Decision about a post")
        POST_RESTORED = "post_restored", _("Post put back")
        SANCTION_STARTED = "sanction_started", _("Measure on the account")
        SANCTION_ENDED = "sanction_ended", _("End of a measure")
        REPORT_DECIDED = "report_decided", _("Answer to a report")
        # About the launch: what opens or stops for a member, and what the plan asks of those who run it.
        STAGE_OPENED = "stage_opened", _("Opening of a part")
        STAGE_PAUSED = "stage_paused", _("Pause of a part")
        STAGE_READY = "stage_ready", _("Stage ready to open")
        STAGE_DUE = "stage_due", _("Stage that opens tomorrow")
        STAGE_ALARM = "stage_alarm", _("Stage that cannot open")

    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=24, choices=Kind)
    # What it is about: a thread, a stage of the launch, or (with a path alone) the person. The occasion tells one
    # opening, date or pause from the next.
    thread = OwnedForeignKey(Thread, models.CASCADE, null=True, blank=True, related_name="+")
    stage = OwnedForeignKey(Stage, models.CASCADE, null=True, blank=True, related_name="+")
    occasion = models.CharField(max_length=200, blank=True, default="", db_default="")
    post = OwnedForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="+")
    actor = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    count = models.PositiveIntegerField(default=1)
    # Where a personal line leads, within the community; empty: to the post.
    path = models.CharField(max_length=200, blank=True, default="", db_default="")
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

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
                fields=["membership", "kind", "thread"],
                condition=Q(read_at__isnull=True, path=""),
                name="notification_groups",
            ),
            models.UniqueConstraint(
                fields=["membership", "kind", "stage", "occasion"],
                condition=Q(stage__isnull=False),
                name="notification_of_stage_once",
            ),
            models.CheckConstraint(
                condition=Q(thread__isnull=False) | Q(stage__isnull=False) | ~Q(path=""),
                name="notification_about",
            ),
        ]
        indexes = [
            models.Index(fields=["membership", "-id"], name="notification_list"),
            models.Index(
                fields=["mail_due_at"],
                name="notification_mail_due",
                condition=Q(mail_due_at__isnull=False, mailed_at__isnull=True, read_at__isnull=True),
            ),
        ]
