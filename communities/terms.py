"""A role with a scope and an end. Both end by the clock, as measures do, whether or not a job has run.

The columns `role`, `role_until` and `role_after` say what was given; a row read from the database has the role that
holds now in `role`. In a query, ask `in_role`, `in_roles`, `team` or
`having_role`, never the column.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from typing import Any, Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.drawing import lasts_until
from communities.scoping import CommunityOwned, ScopedQuerySet

TERM = ("role_until", "role_after", "role_spaces")
# So long before its end, its person and the team are told; a role for less is not announced again.
NOTICE = datetime.timedelta(days=14)
COMMON = frozenset({"member", "ambassador"})

_Row = TypeVar("_Row", bound="RoleTerm")


def having_role(roles: Iterable[str]) -> Q:
    """Those who have one of these roles now, as a condition among others."""
    asked, now = list(roles), timezone.now()
    running = Q(role__in=asked) & (Q(role_until__isnull=True) | Q(role_until__gt=now))
    return running | Q(role_after__in=asked, role_until__lte=now)


class TermQuerySet(ScopedQuerySet[_Row]):
    def in_role(self, role: str) -> Self:
        return self.in_roles([role])

    def in_roles(self, roles: Iterable[str]) -> Self:
        """Those who have one of these roles now."""
        asked = list(roles)
        found = self.filter(having_role(asked))
        # What a role becomes is never more than it was: the index of those with a role stays of use.
        return found if "member" in asked else found.exclude(role="member")

    def with_role_now(self) -> Self:
        """With `role_now`, for rows that are read as values."""
        ended = When(role_until__lte=timezone.now(), then=F("role_after"))
        return self.annotate(role_now=Case(ended, default=F("role"), output_field=models.CharField()))

    def with_ended_role(self, at: datetime.datetime) -> Self:
        return self.filter(role_until__lte=at)

    def with_ending_role(self, now: datetime.datetime) -> Self:
        """Those who are still to be told that their role ends soon."""
        return self.filter(role_until__gt=now, role_until__lte=now + NOTICE, role_end_told=False)


class RoleTerm(CommunityOwned):
    """The scope and the end of a role."""

    role_until = models.DateTimeField(_("role until"), null=True, blank=True)
    role_end_told = models.BooleanField(default=False, db_default=False)
    role_after = models.CharField(_("role afterwards"), max_length=12, default="member")
    # The spaces that a moderator looks after; empty: the whole community. An id of a space that is gone stays, so
    # that a narrow role never becomes a wide one.
    role_spaces = ArrayField(models.BigIntegerField(), verbose_name=_("spaces"), default=list, blank=True)

    role: models.CharField[str, str]

    class Meta:
        abstract = True

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any
    ) -> Self:
        names, known = cls.columns_read(field_names), list(values)
        if len(names) < len(known):
            del known[list(field_names).index("role")]
        row = super().from_db(db, names, known, **options)
        if cls.settles(names):
            row.settle_read()
        return row

    @staticmethod
    def columns_read(names: Collection[str]) -> list[str]:
        """Whoever leaves the end of a role out gets no role either, until they ask for it."""
        without = "role" in names and not set(TERM) <= set(names)
        return [name for name in names if name != "role" or not without]

    @staticmethod
    def settles(names: Collection[str]) -> bool:
        return "role" in names

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        if fields is not None and "role" in fields:
            fields = [*fields, *TERM]
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)

    def settle_read(self) -> None:
        """What a role has become by the clock, of a row that was just read."""
        if self.role_until is None:
            return
        if self.role_until > timezone.now():
            lasts_until(self.role_until)
        else:
            self.role, self.role_until, self.role_spaces = self.role_after, None, []
