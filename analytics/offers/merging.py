"""Two memberships of one person become one: one code of each offer, the one that was used if one was."""

from __future__ import annotations

from django.db.models import Exists

from analytics.offers.models import OfferCode, OfferWish
from members.personal import register_merger


def move_codes(kept: int, gone: int) -> None:
    """Of two codes of one offer the used one stays theirs, else the kept one’s; the other stays counted, of nobody."""
    both = OfferCode.objects.filter(holder__in=[kept, gone])
    both.hold_now()
    mine = {row.terms_id: row for row in both.filter(holder=kept)}
    for theirs in both.filter(holder=gone, terms__in=mine.keys()):
        own = mine[theirs.terms_id]
        loser = own if own.used_at is None and theirs.used_at is not None else theirs
        OfferCode.objects.filter(pk=loser.pk).update(holder=None)
    OfferCode.objects.filter(holder=gone).update(holder=kept)


def move_wishes(kept: int, gone: int) -> None:
    """Whoever wants to hear under one name does."""
    twin = OfferWish.objects.filter(membership=kept)
    OfferWish.objects.filter(Exists(twin), membership=gone).delete()
    OfferWish.objects.filter(membership=gone).update(membership=kept)


def register() -> None:
    register_merger("offers.OfferCode.holder", move_codes)
    register_merger("offers.OfferWish.membership", move_wishes)
