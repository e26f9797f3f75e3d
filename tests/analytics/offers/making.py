"""Offers with codes as tests need them, made through the services."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from analytics.offers import stock
from analytics.offers.models import CodeOffer, OfferCode
from analytics.offers.services import OfferWishes, make_offer
from communities.animation.newsletters.models import Segment
from communities.animation.newsletters.segments import Rule, save_segment
from tests.conftest import Cast

DAY = datetime.timedelta(days=1)
CODES = ("ETAIN-1", "ETAIN-2", "ETAIN-3")


def wishes(**said: Any) -> OfferWishes:
    """One code for all members, since an hour and for three days."""
    now = timezone.now()
    usual = {"title": "Half price", "code": "HALF", "opens_at": now - DAY / 24, "ends_at": now + 3 * DAY}
    if said.get("way") == "own":
        usual["code"] = ""
    return OfferWishes(**(usual | said))


def shared(here: Cast, **said: Any) -> CodeOffer:
    return make_offer(wishes(**said), by=here.marketing)


def with_codes(here: Cast, *codes: str, **said: Any) -> CodeOffer:
    """Members get codes of their own, these or the usual three."""
    terms = make_offer(wishes(way="own", **said), by=here.marketing)
    stock.add_codes(terms, "\n".join(codes or CODES), by=here.marketing)
    return fresh(terms)


def fresh(terms: CodeOffer) -> CodeOffer:
    found: CodeOffer = CodeOffer.objects.with_offer().get(pk=terms.pk)
    return found


def members_only(here: Cast) -> Segment:
    return save_segment(Segment(), by=here.manager, name="Members alone", rule=Rule(roles=("member",)))


def code_of(text: str) -> OfferCode:
    found: OfferCode = OfferCode.objects.select_related("terms__offer").get(code=text)
    return found
