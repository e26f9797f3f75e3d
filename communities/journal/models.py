"""The lines of the journal."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.models import Community, Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import KEEP, Personal


class ChangeQuerySet(ScopedQuerySet["Change"]):
    def newest(self) -> ChangeQuerySet:
        return self.order_by("-at", "-id")

    def of(self, act: str, about: object) -> ChangeQuerySet:
        """What was done to one thing."""
        return self.filter(act=act, about=str(about))


ChangeManager = ScopedManager.from_queryset(ChangeQuerySet)


class Change(CommunityOwned):
    """One change by the team. `before` and `after` hold the keys that differ, in words that JSON can hold.

    A trigger refuses every change of it; what was undone is followed by a line of its own that refers to it.
    """

    at = models.DateTimeField(default=timezone.now, editable=False)
    by = OwnedForeignKey(Membership, models.DO_NOTHING, null=True, blank=True, related_name="+")
    # The role in which they did it: people rise and leave, the line stays.
    role = models.CharField(max_length=12, blank=True)
    # Done from outside, by the operator of the platform: then nobody of the team did it.
    by_platform = models.BooleanField(default=False)
    act = models.CharField(max_length=40)
    what = models.CharField(max_length=200, blank=True)
    about = models.CharField(max_length=40, blank=True)
    before: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    after: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    undoes = OwnedForeignKey("self", models.DO_NOTHING, null=True, blank=True, related_name="undone_by")

    objects = ChangeManager()

    personal = (
        Personal("by", KEEP, why="Who ran the place: the journal cannot be changed; the name is no more."),
    )

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="change_owned"),
            models.UniqueConstraint(fields=["undoes"], name="change_undone_once"),
            models.CheckConstraint(
                condition=models.Q(by_platform=False) | models.Q(by=None), name="change_by_one_side"
            ),
        ]
        indexes = [
            models.Index(fields=["community", "-at", "-id"], name="change_newest"),
            models.Index(fields=["community", "act", "about", "-id"], name="change_of"),
            models.Index(fields=["community", "by", "-at"], name="change_by"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.what}".strip()

    def place_now(self) -> Community:
        """The row of its community as it is at this moment: what a change is undone on, and compared with."""
        return Community.objects.get(pk=self.community_id)


def came_along(change: Change, community: Community) -> bool:
    """Whether a line was brought from another installation: it names things by the numbers that they had there, so that
    it can be read and not undone."""
    came = (community.settings.get("imported") or {}).get("at")
    return came is not None and change.at < datetime.datetime.fromisoformat(came)
