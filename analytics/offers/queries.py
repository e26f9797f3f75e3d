"""What pages say of offers: those for a member, their own codes, and the team’s lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone

from analytics.offers.models import CodeOffer, OfferCode
from analytics.offers.permissions import can_run_offers, is_for, those_for
from analytics.roi.models import Offer
from communities.keysets import MOMENT, NUMBER, Keyset
from communities.memory import Memory
from communities.models import Membership

OFFERS = Keyset(("pk", NUMBER), size=20)
CLAIMS = Keyset(("claimed_at", MOMENT), ("pk", NUMBER), size=50)
# So many of their own codes a member sees, the newest first.
OWN = 50
Stage = CodeOffer.Stage


@dataclass(frozen=True)
class Board:
    """What a member’s page of offers shows: what they have, what they can have, what comes."""

    own: Sequence[OfferCode]
    open: Sequence[CodeOffer]
    coming: Sequence[CodeOffer]


def board_for(membership: Membership) -> Board:
    """Two queries, and one for each segment that stands."""
    now = timezone.now()
    own = list(OfferCode.objects.of_member(membership)[:OWN])
    has = {code.terms_id for code in own}
    rows = CodeOffer.objects.shown(now).with_offer().order_by("opens_at", "pk")
    meant = [one for one in those_for(list(rows), membership) if one.pk not in has]
    return Board(
        own=own,
        open=[one for one in reversed(meant) if one.stage_at(now) in (Stage.OPEN, Stage.USED_UP)],
        coming=[one for one in meant if one.stage_at(now) == Stage.COMING],
    )


def open_for(membership: Membership) -> list[CodeOffer]:
    """What this member can have now and has not, the latest first."""
    now = timezone.now()
    rows = CodeOffer.objects.shown(now).with_offer().filter(opens_at__lte=now).order_by("-opens_at", "-pk")
    standing = [one for one in rows if one.stage_at(now) == Stage.OPEN]
    if not standing:
        return []
    codes = OfferCode.objects.filter(holder=membership, terms__in=standing)
    has = set(codes.values_list("terms_id", flat=True))
    return those_for([one for one in standing if one.pk not in has], membership)


def _read_whether_any(community_id: int) -> bool:
    return bool(CodeOffer.objects.filter(community_id=community_id).met(timezone.now()).exists())


_any: Memory[bool] = Memory(_read_whether_any)


def has_offers(request: HttpRequest) -> bool:
    """Whether members may find an offer or a code of theirs here: a place in the header leads to something. What is for
    some alone is not told from the rest, so that the place says nothing of it."""
    visit: Any = request
    return _any.get(visit.community.pk)


def terms_of(offer: Offer) -> CodeOffer | None:
    found: CodeOffer | None = CodeOffer.objects.with_offer().filter(offer=offer).first()
    return found


def own_code(terms: CodeOffer, membership: Membership) -> OfferCode | None:
    own: OfferCode | None = OfferCode.objects.filter(terms=terms, holder=membership).first()
    if own is not None:
        own.terms = terms
    return own


def sees_offer(terms: CodeOffer, membership: Membership, own: OfferCode | None) -> bool:
    """Whoever has a code of it, those whom it is for, as long as it is not paused, and the team that runs it."""
    return own is not None or can_run_offers(membership) or is_meant(terms, membership)


def is_meant(terms: CodeOffer, membership: Membership) -> bool:
    """Whether they could get a code of it, now or at its hour; a paused offer, or one without codes, is for nobody."""
    return terms.paused_at is None and terms.quota != 0 and is_for(terms, membership)


def claims_before(terms: CodeOffer, cursor: str) -> tuple[list[OfferCode], str]:
    """One page of who has a code, the newest first, and where the next begins."""
    page = CLAIMS.page_after(OfferCode.objects.filter(terms=terms).newest(), cursor)
    return page.rows, page.older


def all_claims(terms: CodeOffer) -> Iterator[OfferCode]:
    rows = OfferCode.objects.filter(terms=terms).newest()
    return iter(rows.iterator(chunk_size=2000))


def all_codes(terms: CodeOffer) -> Iterator[tuple[str, bool]]:
    """Each code of the list, in the order in which it was brought, and whether it has been given."""
    rows = OfferCode.objects.filter(terms=terms).order_by("pk")
    for code, claimed_at in rows.values_list("code", "claimed_at").iterator(chunk_size=5000):
        yield code, claimed_at is not None


def used_of(offers: Sequence[CodeOffer]) -> dict[int, int]:
    """How many codes of each offer have been used: one query."""
    used = OfferCode.objects.filter(terms__in=offers).values_list("terms_id").order_by("terms_id")
    return dict(used.annotate(n=Count("pk", filter=Q(used_at__isnull=False))))
