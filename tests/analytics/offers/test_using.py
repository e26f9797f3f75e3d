"""What orders say of codes: recognised by them, used, worth their net, once."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from analytics.offers import claiming
from analytics.offers.using import Total, level_codes, total_of
from analytics.roi import services
from analytics.roi.models import Credit, LedgerEntry, Order
from analytics.roi.order_files import OrderRow
from tests.analytics.money import make_order, make_rate, make_shop
from tests.analytics.offers.making import DAY, code_of, shared, with_codes
from tests.conftest import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scoped")]


def claimed(here: Cast) -> Any:
    """The member’s own code, of an offer of three."""
    return claiming.claim_code(with_codes(here), by=here.member)


def order(here: Cast, number: str, net: int, **said: Any) -> Any:
    return make_order(here.community, number, net, **({"placed_at": timezone.now()} | said))


def test_an_order_with_a_members_code_is_recognised_and_says_that_it_was_used(here: Cast) -> None:
    make_rate(here, "margin", "40")
    code = claimed(here)
    for _again in range(2):
        order(here, "A1", 2_800, code="etain-1")
    row, used = Order.objects.get(), code_of("ETAIN-1")
    assert (row.matched_by, row.offer_id, row.membership_id) == ("code", code.terms.offer_id, None)
    assert (used.used_at, used.used_minor) == (row.placed_at, 2_800)
    assert set(Credit.objects.values_list("channel", flat=True)) == {"members"}
    assert total_of(code.terms, here.community) == Total(1, 2_800)


def test_an_order_counts_once_in_the_ledger_whoever_else_had_a_part_in_it(here: Cast) -> None:
    """Known by its member and by a code: one line of the ledger, each model’s parts sum to it, and the code is used."""
    make_rate(here, "margin", "40")
    claimed(here)
    order(here, "A1", 10_000, code="ETAIN-1", member=here.member.handle)
    line = LedgerEntry.objects.benefits().get()
    assert line.amount_minor == 4_000
    assert Order.objects.get().matched_by == "member"
    for model in Credit.Model.values:
        assert sum(one.amount_minor for one in Credit.objects.filter(model=model)) == 10_000
    assert code_of("ETAIN-1").used_minor == 10_000


def test_a_code_that_nobody_has_got_says_nothing_of_an_order(here: Cast) -> None:
    claimed(here)
    order(here, "A1", 2_800, code="ETAIN-3")
    assert Order.objects.get().matched_by == ""
    assert code_of("ETAIN-3").used_at is None


def test_what_comes_off_an_order_comes_off_the_code_and_a_changed_code_is_another(here: Cast) -> None:
    terms = with_codes(here)
    claiming.claim_code(terms, by=here.member)
    claiming.claim_code(terms, by=here.ambassador)
    order(here, "A1", 2_800, code="ETAIN-1")
    order(here, "R1", -800, refund_of="A1", is_refund=True, kind="refund")
    assert code_of("ETAIN-1").used_minor == 2_000
    order(here, "A2", 1_000, code="ETAIN-1", placed_at=timezone.now() - DAY)
    assert code_of("ETAIN-1").used_minor == 3_000
    assert code_of("ETAIN-1").used_at == Order.objects.get(external_id="A2").placed_at, "the first time"
    order(here, "A2", 1_000, code="ETAIN-2", placed_at=timezone.now() - DAY)
    assert (code_of("ETAIN-1").used_minor, code_of("ETAIN-2").used_minor) == (2_000, 1_000)


def test_of_an_order_in_other_money_the_code_is_used_and_nothing_is_added(here: Cast) -> None:
    claimed(here)
    order(here, "A1", 2_800, code="ETAIN-1", currency="GBP")
    used = code_of("ETAIN-1")
    assert used.used_at is not None
    assert used.used_minor == 0


def test_orders_that_have_gone_leave_the_code_unused(here: Cast) -> None:
    code = claimed(here)
    order(here, "A1", 2_800, code="ETAIN-1")
    Order.objects.all().delete()
    level_codes({"etain-1"}, here.community)
    assert (code_of(code.code).used_at, code_of(code.code).used_minor) == (None, 0)


def test_a_file_of_many_orders_asks_once_for_all_codes(
    here: Cast, django_assert_max_num_queries: Any
) -> None:
    codes = [f"BULK-{n}" for n in range(30)]
    terms = with_codes(here, *codes)
    terms.codes.update(claimed_at=timezone.now())
    rows = [OrderRow(f"B{n}", timezone.now(), 100, "EUR", code=code) for n, code in enumerate(codes)]
    shop = make_shop()
    services.store_orders(shop, rows[:1], community=here.community)
    with django_assert_max_num_queries(40):
        services.store_orders(shop, rows, community=here.community)
    assert total_of(terms, here.community) == Total(30, 3_000)


def test_a_shared_code_counts_its_orders_and_knows_nobody(here: Cast) -> None:
    """What it brought stands beside it; the restaurant’s whole case stands in tests/analytics."""
    terms = shared(here, code="MENU5")
    for person in (here.member, here.ambassador):
        claiming.claim_code(terms, by=person)
    order(here, "T1", 4_200, code="menu5")
    order(here, "T2", 3_100, code="MENU5")
    order(here, "R1", -100, refund_of="T2", is_refund=True, kind="refund")
    order(here, "T3", 9_900)
    order(here, "T0", 5_000, code="MENU5", placed_at=timezone.now() - DAY)
    assert total_of(terms, here.community) == Total(2, 7_200)
    assert list(terms.codes.values_list("used_at", flat=True)) == [None, None]
