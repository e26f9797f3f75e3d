"""The address by which somebody’s calendar programme reads where they are registered."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedOneToOneField
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, Personal


class OwnCalendarQuerySet(ScopedQuerySet["OwnCalendar"]):
    def of(self, membership: Membership) -> OwnCalendarQuerySet:
        return self.filter(membership=membership)


OwnCalendarManager = ScopedManager.from_queryset(OwnCalendarQuerySet)


class OwnCalendar(CommunityOwned):
    """That a member’s calendar programme may read where they are registered. The address is signed; `key` makes a
    former one worthless."""

    membership = OwnedOneToOneField(Membership, models.CASCADE, related_name="+")
    key = models.UUIDField(default=uuid.uuid4)
    made_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[OwnCalendarManager[Self]] = OwnCalendarManager()

    personal = (
        Personal("membership", DELETE, exported_as="own_calendar", why="A way in; it goes with its person."),
    )

    class Meta:
        verbose_name = _("own calendar")
        verbose_name_plural = _("own calendars")

    def __str__(self) -> str:
        return f"own calendar of {self.membership_id}"
