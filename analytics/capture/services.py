"""What people may ask of measurement: not to be counted, and to be forgotten."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from analytics.capture.models import Event
from communities.models import Membership
from communities.registries import Registry
from members.personal import Leaver


@dataclass(frozen=True)
class Forgetter:
    """Who has kept what members visited: told which ones are cut off from their visits, in that transaction. It may be
    told of the same ones again."""

    name: str
    forget: Callable[[Collection[int]], None] = field(compare=False)


forgetters: Registry[Forgetter] = Registry("what is kept of visits")


@transaction.atomic
def forget_visits(membership: Membership) -> int:
    """Cut the member off from their visits, which stay as anonymous figures; how many rows. Idempotent.

    Every row of the browsers that they used is cut off, those from before they signed in included.
    """
    visitors = Event.objects.filter(membership=membership).values_list("visitor", flat=True).distinct()
    rows = Event.objects.filter(Q(visitor__in=list(visitors), consent=1) | Q(membership=membership))
    _tell({membership.pk})
    return rows.update(membership=None, consent=0)


def forget_visits_of(leaver: Leaver, at_most: int) -> int:
    """The same for somebody who goes, in one statement; how many rows, of which none is left."""
    return min(forget_visits(Membership.objects.get(pk=leaver.membership_id)), at_most - 1)


@transaction.atomic
def withdraw_consent(visitor: int) -> int:
    """Cut one browser’s past visits off from members; how many rows. Idempotent."""
    rows = Event.objects.filter(visitor=visitor, consent=1)
    _tell(set(rows.exclude(membership=None).values_list("membership", flat=True).distinct()))
    return rows.update(membership=None, consent=0)


def _tell(memberships: Collection[int]) -> None:
    for one in forgetters if memberships else ():
        one.forget(memberships)
