"""Spaces, and who may write in them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.content.managers import SpaceManager
from communities.content.models.declared import KINDS, space_kinds
from communities.fields import OwnedForeignKey
from communities.models import Membership, slug_rule
from communities.scoping import CommunityOwned
from members.personal import DELETE, Personal


class Space(CommunityOwned):
    """A part of a community with rules of its own: who reads, who writes, how it is moderated."""

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Everybody")
        MEMBERS = "members", _("Members")
        TEAM = "team", _("The team")

    class Posting(models.TextChoices):
        MEMBERS = "members", _("All members")
        AUTHORS = "authors", _("Named authors and the team")
        TEAM = "team", _("The team")

    kind = models.CharField(_("kind"), max_length=8, choices=space_kinds)
    slug = models.CharField(_("address"), max_length=80, validators=[slug_rule])
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("description"), max_length=600, blank=True)
    prompt = models.CharField(_("invitation to write"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    drawing = models.CharField(_("drawing"), max_length=40, blank=True)
    audience = models.CharField(_("who may read"), max_length=8, choices=Audience, default=Audience.PUBLIC)
    posting = models.CharField(
        _("who may start threads"), max_length=8, choices=Posting, default=Posting.MEMBERS
    )
    replies_open = models.BooleanField(_("members may reply"), default=True)
    mode = models.CharField(
        _("moderation"), max_length=8, blank=True, help_text=_("Empty: as the community.")
    )
    asks = models.BooleanField(_("threads are questions"), default=False)
    place = models.PositiveSmallIntegerField(_("order"), default=0)
    archived = models.BooleanField(_("archived"), default=False)
    settings = models.JSONField(default=dict, blank=True)
    authors = models.ManyToManyField(Membership, through="SpaceAuthor", related_name="+", blank=True)

    objects = SpaceManager()

    class Meta:
        verbose_name = _("space")
        verbose_name_plural = _("spaces")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="space_owned"),
            models.UniqueConstraint(fields=["community", "slug"], name="space_slug_once"),
            models.CheckConstraint(
                condition=Q(audience__in=["public", "members", "team"]), name="space_audience"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **options: Any) -> None:
        """Raises KeyError for a space of a kind that nobody has declared."""
        if self._state.adding:
            KINDS[self.kind]
        super().save(**options)

    @property
    def minimum(self) -> int:
        """The number of threads it must have to be listed while a launch is in progress."""
        return int(self.settings.get("minimum", KINDS[self.kind].minimum))

    @property
    def folded(self) -> bool:
        """Whether it is left out of the lists for now, because it is almost empty; what it holds stays readable."""
        return bool(self.settings.get("folded"))

    def get_absolute_url(self) -> str:
        address: str = KINDS[self.kind].space_url(self)
        return address

    @property
    def start_url(self) -> str:
        """Where one begins to write in it."""
        address: str = KINDS[self.kind].start_url(self)
        return address

    @property
    def start_words(self) -> Promise:
        words: Promise = KINDS[self.kind].start_words(self)
        return words


class SpaceAuthor(CommunityOwned):
    """Who may write in a space that names its authors; an editor works on the others’ articles as well."""

    space = OwnedForeignKey(Space, models.CASCADE, related_name="author_links")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    edits = models.BooleanField(_("edits the others’ articles"), default=False)

    personal = (
        Personal("membership", DELETE, exported_as="spaces", why="A right ends with the membership."),
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "membership"], name="space_author_once")]
        indexes = [models.Index(fields=["membership"], name="space_author_membership")]
