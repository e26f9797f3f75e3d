"""What offers with codes let each role do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from analytics.offers import claiming, services, stock
from analytics.offers.permissions import can_run_offers
from analytics.offers.services import OfferWishes

__all__ = ["OFFERING", "can_run_offers"]


def wishes() -> OfferWishes:
    return OfferWishes("Ours", timezone.now(), way="own")


OFFERING: dict[str, dict[str, Callable[[Any, Any], object]]] = {
    "run_offers": {
        "make": lambda w, me: services.make_offer(wishes(), by=me),
        "edit": lambda w, me: services.edit_offer(w.code_offer, wishes(), by=me),
        "pause": lambda w, me: services.pause_offer(w.code_offer, by=me),
        "resume": lambda w, me: services.resume_offer(w.code_offer, by=me),
        "add codes": lambda w, me: stock.add_codes(w.code_offer_empty, "A-1", by=me),
        "make codes": lambda w, me: stock.make_codes(w.code_offer_empty, 2, by=me),
        "clear codes": lambda w, me: stock.clear_codes(w.code_offer_empty, by=me),
        "take back": lambda w, me: claiming.take_back_code(w.offer_code, by=me),
        "give back": lambda w, me: claiming.give_back_code(w.offer_code, by=me),
        "end": lambda w, me: services.end_offer(w.code_offer, by=me),
        "delete": lambda w, me: services.delete_offer(w.code_offer_empty, by=me),
    },
}
