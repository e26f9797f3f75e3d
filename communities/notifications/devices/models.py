"""Devices that members have news sent to, and what waits to be sent there."""

from __future__ import annotations

import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, Personal

LONGEST_ENDPOINT = 1000


class DeviceQuerySet(ScopedQuerySet["Device"]):
    def of(self, membership: Membership) -> DeviceQuerySet:
        return self.filter(membership=membership)

    def newest(self) -> DeviceQuerySet:
        return self.order_by("-id")


DeviceManager = ScopedManager.from_queryset(DeviceQuerySet)


class Device(CommunityOwned):
    """One browser of a member in which notifications are switched on; where its push service takes messages for it,
    and the keys with which only that browser can read them."""

    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="devices")
    endpoint = models.CharField(max_length=LONGEST_ENDPOINT)
    public_key = models.CharField(max_length=90)
    sealing_secret = models.CharField(max_length=24)
    # “Firefox, Android”: as its browser named itself.
    name = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # When its push service last took a message.
    reached_at = models.DateTimeField(null=True, blank=True)

    objects = DeviceManager()

    personal = (
        Personal(
            "membership",
            DELETE,
            exported_as="devices",
            withheld=("endpoint", "public_key", "sealing_secret"),
            why="Nothing is sent to whoever has left.",
        ),
    )

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="device_owned"),
            # A browser belongs to whoever switched it on last.
            models.UniqueConstraint(fields=["community", "endpoint"], name="device_once"),
        ]
        indexes = [models.Index(fields=["membership"], name="device_of_member")]

    def __str__(self) -> str:
        return self.name


class PushQuerySet(ScopedQuerySet["Push"]):
    def due(self, now: datetime.datetime) -> PushQuerySet:
        return self.filter(due_at__lte=now).order_by("due_at", "id")


PushManager = ScopedManager.from_queryset(PushQuerySet)


class Push(CommunityOwned):
    """One line of the bell that waits to be sent to one device. What it says is asked when it leaves; then it goes."""

    device = OwnedForeignKey(Device, models.CASCADE, related_name="+")
    # The number of a notification. No key: bells are written to by the thousand, and would need one more index for it;
    # of a line that has gone nothing is sent.
    line_id = models.BigIntegerField()
    due_at = models.DateTimeField(default=timezone.now)
    useless_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)

    objects = PushManager()

    class Meta:
        verbose_name = _("message to a device")
        verbose_name_plural = _("messages to devices")
        constraints = [models.UniqueConstraint(fields=["device", "line_id"], name="push_once")]
        indexes = [models.Index(fields=["due_at"], name="push_due")]


class PushKey(models.Model):
    """The key with which this installation signs what it sends; one row, of no community."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    sealed_key = models.TextField()

    class Meta:
        verbose_name = _("key for devices")
        verbose_name_plural = _("keys for devices")

    def __str__(self) -> str:
        return str(self.pk)
