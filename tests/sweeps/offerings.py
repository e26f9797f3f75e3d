"""The offers of the sweeps’ world: one with codes of their own, of which a member and a manager have one; one empty."""

from __future__ import annotations

from typing import Any

from analytics.offers import claiming, stock
from analytics.offers.services import OfferWishes, make_offer
from communities.calendar import moments, today
from communities.promotions.customers.services import answer_as_customer, ask_customer
from tests.conftest import Cast


def make_offers(here: Cast) -> dict[str, Any]:
    opens_at = moments(today(here.community), today(here.community), here.community)[0]
    own = make_offer(OfferWishes("Splicing kit for members", opens_at, way="own"), by=here.marketing)
    stock.add_codes(own, "\n".join(f"SPLICE-{n}" for n in range(30)), by=here.marketing)
    claiming.claim_code(own, by=here.manager)
    empty = make_offer(OfferWishes("Rope of last year", opens_at, way="own"), by=here.marketing)
    quote = "The rope outlived two boats."
    customer = ask_customer(here.member.handle, by=here.marketing, quote=quote, target="/forums/")
    answer_as_customer(by=here.member, agrees=True)
    return {
        "customer": customer,
        "code_offer": own,
        "code_offer_empty": empty,
        "offer_code": claiming.claim_code(own, by=here.member),
    }
