"""A customer whom the brand presents, once they have agreed to these words."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.promotions.targets import check_target
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, DETACH, Personal

LONGEST_QUOTE = 400


class CustomerStoryQuerySet(ScopedQuerySet["CustomerStory"]):
    def in_order(self) -> CustomerStoryQuerySet:
        return self.select_related("person").order_by("place", "pk")

    def shown(self, now: datetime.datetime | None = None) -> CustomerStoryQuerySet:
        """With consent that stands, of people who are here and not shut out."""
        here = Membership.objects.shown().not_suspended(now)
        return self.in_order().filter(agreed_at__isnull=False, person__in=here)


CustomerStoryManager = ScopedManager.from_queryset(CustomerStoryQuerySet)


class CustomerStory(CommunityOwned):
    """Name and picture are those of the member’s own profile. One who has said no, or takes their consent back, keeps a
    row that says so: nobody asks again. Other words need another consent."""

    person = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    company = models.CharField(_("company or trade"), max_length=80, blank=True)
    quote = models.CharField(_("what they say"), max_length=LONGEST_QUOTE)
    target = models.CharField(_("article or review"), max_length=500, blank=True, validators=[check_target])
    place = models.PositiveIntegerField(default=0)
    asked_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    agreed_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    objects = CustomerStoryManager()

    personal = (
        Personal(
            "person",
            DELETE,
            exported_as="customer_stories",
            withheld=("asked_by",),
            why="Presented with their consent; who has left is presented no more.",
        ),
        Personal("asked_by", DETACH, why="The person who was asked still decides."),
    )

    class Meta:
        verbose_name = _("featured customer")
        verbose_name_plural = _("featured customers")
        constraints = [
            models.UniqueConstraint(fields=["community", "person"], name="customer_story_once"),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True) | Q(declined_at__isnull=True),
                name="customer_story_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "place", "id"], name="customer_story_order"),
            models.Index(
                fields=["asked_by"], name="customer_story_asked_by", condition=Q(asked_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"customer {self.person_id}"

    @property
    def waits(self) -> bool:
        return self.agreed_at is None and self.declined_at is None
