"""Who hands out offers, and for whom one is."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.offers.models import CodeOffer
from communities.animation.newsletters.segments import people_of
from communities.launch.features import is_open_to
from communities.models import Membership

FEATURE = "offers"
RUNNING_ROLES = frozenset({"marketing", "manager", "owner"})


def can_run_offers(membership: Membership) -> bool:
    """Make offers, hand out codes, read who has one: marketing leads, managers, owners, where there are offers."""
    runs = membership.role in RUNNING_ROLES and membership.is_staff and not membership.is_operator_looking
    return runs and is_open_to(membership, FEATURE)


def is_for(terms: CodeOffer, membership: Membership) -> bool:
    """Whether an offer is for this member; one whose segment has gone is for nobody."""
    return bool(those_for([terms], membership))


def those_for(offers: Sequence[CodeOffer], membership: Membership) -> list[CodeOffer]:
    """Of these offers, those for this member; each segment is asked once."""
    if membership.is_suspended or not membership.is_active:
        return []
    meant: dict[int, bool] = {}
    found = []
    for one in offers:
        if one.audience == CodeOffer.Audience.MEMBERS:
            found.append(one)
        elif one.segment is not None:
            known = meant.get(one.segment.pk)
            if known is None:
                known = people_of(one.segment).filter(pk=membership.pk).exists()
                meant[one.segment.pk] = known
            if known:
                found.append(one)
    return found
