"""Whose place in a test counts, and the lists of what was reported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F

from communities.scoping import ScopedManager, ScopedQuerySet


class TrialQuerySet(ScopedQuerySet[Any]):
    def announced(self) -> TrialQuerySet:
        """Those that people know of, in spaces that are not put away; the newest first."""
        return self.filter(announced_at__isnull=False, space__archived=False).order_by("-announced_at", "-pk")

    def going_on(self) -> TrialQuerySet:
        return self.filter(announced_at__isnull=False, closed_at__isnull=True)


class ParticipantQuerySet(ScopedQuerySet[Any]):
    def accepted(self) -> ParticipantQuerySet:
        return self.filter(state="accepted")

    def inside(self) -> ParticipantQuerySet:
        """Those who were chosen and accepted the text on confidentiality as it is now: they alone read the space."""
        return self.accepted().filter(agreed=F("trial__pledge"))

    def undecided(self) -> ParticipantQuerySet:
        """Applications that nobody has answered, of tests that go on; the oldest first."""
        waiting = self.filter(state="applied", trial__closed_at__isnull=True, trial__space__archived=False)
        return waiting.order_by("applied_at", "pk")


class FeedbackQuerySet(ScopedQuerySet[Any]):
    def of_threads(self, threads: Iterable[Any]) -> FeedbackQuerySet:
        return self.filter(thread__in=list(threads))

    def standing(self) -> FeedbackQuerySet:
        """What is published and counts for itself: it was not pointed to another."""
        return self.filter(thread__state="published", same_as__isnull=True)

    def untouched(self) -> FeedbackQuerySet:
        """What stops people from trying, and nobody has answered for yet; the oldest first."""
        open_ = self.standing().filter(severity="blocking", state="new", trial__closed_at__isnull=True)
        return open_.order_by("thread__published_at", "pk")


class AlsoQuerySet(ScopedQuerySet[Any]):
    def by(self, membership_id: int) -> AlsoQuerySet:
        return self.filter(person=membership_id)


TrialManager = ScopedManager.from_queryset(TrialQuerySet)
ParticipantManager = ScopedManager.from_queryset(ParticipantQuerySet)
FeedbackManager = ScopedManager.from_queryset(FeedbackQuerySet)
AlsoManager = ScopedManager.from_queryset(AlsoQuerySet)
