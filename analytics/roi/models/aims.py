"""Objectives."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import KEEP, Personal


class ObjectiveQuerySet(ScopedQuerySet[Any]):
    def open(self) -> ObjectiveQuerySet:
        return self.filter(closed_at=None)

    def by_deadline(self) -> ObjectiveQuerySet:
        return self.select_related("owner").order_by("closed_at", "deadline", "id")


ObjectiveManager = ScopedManager.from_queryset(ObjectiveQuerySet)


class Objective(CommunityOwned):
    """A target: from which baseline, by when, and who is responsible."""

    class Family(models.TextChoices):
        ACQUISITION = "acquisition", _("Acquisition")
        LOYALTY = "loyalty", _("Loyalty")
        IMAGE = "image", _("Image")
        VISIBILITY = "visibility", _("Visibility")

    class Figure(models.TextChoices):
        LEADS = "leads", _("Qualified contacts in a month")
        NEW_MEMBERS = "new_members", _("New members in a month")
        ACTIVE = "active", _("Members active in 28 days")
        REPEAT = "repeat", _("Repeat order rate")
        ANSWERED = "answered", _("Answered within 7 days")
        SEARCH = "search", _("Visits from search engines in a month")
        IMPRESSIONS = "impressions", _("Viewable impressions in a month")
        CLICKS = "clicks", _("Click-outs to offers in a month")
        NPS = "nps", _("Recommendation score")
        SAVED = "saved", _("Readers whom an answer saved a call")

    family = models.CharField(_("family"), max_length=12, choices=Family)
    figure = models.CharField(_("figure"), max_length=12, choices=Figure)
    baseline = models.DecimalField(
        _("baseline"), max_digits=14, decimal_places=2, help_text=_("The figure of the 90 days before.")
    )
    target = models.DecimalField(_("target"), max_digits=14, decimal_places=2)
    starts_on = models.DateField(_("from"))
    deadline = models.DateField(_("deadline"))
    owner = OwnedForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[ObjectiveManager[Self]] = ObjectiveManager()

    personal = (Personal("owner", KEEP, why="The brand’s accounts, without the name."),)

    class Meta:
        indexes = [
            models.Index(fields=["owner"], name="objective_owner", condition=models.Q(owner__isnull=False)),
            models.Index(fields=["community", "closed_at", "deadline", "id"], name="objective_list"),
        ]
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(deadline__gt=models.F("starts_on")), name="objective_dates"
            ),
            models.CheckConstraint(
                condition=~models.Q(target=models.F("baseline")), name="objective_aims_at_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_family_display()}: {self.get_figure_display()}"
