"""What each member did on each day: the one table from which engagement is computed, exactly."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.scoping import CommunityOwned
from members.personal import DETACH, KEEP, Personal


class MemberDay(CommunityOwned):
    """One person's day, in the community's time zone: no hour and no address, so that it cannot be laid beside
    anonymous page views.

    `person` is the membership's id; when the person is forgotten it becomes a random negative number, the same
    on all their days, so that past figures stay. Hence no foreign key.
    """

    pk = models.CompositePrimaryKey("community_id", "day", "person")
    day = models.DateField(_("day"))
    person = models.BigIntegerField()
    views = models.PositiveIntegerField(_("page views"), default=0)
    contributions = models.PositiveIntegerField(_("contributions"), default=0)

    personal = (
        Personal(
            "person",
            KEEP,
            erasure=DETACH,
            exported_as="days",
            why="Past figures stay; erased, the days bear a random number.",
        ),
    )

    class Meta:
        verbose_name = _("member’s day")
        indexes = [models.Index(fields=["community", "person", "day"], name="member_day_person")]
        constraints = [models.CheckConstraint(condition=~Q(person=0), name="member_day_person_set")]

    def __str__(self) -> str:
        return f"{self.person} {self.day}"


class DirtyDay(CommunityOwned):
    """A day whose contributions must be counted again; append-only, see capture.models.DirtyHour."""

    day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["community", "id"], name="dirty_day_next")]

    def __str__(self) -> str:
        return str(self.day)


class Fill(CommunityOwned):
    """When a community’s whole history was last counted; without a row it never was."""

    filled_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community"], name="fill_once")]

    def __str__(self) -> str:
        return f"{self.filled_at:%Y-%m-%d %H:%M}"
