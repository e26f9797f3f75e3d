"""The lists of the ways in. A file of its own: the models beside it are imported by those of the plan."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from communities.models import Membership
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

    def with_ahead(self) -> WaitingPlaceQuerySet:
        """Each with how many wait before it (`ahead`), for many of them in one statement."""
        others = self.model.objects.waiting().order_by().filter(number__lt=OuterRef("number"))
        counted = Subquery(others.values("state").annotate(n=Count("pk")).values("n"))
        found: WaitingPlaceQuerySet = self.annotate(ahead=Coalesce(counted, 0))
        return found


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


# Who brought whom: by an invitation that a member sent by themselves.
BROUGHT = Q(accepted_by__isnull=False, inviter__isnull=False, wave__isnull=True, place__isnull=True, role="")


class InvitationQuerySet(ScopedQuerySet[Any]):
    def by_member(self, membership: Any) -> InvitationQuerySet:
        own = self.filter(inviter=membership, wave__isnull=True, place__isnull=True, role="")
        return own.order_by("-id")

    def brought(self) -> InvitationQuerySet:
        """Who brought whom."""
        return self.filter(BROUGHT)

    def into_team(self) -> InvitationQuerySet:
        """Those that give a role, which are still open, newest first."""
        live = Q(state="sent", expires_at__gt=timezone.now())
        return self.exclude(role="").filter(live).select_related("inviter").order_by("-id")

    def due_for_mail(self) -> InvitationQuerySet:
        return self.filter(mail_due_at__isnull=False, state="sent")

    def lapsed(self) -> InvitationQuerySet:
        """Ways in of people on the waiting list that nobody used in time, the latest first; not of those who have come
        by another door, or have gone again."""
        ended = Q(state="sent", place__isnull=False, expires_at__lte=timezone.now())
        # Both are in small letters.
        here = Membership.objects.exclude(status=Membership.Status.INVITED)
        came = here.filter(member__email=OuterRef("place__email"))
        known = self.filter(ended, ~Exists(came), place__state="admitted").exclude(place__email="")
        return known.select_related("place", "stage").order_by("-expires_at", "-id")

    def counted(self) -> InvitationQuerySet:
        """What takes from a quota: used ones, and those that can still be used."""
        live = Q(state="sent", expires_at__gt=timezone.now())
        return self.filter(Q(state="accepted") | live)


InvitationManager = ScopedManager.from_queryset(InvitationQuerySet)
