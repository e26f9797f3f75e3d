"""Addresses of offers with codes, and of customers who are presented."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.audiences import ALL_MEMBERS, EVERYBODY, HIDES, only

RUNNING = only("marketing", "manager", "owner")
OFFER, EMPTY = {"pk": "code_offer.pk"}, {"pk": "code_offer_empty.pk"}
STORY = {"id": "customer.pk"}
CUSTOMER = only("member", others=HIDES)
QUOTE = {"handle": "nobody-here", "quote": "Strong rope."}
CODE = OFFER | {"code": "offer_code.pk"}
SAID = {
    "title": "Half price",
    "opens_at": "2026-01-01 08:00",
    "whom": "members",
    "way": "shared",
    "code": "HALF",
}

OFFERS = {
    "offers/": Address(ALL_MEMBERS, post=ALL_MEMBERS),
    "offers/<slug:slug>/claim/": act(ALL_MEMBERS, slug="code_offer.offer.slug"),
    "customers/": Address(EVERYBODY),
    "customers/mine/": Address(CUSTOMER, post=CUSTOMER, data={"answer": "yes"}),
    "manage/customers/": Address(RUNNING, post=RUNNING, data=QUOTE),
    "manage/customers/<int:id>/": Address(RUNNING, STORY, post=RUNNING, data=QUOTE),
    "manage/customers/<int:id>/move/": act(RUNNING, {"to": "down"}, **STORY),
    "manage/customers/<int:id>/remove/": act(RUNNING, **STORY),
    "manage/offers/": Address(RUNNING),
    "manage/offers/new/": Address(RUNNING, post=RUNNING, data=SAID),
    "manage/offers/<int:pk>/": Address(RUNNING, OFFER),
    "manage/offers/<int:pk>/claims.csv": Address(RUNNING, OFFER),
    "manage/offers/<int:pk>/edit/": Address(RUNNING, OFFER, post=RUNNING, data=SAID),
    "manage/offers/<int:pk>/codes/": Address(RUNNING, OFFER, post=RUNNING, data={"text": "A-1"}),
    "manage/offers/<int:pk>/codes.csv": Address(RUNNING, OFFER),
    "manage/offers/<int:pk>/codes/clear/": act(RUNNING, **EMPTY),
    "manage/offers/<int:pk>/codes/<int:code>/take-back/": act(RUNNING, **CODE),
    "manage/offers/<int:pk>/codes/<int:code>/give-back/": act(RUNNING, **CODE),
    "manage/offers/<int:pk>/pause/": act(RUNNING, **OFFER),
    "manage/offers/<int:pk>/resume/": act(RUNNING, **OFFER),
    "manage/offers/<int:pk>/end/": act(RUNNING, **OFFER),
    "manage/offers/<int:pk>/delete/": Address(RUNNING, EMPTY, post=RUNNING),
}
