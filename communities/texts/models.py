"""The versions of a place’s texts."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.fields import OwnedForeignKey
from communities.models import Membership
from communities.scoping import CommunityOwned, ScopedManager, ScopedQuerySet
from communities.texts.kinds import TextKind, kind_names, kinds
from members.personal import KEEP, Personal

# A text of forty pages; longer ones are read by nobody.
MAX_CHARACTERS = 60_000


class TextVersionQuerySet(ScopedQuerySet["TextVersion"]):
    def of(self, kind: str) -> TextVersionQuerySet:
        return self.filter(kind=kind)

    def drafts(self) -> TextVersionQuerySet:
        return self.filter(published_at=None)

    def published(self) -> TextVersionQuerySet:
        return self.filter(published_at__isnull=False)

    def newest(self) -> TextVersionQuerySet:
        return self.order_by("-number")

    def in_force(self, at: datetime.datetime | None = None) -> TextVersionQuerySet:
        """Those that have come into force by then, the present one first."""
        return self.published().filter(in_force_at__lte=at or timezone.now()).newest()

    def still_known(self, at: datetime.datetime) -> TextVersionQuerySet:
        """The version in force and those to come: what the community’s row keeps."""
        return (
            self.published()
            .order_by("number")
            .filter(Q(in_force_at__gt=at) | Q(pk__in=self.in_force(at)[:1]))
        )


TextVersionManager = ScopedManager.from_queryset(TextVersionQuerySet)


class TextVersion(CommunityOwned):
    """One version of one text, in all languages of the community: proposed until it is published, then for good.

    `content` of a prose text maps each language to its `source` (Markdown with facts in braces; what needs more than
    Markdown has is HTML, and its `format` says so) and, once published, the `html` that readers get, with the facts of
    that day. Of rules it is the list of them in their order, each with its number and with its words by language. A
    trigger of the database keeps what was published.
    """

    kind = models.CharField(_("text"), max_length=16, choices=kind_names)
    number = models.PositiveIntegerField(_("version"))
    content: models.JSONField[Any, Any] = models.JSONField(_("words"), default=dict)
    # Moves with each change of the draft: who saves over another’s change is told.
    revision = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    # Who has read it for the law: a name as it was typed, since a counsel needs no account.
    checked_by = models.CharField(_("checked by"), max_length=120, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    in_force_at = models.DateTimeField(_("in force from"), null=True, blank=True)

    objects = TextVersionManager()

    personal = (
        Personal("made_by", KEEP, why="Who ran the place: the team’s own record, without the name."),
        Personal("published_by", KEEP, why="Who ran the place: the team’s own record, without the name."),
    )

    class Meta:
        verbose_name = _("version of a text")
        verbose_name_plural = _("versions of texts")
        constraints = [
            models.UniqueConstraint(fields=["community", "kind", "number"], name="text_number_once"),
            models.UniqueConstraint(
                fields=["community", "kind"], condition=Q(published_at=None), name="text_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, in_force_at=None)
                | Q(published_at__isnull=False, in_force_at__gte=F("published_at")),
                name="text_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    @property
    def told(self) -> TextKind:
        return kinds[self.kind]

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    @property
    def is_checked(self) -> bool:
        return self.checked_at is not None

    @property
    def has_come_into_force(self) -> bool:
        return self.in_force_at is not None and self.in_force_at <= timezone.now()

    @property
    def is_to_come(self) -> bool:
        return self.in_force_at is not None and self.in_force_at > timezone.now()
