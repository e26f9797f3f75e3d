"""The lists of moderation. The order of the queue was measured: see docs/decisions/0017-cases.md."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from communities.models import Membership
from communities.scoping import ScopedManager, ScopedQuerySet
from moderation.subjects.registry import reference_to
from moderation.vocabulary import MEASURES, acts_that_leave_it


class CaseQuerySet(ScopedQuerySet[Any]):
    def open(self) -> CaseQuerySet:
        return self.exclude(state="resolved")

    def resolved(self) -> CaseQuerySet:
        return self.filter(state="resolved").order_by("-resolved_at", "-id")

    def overdue(self, now: datetime.datetime) -> CaseQuerySet:
        """What is late, the latest first."""
        return self.open().filter(due_at__lte=now).order_by("due_at", "id")

    def in_time(self, now: datetime.datetime) -> CaseQuerySet:
        """The rest, by harm × reach × age."""
        return self.open().filter(due_at__gt=now).order_by("rank_at", "id")

    def after(self, field: str, at: datetime.datetime, last_id: int) -> CaseQuerySet:
        """What stands below a place in one of these lists: a keyset."""
        return self.filter(**{f"{field}__gte": at}).filter(Q(**{f"{field}__gt": at}) | Q(id__gt=last_id))

    def due_within(self, hours: int) -> CaseQuerySet:
        return self.open().filter(due_at__lte=timezone.now() + datetime.timedelta(hours=hours))

    def about(self, thing: Any) -> CaseQuerySet:
        """Cases about a person's profile, not about what they wrote."""
        return self.filter(reference_to(thing))

    def of_author(self, membership: Any) -> CaseQuerySet:
        return self.filter(author=membership)

    def in_hand_of(self, membership: Any) -> CaseQuerySet:
        return self.open().filter(assignee=membership, lease_until__gt=timezone.now())

    def locked(self) -> CaseQuerySet:
        """Nobody else's until the transaction ends: every decision and every report goes through here.

        Nothing is joined: after waiting for the lock, one would get the new row with the old rows it used to refer to.
        """
        return self.select_for_update(of=("self",))


class DecisionQuerySet(ScopedQuerySet[Any]):
    def concerning(self, membership: Any) -> DecisionQuerySet:
        """The decisions that somebody was told of: those that restrict, and those that undo one."""
        # Also those of a membership that was merged into this one: decisions cannot be moved.
        own = Membership.objects.filter(Q(pk=membership.pk) | Q(merged_into=membership))
        return self.filter(concerned__in=own).exclude(act="approve").order_by("-id")

    def newest(self) -> DecisionQuerySet:
        return self.order_by("-id")

    def judging(self) -> DecisionQuerySet:
        """Those about what the case is about; measures against its author are decisions of the same case."""
        return self.exclude(act__in=MEASURES)

    def about(self, thing: Any) -> DecisionQuerySet:
        return self.filter(reference_to(thing, "case__"))

    def leaving_up(self) -> DecisionQuerySet:
        """After which what was judged stands as before."""
        return self.filter(act__in=acts_that_leave_it())


class SanctionQuerySet(ScopedQuerySet[Any]):
    def running(self, now: datetime.datetime) -> SanctionQuerySet:
        return self.filter(lifted_at__isnull=True, until__gt=now)

    def warnings(self) -> SanctionQuerySet:
        return self.filter(kind="warning", lifted_at__isnull=True)


class WatchWordQuerySet(ScopedQuerySet[Any]):
    def in_order(self) -> WatchWordQuerySet:
        return self.order_by("key")


CaseManager = ScopedManager.from_queryset(CaseQuerySet)
DecisionManager = ScopedManager.from_queryset(DecisionQuerySet)
SanctionManager = ScopedManager.from_queryset(SanctionQuerySet)
WatchWordManager = ScopedManager.from_queryset(WatchWordQuerySet)
