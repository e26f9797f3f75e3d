"""Lists of money rows. Views never spell a state; long lists are paged by keyset."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery

from communities.scoping import ScopedManager, ScopedQuerySet


class RateQuerySet(ScopedQuerySet[Any]):
    def of(self, name: str) -> RateQuerySet:
        """All versions of one rate, the newest first."""
        return self.filter(name=name).order_by("-valid_from", "-id")

    def newest_first(self) -> RateQuerySet:
        return self.select_related("author").order_by("name", "-valid_from", "-id")


class CountQuerySet(ScopedQuerySet[Any]):
    def between(self, first: datetime.date, last: datetime.date) -> CountQuerySet:
        return self.filter(day__gte=first, day__lte=last)


class CostQuerySet(ScopedQuerySet[Any]):
    def newest(self) -> CostQuerySet:
        return self.order_by("-starts_on", "-id")

    def before(self, day: datetime.date, last_id: int) -> CostQuerySet:
        """The next page of `newest`, by keyset."""
        older = Q(starts_on__lt=day) | Q(id__lt=last_id)
        return self.filter(starts_on__lte=day).filter(older)

    def running(self) -> CostQuerySet:
        return self.filter(repeats="monthly")


class LedgerQuerySet(ScopedQuerySet[Any]):
    def between(self, first: datetime.date, last: datetime.date) -> LedgerQuerySet:
        return self.filter(day__gte=first, day__lte=last)

    def benefits(self) -> LedgerQuerySet:
        return self.filter(side="B")

    def costs(self) -> LedgerQuerySet:
        return self.filter(side="C")

    def of_measure(self, measure: str) -> LedgerQuerySet:
        return self.filter(measure=measure)

    def counted(self) -> LedgerQuerySet:
        """What enters ROI: attributed to the community and in its currency."""
        return self.filter(counted=True)

    def measured(self) -> LedgerQuerySet:
        return self.filter(confidence="measured")

    def newest(self) -> LedgerQuerySet:
        return self.order_by("-day", "-id")

    def before(self, day: datetime.date, last_id: int) -> LedgerQuerySet:
        """The next page of `newest`, by keyset."""
        older = Q(day__lt=day) | Q(id__lt=last_id)
        return self.filter(day__lte=day).filter(older)


class ObjectiveQuerySet(ScopedQuerySet[Any]):
    def open(self) -> ObjectiveQuerySet:
        return self.filter(closed_at=None)

    def by_deadline(self) -> ObjectiveQuerySet:
        return self.select_related("owner").order_by("closed_at", "deadline", "id")


class OfferQuerySet(ScopedQuerySet[Any]):
    def shown(self, day: datetime.date) -> OfferQuerySet:
        """Running on this day."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def newest(self) -> OfferQuerySet:
        return self.order_by("-starts_on", "-id")

    def with_counts(self) -> OfferQuerySet:
        """With `click_count` and `lead_count`. Each is counted for itself: joined, every click would meet every
        contact."""
        clicks = self.model.objects.filter(pk=OuterRef("pk")).order_by().annotate(n=Count("clicks"))
        leads = self.model.objects.filter(pk=OuterRef("pk")).order_by().annotate(n=Count("leads"))
        counts = {"click_count": Subquery(clicks.values("n")), "lead_count": Subquery(leads.values("n"))}
        counted: OfferQuerySet = self.annotate(**counts)
        return counted


class LeadQuerySet(ScopedQuerySet[Any]):
    def newest(self) -> LeadQuerySet:
        return self.select_related("offer").order_by("-at", "-id")

    def before(self, at: datetime.datetime, last_id: int) -> LeadQuerySet:
        """The next page of `newest`, by keyset."""
        return self.filter(at__lte=at).filter(Q(at__lt=at) | Q(id__lt=last_id))

    def between(self, first: datetime.datetime, last: datetime.datetime) -> LeadQuerySet:
        return self.filter(at__gte=first, at__lt=last)

    def waiting(self) -> LeadQuerySet:
        return self.filter(state="new")

    def kept(self) -> LeadQuerySet:
        return self.exclude(state="refused")


class OrderQuerySet(ScopedQuerySet[Any]):
    def newest(self) -> OrderQuerySet:
        return self.select_related("source", "offer", "membership").order_by("-placed_at", "-id")

    def before(self, at: datetime.datetime, last_id: int) -> OrderQuerySet:
        """The next page of `newest`, by keyset."""
        return self.filter(placed_at__lte=at).filter(Q(placed_at__lt=at) | Q(id__lt=last_id))

    def attributed(self) -> OrderQuerySet:
        return self.exclude(matched_by="")


RateManager = ScopedManager.from_queryset(RateQuerySet)
CountManager = ScopedManager.from_queryset(CountQuerySet)
CostManager = ScopedManager.from_queryset(CostQuerySet)
LedgerManager = ScopedManager.from_queryset(LedgerQuerySet)
ObjectiveManager = ScopedManager.from_queryset(ObjectiveQuerySet)
OfferManager = ScopedManager.from_queryset(OfferQuerySet)
LeadManager = ScopedManager.from_queryset(LeadQuerySet)
OrderManager = ScopedManager.from_queryset(OrderQuerySet)
