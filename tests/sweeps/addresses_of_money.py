"""The addresses of results, offers, orders."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.audiences import (
    BY_POST_ONLY_FOR_ALL,
    EVERYBODY,
    nobody,
    only,
)

RESULTS = only("marketing", "manager", "owner")
MONEY = only("marketing", "owner")
# A shop is known by its signature alone.
UNSIGNED = nobody("401")

RESULTS_AND_MONEY = {
    "results/": Address(RESULTS),
    "results/community/": Address(RESULTS),
    "results/community/<slug:name>/": Address(RESULTS, {"name": "=visits"}),
    "results/community/<slug:name>.csv": Address(RESULTS, {"name": "=answered_rate"}),
    "results.zip": Address(RESULTS),
    "results/line/<slug:ref>/": Address(RESULTS, {"ref": "=order"}),
    "results/line/<slug:ref>.csv": Address(RESULTS, {"ref": "=cost"}),
    "results/months/<str:month>/close/": act(MONEY, month="=2020-01"),
    "results/months/<str:month>/reopen/": act(MONEY, month="=2020-01"),
    "results/reports/": Address(MONEY, post=MONEY, data={"email": "boss@example.org", "language": "fr"}),
    "results/reports/<int:pk>/stop/": act(MONEY, pk="recipient.pk"),
    "results/reports/send/": act(MONEY),
    "unsubscribe/report/<str:token>": Address(EVERYBODY, {"token": "leave_report"}, post=EVERYBODY),
    "results/rates/": Address(
        MONEY,
        post=MONEY,
        data={"name": "cpm", "value": "12.5", "source": "Agency", "valid_from": "2026-01-01"},
    ),
    "results/counts/": Address(
        MONEY, post=MONEY, data={"measure": "impression", "day": "2026-01-01", "n": "5", "source": "Ads"}
    ),
    "results/costs/": Address(
        MONEY,
        post=MONEY,
        data={
            "label": "Tools",
            "kind": "running",
            "amount": "9",
            "repeats": "once",
            "starts_on": "2026-01-01",
        },
    ),
    "results/costs/<int:pk>/remove/": act(MONEY, pk="cost.pk"),
    "results/objectives/": Address(MONEY),
    "results/objectives/new/": Address(MONEY, post=MONEY),
    "results/objectives/<int:pk>/": Address(MONEY, {"pk": "objective.pk"}, post=MONEY),
    "results/objectives/<int:pk>/close/": act(MONEY, pk="objective.pk"),
    "results/offers/": Address(MONEY),
    "results/offers/new/": Address(MONEY, post=MONEY),
    "results/offers/<int:pk>/": Address(MONEY, {"pk": "offer.pk"}, post=MONEY),
    "results/leads/": Address(MONEY),
    "results/leads.csv": Address(MONEY),
    "results/leads/<uuid:public_id>/accept/": act(MONEY, public_id="lead.public_id"),
    "results/leads/<uuid:public_id>/refuse/": act(MONEY, public_id="lead.public_id"),
    "results/leads/<uuid:public_id>/erase/": Address(MONEY, {"public_id": "lead.public_id"}),
    "results/orders/": Address(MONEY),
    "results/orders/import/": Address(MONEY, post=MONEY),
    "results/orders/import/<uuid:public_id>/": Address(
        MONEY, {"public_id": "orders_file.public_id"}, post=MONEY
    ),
    "results/orders/sources/": Address(MONEY, post=MONEY),
    "results/orders/sources/<int:pk>/secret/": Address(
        MONEY, {"pk": "shop.pk"}, post=MONEY, data={"secret": "another secret of it"}
    ),
    "results/orders/sources/<int:pk>/disconnect/": Address(MONEY, {"pk": "shop.pk"}, post=MONEY),
    "offers/<slug:slug>/": Address(EVERYBODY, {"slug": "offer.slug"}, post=EVERYBODY),
    "go/<slug:slug>": Address(EVERYBODY, {"slug": "link_offer.slug"}),
    "saved-call/<uuid:public_id>/": Address(
        BY_POST_ONLY_FOR_ALL, {"public_id": "answer.public_id"}, post=EVERYBODY, data={"saved": "yes"}
    ),
    "hooks/orders/<uuid:token>/": Address(BY_POST_ONLY_FOR_ALL, {"token": "shop.token"}, post=UNSIGNED),
}
