"""Who asked for newsletters, what they say, and to whom each of them went; segments of members."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.models import Membership, MembershipQuerySet
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, KEEP, Personal

SUBJECT_AT_MOST = 120


class SegmentQuerySet(ScopedQuerySet["Segment"]):
    def in_order(self) -> SegmentQuerySet:
        return self.order_by("name", "id")


SegmentManager = ScopedManager.from_queryset(SegmentQuerySet)


class Segment(CommunityOwned):
    """Some of the members, by a rule (`segments.Rule`): who they are is asked anew whenever it is used."""

    name = models.CharField(_("name"), max_length=60)
    rule: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    created_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SegmentManager()

    personal = (
        Personal("created_by", KEEP, why="Who ran the place: the team’s own record, without the name."),
    )

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="segment_owned"),
            models.UniqueConstraint(fields=["community", "name"], name="segment_name_once"),
        ]
        indexes = [
            models.Index(fields=["created_by"], name="segment_by", condition=Q(created_by__isnull=False))
        ]

    def __str__(self) -> str:
        return self.name


class NewsletterSubscriptionQuerySet(ScopedQuerySet["NewsletterSubscription"]):
    def standing(self) -> NewsletterSubscriptionQuerySet:
        """Confirmed and not given up."""
        return self.filter(state=NewsletterSubscription.State.CONFIRMED)

    def of(self, membership: Membership) -> NewsletterSubscriptionQuerySet:
        return self.filter(membership=membership)

    def reached(self, people: MembershipQuerySet | None = None) -> NewsletterSubscriptionQuerySet:
        """Those to whom a newsletter goes now: members who are here, and visitors; of a segment only its members.

        Whoever subscribed as a visitor and again as a member of the same address is reached once, as a member.
        """
        here = Membership.objects.shown().not_suspended() if people is None else people
        members = self.standing().filter(membership__in=here.filter(member__isnull=False))
        if people is not None:
            return members
        as_member = NewsletterSubscription.objects.standing().filter(
            membership__status=Membership.Status.ACTIVE, membership__member__email__iexact=OuterRef("email")
        )
        visitors = Q(membership__isnull=True) & ~Exists(as_member)
        return self.standing().filter(Q(pk__in=members.values("pk")) | visitors)


NewsletterSubscriptionManager = ScopedManager.from_queryset(NewsletterSubscriptionQuerySet)


class NewsletterSubscription(CommunityOwned):
    """That somebody wants the newsletters: a member, or an address that has confirmed it (double opt-in)."""

    class State(models.TextChoices):
        ASKED = "asked", _("Not confirmed yet")
        CONFIRMED = "confirmed", _("Subscribed")
        LEFT = "left", _("Unsubscribed")

    membership = OwnedForeignKey(Membership, models.CASCADE, null=True, blank=True, related_name="+")
    # A visitor’s, in small letters; erased when they unsubscribe.
    email = models.EmailField(max_length=254, blank=True)
    language = models.CharField(max_length=8, blank=True)
    # Where no zone is chosen the community’s clocks count.
    time_zone = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    # Of one that has ended: the one that stands in its place, so that links of its mails still end the newsletters.
    became = OwnedForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = NewsletterSubscriptionManager()

    personal = (
        Personal("membership", DELETE, exported_as="newsletter", why="Who has left is sent nothing."),
        Personal(
            "email",
            KEEP,
            erasure=DELETE,
            exported_as="newsletter_by_address",
            why="Asked for without an account, and given up by the link in each newsletter.",
        ),
    )

    class Meta:
        verbose_name = _("newsletter subscription")
        verbose_name_plural = _("newsletter subscriptions")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="newslettersub_owned"),
            models.UniqueConstraint(
                fields=["membership"], condition=Q(membership__isnull=False), name="newslettersub_of_member"
            ),
            models.UniqueConstraint(
                fields=["community", "email"], condition=~Q(email=""), name="newslettersub_of_address"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "confirmed", "left"]), name="newslettersub_state"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="left")
                    | (Q(membership__isnull=False) & Q(email=""))
                    | (Q(membership__isnull=True) & ~Q(email=""))
                ),
                name="newslettersub_of_one",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
                name="newslettersub_confirmed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "id"], name="newslettersub_standing", condition=Q(state="confirmed")
            ),
            models.Index(fields=["asked_at"], name="newslettersub_asked", condition=Q(state="asked")),
            models.Index(fields=["became"], name="newslettersub_became", condition=Q(became__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"newsletter subscription {self.pk}"

    @property
    def is_standing(self) -> bool:
        return self.state == self.State.CONFIRMED

    def local(self, moment: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
        """When this person’s clocks show what those of `zone` show at `moment`."""
        if not self.time_zone:
            return moment
        return moment.astimezone(zone).replace(tzinfo=ZoneInfo(self.time_zone)).astimezone(datetime.UTC)


class NewsletterQuerySet(ScopedQuerySet["Newsletter"]):
    def due(self, now: datetime.datetime) -> NewsletterQuerySet:
        """Those of which something is to be done: people to be laid out, mails to be written."""
        return self.filter(look_at__lte=now)

    def out(self) -> NewsletterQuerySet:
        """Those that have begun to leave."""
        return self.filter(begun_at__isnull=False)

    def to_count(self, before: datetime.datetime) -> NewsletterQuerySet:
        """Those that began to leave so long ago that who has followed which link becomes figures."""
        return self.filter(begun_at__lte=before, counted_at__isnull=True, state__in=["sent", "stopped"])

    def in_archive(self) -> NewsletterQuerySet:
        return self.out().filter(is_public=True).exclude(state=Newsletter.State.STOPPED)

    def begun_before(self, at: datetime.datetime | None = None, last_id: int = 0) -> NewsletterQuerySet:
        rows = self
        if at is not None:
            rows = rows.filter(begun_at__lte=at).filter(Q(begun_at__lt=at) | Q(id__lt=last_id))
        return rows.order_by("-begun_at", "-id")


NewsletterManager = ScopedManager.from_queryset(NewsletterQuerySet)


class Newsletter(CommunityOwned):
    """One newsletter: for whom, when, how far it is. What it says are its versions, one for each language."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PLANNED = "planned", _("Planned")
        SENDING = "sending", _("Being sent")
        STOPPED = "stopped", _("Stopped")
        SENT = "sent", _("Sent")

    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    # The language of those whose own has no version.
    language = models.CharField(_("main language"), max_length=8)
    segment = OwnedForeignKey(Segment, models.SET_NULL, null=True, blank=True, related_name="+")
    # Of one that was sent: how a segment was called that has been deleted since.
    segment_name = models.CharField(max_length=60, blank=True, editable=False)
    # By the community’s clocks; with `at_local_hour` by those of each person.
    send_at = models.DateTimeField(_("leaves"), null=True, blank=True)
    at_local_hour = models.BooleanField(_("at this time in each person’s time zone"), default=False)
    is_public = models.BooleanField(_("in the public archive"), default=True)
    slug = models.SlugField(max_length=80, allow_unicode=True, blank=True)
    # When the job is to look again; null where there is nothing to do.
    look_at = models.DateTimeField(null=True, blank=True)
    # Up to which subscription people are laid out, when that began (who subscribes later gets the next one) and ended.
    laid_to = models.BigIntegerField(default=0)
    laying_at = models.DateTimeField(null=True, blank=True)
    laid_at = models.DateTimeField(null=True, blank=True)
    batch_at = models.DateTimeField(null=True, blank=True)
    # When its first mail was written: from then on it is out.
    begun_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # When what each had followed became figures (`counting.py`).
    counted_at = models.DateTimeField(null=True, blank=True)
    counts: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = NewsletterManager()

    personal = (
        Personal("created_by", KEEP, why="Who ran the place: the team’s own record, without the name."),
    )

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="newsletter_owned"),
            models.UniqueConstraint(
                fields=["community", "slug"], condition=~Q(slug=""), name="newsletter_slug_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "planned", "sending", "stopped", "sent"]),
                name="newsletter_state",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(send_at__isnull=False), name="newsletter_has_moment"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "sending"]) | Q(look_at__isnull=True),
                name="newsletter_looked_at",
            ),
        ]
        indexes = [
            models.Index(fields=["look_at"], name="newsletter_due", condition=Q(look_at__isnull=False)),
            models.Index(fields=["community", "-id"], name="newsletter_list"),
            models.Index(
                fields=["community", "-begun_at", "-id"],
                name="newsletter_archive",
                condition=Q(begun_at__isnull=False),
            ),
            models.Index(
                fields=["community", "send_at"], name="newsletter_day", condition=Q(send_at__isnull=False)
            ),
            models.Index(fields=["begun_at"], name="newsletter_count", condition=Q(counted_at__isnull=True)),
            models.Index(fields=["segment"], name="newsletter_segment", condition=Q(segment__isnull=False)),
            models.Index(fields=["created_by"], name="newsletter_by", condition=Q(created_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"newsletter {self.pk}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_planned(self) -> bool:
        return self.state == self.State.PLANNED

    @property
    def is_sending(self) -> bool:
        return self.state == self.State.SENDING

    @property
    def is_stopped(self) -> bool:
        return self.state == self.State.STOPPED

    @property
    def is_sent(self) -> bool:
        return self.state == self.State.SENT

    @property
    def goes_to(self) -> str:
        """The name of its segment, also of one that was deleted since; empty: to everybody."""
        return self.segment.name if self.segment is not None else self.segment_name

    def get_absolute_url(self) -> str:
        return reverse("newsletters:show-newsletter", args=[self.slug])


class NewsletterVersion(CommunityOwned):
    """What a newsletter says in one language: `blocks` in order, each with a number that is never given twice:
    [{"id": 1, "kind": "text", "source": "…", "html": "…", "text": "…"},
     {"id": 2, "kind": "pick", "thread": 7, "title": "…", "path": "/…", "label": "…", "words": "…", "why": "…"},
     {"id": 3, "kind": "button", "label": "…", "url": "https://…"}]
    """

    newsletter = OwnedForeignKey(Newsletter, models.CASCADE, related_name="versions")
    language = models.CharField(max_length=8)
    subject = models.CharField(_("subject"), max_length=SUBJECT_AT_MOST)
    # For every second person; empty: one subject for all.
    other_subject = models.CharField(_("second subject"), max_length=SUBJECT_AT_MOST, blank=True)
    blocks: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    blocks_made = models.PositiveIntegerField(default=0)
    # When somebody tried it out as it stands.
    tested_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("newsletter in one language")
        verbose_name_plural = _("newsletters in one language")
        constraints = [
            models.UniqueConstraint(fields=["newsletter", "language"], name="newsletterversion_once"),
            models.CheckConstraint(condition=~Q(subject=""), name="newsletterversion_has_subject"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_compared(self) -> bool:
        return bool(self.other_subject)

    def block(self, number: int) -> dict[str, Any] | None:
        return next((one for one in self.blocks if one["id"] == number), None)


class NewsletterCopyQuerySet(ScopedQuerySet["NewsletterCopy"]):
    def of(self, newsletter: Newsletter) -> NewsletterCopyQuerySet:
        return self.filter(newsletter=newsletter)

    def unwritten(self) -> NewsletterCopyQuerySet:
        return self.filter(written_at__isnull=True)


NewsletterCopyManager = ScopedManager.from_queryset(NewsletterCopyQuerySet)


class NewsletterCopy(CommunityOwned):
    """That one newsletter goes to one person: once (the constraint), and what came of it."""

    newsletter = OwnedForeignKey(Newsletter, models.CASCADE, related_name="copies")
    subscription = OwnedForeignKey(NewsletterSubscription, models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    # In the transaction in which its mail was put into the outbox.
    written_at = models.DateTimeField(null=True, blank=True)
    mail = models.UUIDField(null=True, blank=True)
    # The numbers of the blocks whose link was followed, each once; empty once they are counted.
    clicked = ArrayField(models.PositiveIntegerField(), default=list, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=8, blank=True)
    # Which subject it came with, where two are compared; null where there was one.
    with_other = models.BooleanField(null=True, blank=True)

    objects = NewsletterCopyManager()

    class Meta:
        verbose_name = _("copy of a newsletter")
        verbose_name_plural = _("copies of newsletters")
        constraints = [
            models.UniqueConstraint(fields=["newsletter", "subscription"], name="newsletter_copy_once"),
            models.CheckConstraint(
                condition=Q(written_at__isnull=True, mail__isnull=True)
                | Q(written_at__isnull=False, mail__isnull=False),
                name="newsletter_copy_mail",
            ),
        ]
        indexes = [
            models.Index(
                fields=["newsletter", "due_at", "id"],
                name="newsletter_copy_due",
                condition=Q(written_at__isnull=True),
            ),
            models.Index(fields=["subscription"], name="newsletter_copy_sub"),
            models.Index(
                fields=["community", "written_at"],
                name="newsletter_copy_written",
                condition=Q(written_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"copy {self.pk}"
