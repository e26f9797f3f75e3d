"""The teams of an event that people come to in teams."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet

LONGEST_NAME = 60
FEWEST_IN_TEAM, MOST_IN_TEAM = 2, 50


class TeamQuerySet(ScopedQuerySet["Team"]):
    def of(self, event: Any) -> TeamQuerySet:
        return self.filter(event=event)

    def larger_than(self, size: int) -> TeamQuerySet:
        return self.annotate(people=Count("registrations")).filter(people__gt=size)

    def with_room(self, size: int) -> TeamQuerySet:
        """Those in which another one fits, with how many are in them (`people`)."""
        return self.annotate(people=Count("registrations")).filter(people__lt=size)

    def coming(self) -> TeamQuerySet:
        return self.filter(is_coming=True)

    def waiting(self) -> TeamQuerySet:
        return self.filter(is_coming=False)

    def in_order(self) -> TeamQuerySet:
        """As they were founded."""
        return self.order_by("since", "pk")

    def counted(self) -> TeamQuerySet:
        """Adds how many are in each (`people`)."""
        return self.annotate(people=Count("registrations"))

    def before(self, since: datetime.datetime, number: int) -> TeamQuerySet:
        return self.filter(Q(since__lt=since) | Q(since=since, pk__lt=number))


TeamManager = ScopedManager.from_queryset(TeamQuerySet)


class Team(CommunityOwned):
    """Some who come together, up to as many as the event says. Its captain is who has been in it longest; without
    anybody in it, it is no more."""

    event = OwnedForeignKey("events.Event", models.CASCADE, related_name="teams")
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    # Else it waits for a place among the teams.
    is_coming = models.BooleanField(default=False)
    since = models.DateTimeField(default=timezone.now)

    objects: ClassVar[TeamManager[Self]] = TeamManager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="team_owned"),
            models.UniqueConstraint("event", Lower("name"), name="team_name"),
        ]
        indexes = [models.Index(fields=["event", "is_coming", "since", "id"], name="team_line")]

    def __str__(self) -> str:
        return f"team {self.pk} of {self.event_id}"
