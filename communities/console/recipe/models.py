"""Recipes being written, blueprints made of communities, what was applied where, and the links of owners."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.console.recipe.answers import Answers
from communities.fields import OwnedForeignKey
from communities.models import Community, Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from members.personal import DELETE, KEEP, Personal

LINK_HOLDS = datetime.timedelta(days=7)


class SavedBlueprint(models.Model):
    """A blueprint that somebody made of a community: its structure, never its people. The account’s own."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="blueprints")
    name = models.CharField(_("name"), max_length=60)
    # In the words of `recipe.schema`, with the texts in the one language of the community.
    said = models.JSONField()
    language = models.CharField(_("language"), max_length=8)
    made_of = models.ForeignKey(Community, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    personal = (
        Personal(
            "account", KEEP, erasure=DELETE, why="The account’s, for what it founds next; goes with it."
        ),
    )

    class Meta:
        verbose_name = _("blueprint")
        verbose_name_plural = _("blueprints")
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="blueprint_name_once")]

    def __str__(self) -> str:
        return self.name


class Recipe(models.Model):
    """A community that somebody is about to found: answers and proposal, saved at every step.

    It belongs to an account and to no community: there is none yet.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recipes")
    answers = models.JSONField(default=dict)
    # Name, address, languages, look and owner: what `place` of the wizard asked.
    place = models.JSONField(default=dict)
    # The steps that were answered; a blueprint may answer for them.
    done = models.JSONField(default=list)
    blueprint = models.CharField(max_length=60, blank=True)
    saved_blueprint = models.ForeignKey(SavedBlueprint, models.SET_NULL, null=True, related_name="+")
    # Parts that were edited, with their values; all others follow from answers and blueprint.
    edited = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    community = models.ForeignKey(Community, models.SET_NULL, null=True, related_name="+")
    founded_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    personal = (
        Personal("account", KEEP, erasure=DELETE, why="What the account was about to found; goes with it."),
    )

    class Meta:
        verbose_name = _("recipe")
        verbose_name_plural = _("recipes")
        indexes = [models.Index(fields=["account", "-id"], name="recipe_of_account")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return str(self.place.get("name") or _("Without a name yet"))

    @property
    def language(self) -> str:
        return str(self.place.get("language") or "en")

    def answered(self) -> Answers:
        return Answers.read(self.answers)


class AppliedPartQuerySet(ScopedQuerySet["AppliedPart"]):
    def newest(self) -> AppliedPartQuerySet:
        return self.select_related("by").order_by("-id")

    def of_part(self, part: str) -> AppliedPartQuerySet:
        return self.filter(part=part, undone_at=None)


AppliedPartManager = ScopedManager.from_queryset(AppliedPartQuerySet)


class AppliedPart(CommunityOwned):
    """A part of a recipe as it was applied: its values, and what came of them, so that it can be undone."""

    at = models.DateTimeField(default=timezone.now)
    by = OwnedForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    part = models.CharField(max_length=20)
    blueprint = models.CharField(max_length=60, blank=True)
    values = models.JSONField()
    made = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    objects = AppliedPartManager()

    personal = (Personal("by", KEEP, why="How the place was made: the team’s own record, without the name."),)

    class Meta:
        verbose_name = _("applied part of a recipe")
        verbose_name_plural = _("applied parts of recipes")
        indexes = [models.Index(fields=["community", "-id"], name="applied_part_newest")]

    def __str__(self) -> str:
        return f"{self.part} {self.at:%Y-%m-%d}"


class OwnerLinkQuerySet(ScopedQuerySet["OwnerLink"]):
    def usable(self) -> OwnerLinkQuerySet:
        return self.filter(used_at=None, expires_at__gt=timezone.now())


OwnerLinkManager = ScopedManager.from_queryset(OwnerLinkQuerySet)


def _end_of_link() -> datetime.datetime:
    return timezone.now() + LINK_HOLDS


class OwnerLink(CommunityOwned):
    """The one link of an owner’s mail: whoever holds it has read that mailbox. It opens once, for some days."""

    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=_end_of_link)
    used_at = models.DateTimeField(null=True)

    objects = OwnerLinkManager()

    personal = (Personal("membership", DELETE, why="A way in, of no use to anybody else."),)

    class Meta:
        verbose_name = _("link of an owner")
        verbose_name_plural = _("links of owners")
        indexes = [models.Index(fields=["community", "membership", "-id"], name="owner_link_newest")]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.made_at:%Y-%m-%d}"

    @property
    def is_usable(self) -> bool:
        return self.used_at is None and self.expires_at > timezone.now()


def kept(values: Any) -> Any:
    """Values as JSON keeps them: what was decimal or lazy becomes text."""
    if isinstance(values, dict):
        return {str(name): kept(value) for name, value in values.items()}
    if isinstance(values, list | tuple):
        return [kept(value) for value in values]
    return values if values is None or isinstance(values, bool | int | float) else str(values)
