"""What people may ask of measurement: not to be counted, and to be forgotten."""

from __future__ import annotations

from django.db.models import Q

from analytics.capture.models import Event
from communities.models import Membership
from members.personal import Leaver


def forget_visits(membership: Membership) -> int:
    """Cut the member off from their visits, which stay as anonymous figures; how many rows. Idempotent.

    Every row of the browsers that they used is cut off, those from before they signed in included.
    """
    visitors = Event.objects.filter(membership=membership).values_list("visitor", flat=True).distinct()
    rows = Event.objects.filter(Q(visitor__in=list(visitors), consent=1) | Q(membership=membership))
    return rows.update(membership=None, consent=0)


def forget_visits_of(leaver: Leaver, at_most: int) -> int:
    """The same for somebody who goes, in one statement; how many rows, of which none is left."""
    return min(forget_visits(Membership.objects.get(pk=leaver.membership_id)), at_most - 1)


def withdraw_consent(visitor: int) -> int:
    """Cut one browser’s past visits off from members; how many rows. Idempotent."""
    return Event.objects.filter(visitor=visitor, consent=1).update(membership=None, consent=0)
