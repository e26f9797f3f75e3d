"""The lists of ideas, and whose votes are counted."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q

from communities.scoping import ScopedManager, ScopedQuerySet


class BoxQuerySet(ScopedQuerySet[Any]):
    def after(self, at: datetime.datetime) -> BoxQuerySet:
        """Those with something still to come, by the last of their moments."""
        return self.filter(result_at__gt=at)

    def to_tell(self, at: datetime.datetime) -> BoxQuerySet:
        """Those that take ideas, or votes, and whose followers have not been told that they do."""
        fresh = Q(told_until__isnull=True)
        ideas = Q(opens_at__lte=at, discusses_at__gt=at) & (fresh | Q(told_until__lt=F("opens_at")))
        votes = Q(votes_at__lte=at, closes_at__gt=at) & (fresh | Q(told_until__lt=F("votes_at")))
        return self.filter(ideas | votes, is_draft=False)


class IdeaQuerySet(ScopedQuerySet[Any]):
    def of_threads(self, threads: Iterable[Any]) -> IdeaQuerySet:
        return self.filter(thread__in=list(threads))

    def living(self) -> IdeaQuerySet:
        """Those that were not merged into another one."""
        return self.filter(merged_into__isnull=True)

    def overdue(self, today: datetime.date) -> IdeaQuerySet:
        """Those whose answer was promised by a day before this one; whose day is oldest first."""
        waits = self.living().filter(due_on__lt=today, status__in=self.model.OPEN)
        return waits.order_by("due_on", "pk")

    def promised_by(self, membership_id: int) -> IdeaQuerySet:
        """Those that somebody answers for: as their owner, or as the sponsor of their box."""
        return self.filter(Q(owner=membership_id) | Q(box__sponsor=membership_id))


class VoteQuerySet(ScopedQuerySet[Any]):
    def placed(self, box_id: int, voter_id: int) -> VoteQuerySet:
        """Somebody’s votes that have a place in the budget of a box."""
        return self.filter(box=box_id, voter=voter_id, place__isnull=False)

    def spent(self, box_id: int, voter_id: int) -> VoteQuerySet:
        """Those that count against it: not those for ideas that were withdrawn, which nobody could take back."""
        return self.placed(box_id, voter_id).filter(idea__thread__state="published")


BoxManager = ScopedManager.from_queryset(BoxQuerySet)
IdeaManager = ScopedManager.from_queryset(IdeaQuerySet)
VoteManager = ScopedManager.from_queryset(VoteQuerySet)
