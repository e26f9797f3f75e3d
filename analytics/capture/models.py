"""Measured events and what is counted from them. Anonymous unless the visitor agreed to more.

The event table is partitioned by month (see migrations/0002_walls.py). Hours and days grow by what was stored since,
each event once (rollups.py); a day of which only sums are left grows like any other.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.capture.channels import Channel
from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import DETACH, KEEP, Personal


class Kind(models.IntegerChoices):
    """What a visitor did. Everything but a page view or an impression is an act: a visit with one is not a bounce."""

    PAGE_VIEW = 1, _("Page view")
    ACT = 2, _("Reply, reaction or other act")
    OFFER_CLICK = 3, _("Click on an offer")
    LEAD = 4, _("Form sent")


class Reason(models.TextChoices):
    """Why a page view is not counted; and the clicks on offers that are not, for whatever reason that makes them a
    program’s.
    """

    BOT = "bot", _("Declared robots")
    NO_AGENT = "no_agent", _("No browser named")
    SPAM = "spam", _("Referrer spam")
    TOO_FAST = "too_fast", _("More than 60 pages in a minute")
    FAKE_REFERRER = "fake_referrer", _("Visits that claim to come from the page they ask for")
    HASTE = "haste", _("Forms sent faster than people can")
    PREFETCH = "prefetch", _("Fetched ahead, perhaps never seen")
    STAFF = "staff", _("The team itself")
    OPTED_OUT = "opted_out", _("Visitors who do not want to be counted")
    NOT_ASKED = "not_asked", _("Visitors who have not agreed")
    MACHINE_CLICK = "machine_click", _("Links to offers that programs followed")
    # Not left out but lost: the figures of the day are too low by so many.
    LOST = "lost", _("Page views lost before they were counted")
    LOST_DAYS = "lost_days", _("Members’ days lost before they were counted")


class Event(CommunityOwned):
    """One act of one visitor. `visitor` changes daily unless consent was given; `visit` groups pages in a row."""

    pk = models.CompositePrimaryKey("community_id", "uid", "occurred_at")
    uid = models.UUIDField()
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    kind = models.PositiveSmallIntegerField(choices=Kind)
    visitor = models.BigIntegerField(null=True)
    visit = models.BigIntegerField(null=True)
    visit_at = models.DateTimeField(null=True)
    entry = models.BooleanField(default=False)
    membership = OwnedForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    object_id = models.BigIntegerField(null=True)
    channel = models.PositiveSmallIntegerField(choices=Channel, default=Channel.INSIDE)
    source = models.CharField(max_length=80, blank=True)
    campaign = models.CharField(max_length=80, blank=True)
    path = models.CharField(max_length=200, blank=True)
    props = models.JSONField(default=dict, blank=True)
    consent = models.PositiveSmallIntegerField(default=0)

    personal = (
        Personal(
            "membership",
            KEEP,
            erasure=DETACH,
            exported_as="visits",
            withheld=("visitor", "visit"),
            why="Only with consent; erased, the visits of its browsers are anonymous figures.",
        ),
    )

    class Meta:
        verbose_name = _("measured event")
        constraints = [
            models.CheckConstraint(
                condition=Q(consent=1) | Q(visitor__isnull=True) | Q(membership__isnull=True),
                name="event_never_joined",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "occurred_at"], name="event_time"),
            models.Index(fields=["community", "visitor", "occurred_at"], name="event_visitor"),
            models.Index(fields=["community", "visit", "occurred_at"], name="event_visit"),
            models.Index(
                fields=["community", "membership", "occurred_at"],
                name="event_membership",
                condition=Q(membership__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.occurred_at:%Y-%m-%d %H:%M}"


class DirtyHour(CommunityOwned):
    """Events of one hour that are stored and not yet counted; without any, the hour is to be looked at as a whole.

    Append-only and without a unique key: a key loses updates.
    """

    hour = models.DateTimeField()
    uids = ArrayField(models.UUIDField(), default=list, blank=True)

    class Meta:
        indexes = [models.Index(fields=["community", "id"], name="dirty_hour_next")]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}"


class AudienceHour(CommunityOwned):
    """Events of one hour (UTC) by kind and channel; `visits` are those that began in it."""

    pk = models.CompositePrimaryKey("community_id", "hour", "kind", "channel")
    hour = models.DateTimeField()
    kind = models.PositiveSmallIntegerField(choices=Kind)
    channel = models.PositiveSmallIntegerField(choices=Channel)
    events = models.PositiveIntegerField()
    visits = models.PositiveIntegerField()


class Dimension(models.TextChoices):
    ALL = "all", _("Everything")
    CHANNEL = "channel", _("Channel")
    SOURCE = "source", _("Source")
    CAMPAIGN = "campaign", _("Campaign")
    PAGE = "page", _("Page")
    LANDING = "landing", _("First page of the visit")
    # Of pages whose authors are shown figures (`communities/blogs/readings.py`): page, channel and source of visits
    # that began there; and forms that visits sent after they had opened the page, in the column `visits`.
    ARRIVAL = "arrival", _("First page and source")
    CONTACT = "contact", _("Page read before a form was sent")
    # Page views and visits that were set apart by their behaviour; the key is a Reason.
    ROBOTS = "robots", _("Robots, by behaviour")


class AudienceDay(CommunityOwned):
    """Figures of one local day for one value of one dimension. Visits count on the day they began."""

    pk = models.CompositePrimaryKey("community_id", "day", "dimension", "key")
    day = models.DateField()
    dimension = models.CharField(max_length=8, choices=Dimension)
    # In the order of its signs, so that all sources of one page are found by its beginning.
    key = models.CharField(max_length=300, blank=True, db_collation="C")
    page_views = models.PositiveIntegerField(default=0)
    visits = models.PositiveIntegerField(default=0)
    visitors = models.PositiveIntegerField(default=0)
    bounces = models.PositiveIntegerField(default=0)
    seconds = models.BigIntegerField(default=0)


class FilteredDay(CommunityOwned):
    """Page views of one local day that were not counted, by reason; and clicks of programs (MACHINE_CLICK)."""

    pk = models.CompositePrimaryKey("community_id", "day", "reason")
    day = models.DateField()
    reason = models.CharField(max_length=16, choices=Reason)
    views = models.PositiveIntegerField(default=0)


class Position(models.Model):
    """How far a stream or a file was read. It moves in the transaction that stores what was read, so nothing
    is stored twice or left out. Belongs to the installation, not to a community.
    """

    name = models.CharField(max_length=120, primary_key=True)
    position = models.CharField(max_length=40)
    moved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.position}"
