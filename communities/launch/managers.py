"""The lists of the ways in. A file of its own: the models beside it are imported by those of the plan."""

from __future__ import annotations

from typing import Any

from communities.scoping import ScopedManager, ScopedQuerySet


class WaitingPlaceQuerySet(ScopedQuerySet[Any]):
    def waiting(self) -> WaitingPlaceQuerySet:
        return self.filter(state="waiting").order_by("number")

    def due_for_mail(self) -> WaitingPlaceQuerySet:
        return self.filter(mail_due_at__isnull=False, state__in=["waiting", "refused"])

    def refused(self) -> WaitingPlaceQuerySet:
        return self.filter(state="refused")

    def not_refused(self) -> WaitingPlaceQuerySet:
        return self.exclude(state="refused")

    def before(self, place: Any) -> WaitingPlaceQuerySet:
        return self.waiting().filter(number__lt=place.number)


WaitingPlaceManager = ScopedManager.from_queryset(WaitingPlaceQuerySet)


class LinkQuerySet(ScopedQuerySet[Any]):
    def newest(self) -> LinkQuerySet:
        return self.select_related("made_by").order_by("-id")

    def before(self, last_id: int) -> LinkQuerySet:
        return self.filter(pk__lt=last_id)


LinkManager = ScopedManager.from_queryset(LinkQuerySet)


class JoinRequestQuerySet(ScopedQuerySet[Any]):
    def standing(self) -> JoinRequestQuerySet:
        """All but declined ones: at most one of each person."""
        return self.exclude(state="declined")

    def waiting(self) -> JoinRequestQuerySet:
        """Those to decide, first come first; whose address is not proven yet do not wait."""
        return self.filter(state="asked").order_by("id")

    def before(self, last_id: int) -> JoinRequestQuerySet:
        """The next page of `waiting`."""
        return self.filter(pk__gt=last_id)


JoinRequestManager = ScopedManager.from_queryset(JoinRequestQuerySet)
