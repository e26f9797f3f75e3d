"""Files as shops write them: several lines of one order, states, refunds, two ways to read a date; and files about
orders that the shop itself has told of."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.roi.models import ImportRun, Order
from analytics.roi.order_files import guess_mapping, guess_prefix
from analytics.roi.order_reading import read_orders
from analytics.roi.order_tables import read_table
from tests.analytics.roi.messages import Message, ledger, post
from tests.analytics.roi.test_import_orders import DATA
from tests.analytics.roi.test_order_files import submit, upload
from tests.analytics.roi.test_situations import PARIS
from tests.conftest import Cast

MADE = DATA / "shops" / "csv" / "made"


def report_of(cast: Cast) -> dict[str, Any]:
    with cast.scope():
        found: dict[str, Any] = ImportRun.objects.latest("id").report
    return found


@pytest.mark.skipif(not MADE.is_dir(), reason="the tables of shops are not on this machine")
@pytest.mark.parametrize(
    ("name", "sum_", "rows"),
    [
        ("shopify_multiline", 20_000, [("2026-10-02", 10_000), ("2026-10-04", 10_000)]),
        ("woocommerce_analytics", 11_000, [("2026-10-02", 10_000), ("2026-10-16", -3_000), ("2026-10-17", 4_000)]),
        ("sumup_de_sales", 112_521, [("2026-10-02", 10_000), ("2026-10-03", 105_042), ("2026-10-16", -2_521)]),
    ],
)  # fmt: skip
def test_exports_of_shops(here: Cast, name: str, sum_: int, rows: list[tuple[str, int]]) -> None:
    content = (MADE / f"{name}.csv").read_bytes()
    for again in (False, True):
        answer = submit(here, content)
        assert answer.status_code == 302, answer.content.decode()
        assert report_of(here)["unchanged" if again else "new"] == len(rows)
        assert report_of(here)["sums"] == {"EUR": sum_}
        assert ledger(here) == rows


@pytest.mark.skipif(not MADE.is_dir(), reason="the tables of shops are not on this machine")
@pytest.mark.parametrize("name", ["prestashop_fr_sep", "stripe_payments"])
def test_what_was_paid_is_not_taken_for_net(here: Cast, name: str) -> None:
    answer = submit(
        here, (MADE / f"{name}.csv").read_bytes(), decimal=",", dates="dmy" if "fr" in name else "ymd"
    )
    assert answer.status_code == 422
    assert "what was paid, with tax and shipping" in answer.content.decode()
    assert ledger(here) == []


def test_money_paid_back_without_a_day_is_said(here: Cast) -> None:
    text = (
        "Id,Name,Financial Status,Subtotal,Created at,Refunded Amount,Lineitem name\n"
        "9001,#1001,partially_refunded,100.00,2026-10-02 10:00:00 +0200,36.00,Mug\n"
        ",#1001,,,,,Scarf\n"
        "9002,#1002,pending,40.00,2026-10-03 10:00:00 +0200,0.00,Lamp\n"
    )
    assert submit(here, text).status_code == 302
    assert ledger(here) == [("2026-10-02", 10_000)]
    with here.scope():
        run = ImportRun.objects.latest("id")
        assert Order.objects.get().external_id == "9001", "the number that the shop’s own messages have"
    page = here.sign_in(here.marketing).get(here.url(f"/results/orders/import/{run.public_id}/"))
    assert "1 order has a refund without a date in this file" in page.content.decode()
    assert "1 line of orders that are not paid was left out" in page.content.decode()


def test_a_refund_with_the_number_of_its_order_is_of_it_in_any_line_and_file(here: Cast) -> None:
    lines = [
        "701,2026-10-16,-30.00,refunded",
        "702,2026-10-17,40.00,completed",
        "701,2026-10-02,100.00,completed",
    ]
    rows = [("2026-10-02", 10_000), ("2026-10-16", -3_000), ("2026-10-17", 4_000)]
    assert submit(here, "order,date,net,status\n" + "\n".join(lines)).status_code == 302
    assert ledger(here) == rows
    assert submit(here, "order,date,net,status\n701,2026-10-18,-90.00,refunded\n").status_code == 302
    assert ledger(here) == [*rows, ("2026-10-18", -7_000)], "never more than was sold"
    assert submit(here, "order,date,net,status\n9,2026-10-19,-5.00,refund\n").status_code == 302
    assert ledger(here)[-1] == ("2026-10-19", -500)
    assert submit(here, "order,date,net,status\n9,2026-10-18,3.00,paid\n").status_code == 302
    assert ledger(here)[-2:] == [("2026-10-18", -7_000), ("2026-10-19", -300)]


@pytest.mark.parametrize(
    ("numbers", "prefix"),
    [
        ([("CMD-1", False), ("CMD-2", False)], ""),
        ([("CMD-1", False), ("CMD-2", True)], ""),
        ([("C1", True), ("C2", True)], ""),
        ([("1", False), ("C2", True), ("C3", True)], "C"),
        ([("1", False), ("C2", True), ("C3", False)], ""),
        ([("A1", False), ("AV2", True)], "AV"),
        ([("1", False), ("2", True)], ""),
    ],
)
def test_the_beginning_of_refunds_is_guessed_only_where_it_tells_them_apart(
    numbers: list[tuple[str, bool]], prefix: str
) -> None:
    assert guess_prefix(numbers) == prefix


def test_orders_that_all_begin_with_c_are_no_refunds(here: Cast) -> None:
    text = "order,date,net\nCMD-1,2026-10-02,100.00\nCMD-2,2026-10-03,40.00\n"
    client, answer = upload(here, text)
    page = client.get(answer["Location"]).content.decode()
    assert 'name="refund_prefix" value="C"' not in page
    assert submit(here, text).status_code == 302
    assert ledger(here) == [("2026-10-02", 10_000), ("2026-10-03", 4_000)]


def test_other_negative_lines_are_named_and_can_be_taken_as_adjustments(here: Cast) -> None:
    text = "order,date,net\n1,2026-10-02,100.00\nC2,2026-10-03,-40.00\nA3,2026-10-04,-7.50\nA4,2026-10-05,-2.50\n"
    refused = submit(here, text, refund_prefix="C")
    assert refused.status_code == 422
    assert "order A3 is negative" in refused.content.decode()
    assert "take them as adjustments" in refused.content.decode().partition("<details open>")[2]
    assert submit(here, text, refund_prefix="C", negatives="adjustments").status_code == 302
    rows = [("2026-10-02", 10_000), ("2026-10-03", -4_000), ("2026-10-04", -750), ("2026-10-05", -250)]
    assert ledger(here) == rows
    assert report_of(here)["sums"] == {"EUR": 5_000}
    with here.scope():
        kinds = list(Order.objects.order_by("placed_at").values_list("kind", flat=True))
    assert kinds == ["sale", "refund", "adjustment", "adjustment"]


def test_lines_without_totals_belong_to_their_order(here: Cast) -> None:
    text = "order,date,net,item\n1,2026-10-02,100.00,Mug\n1,,,Scarf\n1,,,Pen\n2,2026-10-03,0.00,Gift\n"
    assert submit(here, text).status_code == 302
    assert ledger(here) == [("2026-10-02", 10_000), ("2026-10-03", 0)]
    assert "order 3 has no amount" in submit(here, text + "3,2026-10-04,,Cup\n").content.decode()


def test_lines_are_numbered_as_in_the_file(here: Cast) -> None:
    text = (
        'order,date,net,note,,\n1,2026-10-02,10.00,"two\nlines",,\n\n,,,,,\n2,2026-10-02,10.00\n\n'
        "3,2026-10-02,ten,,,\n4\n"
    )
    answer = submit(here, text, decimal=".", dates="ymd")
    assert answer.status_code == 422
    assert report_lines(answer.content.decode()) == [8, 9]


def report_lines(page: str) -> list[int]:
    body = page.partition("What is wrong")[2].partition("</table>")[0]
    return [int(cell.partition("<")[0]) for cell in body.split('<td class="n">')[1:]]


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["01/02/2026", "03/04/2026"], ""),
        (["01/02/2026", "13/04/2026"], "dmy"),
        (["01/02/2026", "03/14/2026"], "mdy"),
        (["01.02.2026", "03.04.2026"], "dmy"),
    ],
)
def test_the_order_of_day_and_month_is_asked_where_both_can_be(
    here: Cast, dates: list[str], order: str
) -> None:
    lines = "".join(f"{n},{day},1.50\n" for n, day in enumerate(dates))
    text = f"order,date,net\n{lines}"
    assert guess_mapping(read_table(text.encode()), "EUR").dates == order
    answer = submit(here, text)
    assert answer.status_code == (302 if order else 422)
    if not order:
        assert submit(here, text, dates="dmy").status_code == 302
        assert [day for day, _minor in ledger(here)] == ["2026-02-01", "2026-04-03"]


def test_the_sum_of_a_report_is_the_ledgers_wherever_refunds_stand(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In batches of two, orders and their refunds came apart: sums had the order twice."""
    monkeypatch.setattr("analytics.roi.services.orders.BATCH", 2)
    sales = [f"{n},2026-10-02,100.00," for n in range(5)]
    refunds = [f"R{n},2026-10-16,-30.00,{n}" for n in (4, 0)]
    text = "\n".join(["order,date,net,refund of", refunds[0], *sales, refunds[1]])
    assert submit(here, text).status_code == 302
    report = report_of(here)
    assert (report["sums"], report["orders"], report["refunds"], report["waiting"]) == (
        {"EUR": 44_000},
        5,
        2,
        0,
    )
    assert sum(minor for _day, minor in ledger(here)) == 44_000


OWN = {
    "order_id": "A-1", "placed_at": "2026-10-02T10:00:00Z", "net": "100.00", "currency": "EUR",
    "updated_at": "2026-10-02T10:00:00Z",
}  # fmt: skip


def correct(cast: Cast, net: str, **changes: str) -> Any:
    """A file for the shop that has sent its order itself."""
    return submit(cast, f"order,date,net\nA-1,2026-10-02,{net}\n", **changes)


def test_who_is_right_is_asked_where_a_file_corrects_a_shop(here: Cast) -> None:
    post(here, Message("generic", "", OWN), shop="Shop")
    refused = correct(here, "80.00")
    assert refused.status_code == 422
    assert "1 order differs from the shop’s own messages" in refused.content.decode()
    assert ledger(here) == [("2026-10-02", 10_000)]
    assert correct(here, "80.00", known="shop").status_code == 302
    assert (ledger(here), report_of(here)["sums"]) == ([("2026-10-02", 10_000)], {"EUR": 10_000})
    assert correct(here, "80.00", known="file").status_code == 302
    assert (ledger(here), report_of(here)["sums"]) == ([("2026-10-02", 8_000)], {"EUR": 8_000})
    assert report_of(here)["changed"] == 1
    # What the shop said before the file was loaded is no newer; what it says after is.
    post(
        here,
        Message("generic", "", OWN | {"net": "90.00", "updated_at": "2026-10-03T10:00:00Z"}),
        shop="Shop",
    )
    assert ledger(here) == [("2026-10-02", 8_000)]
    post(
        here,
        Message("generic", "", OWN | {"net": "70.00", "updated_at": "2099-01-01T10:00:00Z"}),
        shop="Shop",
    )
    assert ledger(here) == [("2026-10-02", 7_000)]


def test_a_file_repairs_what_never_arrived(here: Cast) -> None:
    """Refunds under the same numbers are the same refunds."""
    post(here, Message("generic", "", OWN), shop="Shop")
    refund = {"order_id": "R-1", "refund_of": "A-1", "net": "-30.00", "placed_at": "2026-10-16T10:00:00Z"}
    post(here, Message("generic", "", OWN | refund), shop="Shop")
    text = (
        "order,date,net,refund of\nA-1,2026-10-02 12:00,100.00,\nR-1,2026-10-16,-30.00,A-1\n"
        "R-2,2026-10-17,-20.00,A-1\nB-1,2026-10-18,5.00,\n"
    )
    assert submit(here, text, known="file").status_code == 302
    rows = [("2026-10-02", 10_000), ("2026-10-16", -3_000), ("2026-10-17", -2_000), ("2026-10-18", 500)]
    assert ledger(here) == rows
    assert report_of(here)["sums"] == {"EUR": 5_500}


def test_more_paid_back_than_sold_is_refused_with_both_sums(here: Cast) -> None:
    back = {"refund_of": "A-1", "placed_at": "2026-10-16T10:00:00Z"}
    post(here, Message("generic", "", OWN), work=False)
    first = post(here, Message("generic", "", OWN | back | {"order_id": "R-1", "net": "-60.00"}), work=False)
    assert first.status_code == 200
    second = post(here, Message("generic", "", OWN | back | {"order_id": "R-2", "net": "-60.00"}))
    assert second.status_code == 400
    assert "120.00 in all; it was sold for 100.00" in second.json()["error"]
    assert ledger(here) == [("2026-10-02", 10_000), ("2026-10-16", -6_000)]


def test_a_refund_in_another_currency_is_kept_aside_and_said(here: Cast) -> None:
    post(here, Message("generic", "", OWN))
    refund = {"order_id": "R-1", "refund_of": "A-1", "net": "-30.00", "currency": "USD"}
    post(here, Message("generic", "", OWN | refund))
    assert ledger(here) == [("2026-10-02", 10_000)]
    page = here.sign_in(here.marketing).get(here.url("/results/orders/")).content.decode()
    assert "A refund of $30.00 is in another currency than the order: kept aside." in page


AMOUNTS = st.integers(min_value=-5_000, max_value=20_000)


@settings(max_examples=30, deadline=None)
@given(
    orders=st.lists(st.lists(AMOUNTS | st.none(), min_size=1, max_size=4), min_size=1, max_size=8),
    separator=st.sampled_from(",;\t"),
    blank=st.booleans(),
    cut=st.booleans(),
)
def test_a_file_is_the_sum_of_its_lines(
    orders: list[list[int | None]], separator: str, blank: bool, cut: bool
) -> None:
    """However it is written; the ledger beside it is kept in cents."""
    lines, expected = [separator.join(("order", "date", "net", "note"))], {}
    for number, parts in enumerate(orders):
        for part in parts:
            amount = "" if part is None else f"{Decimal(part) / 100:.2f}"
            lines.append(separator.join((f"N{number}", "2026-10-02", amount, *(() if cut else ("x",)))))
        lines += [""] if blank else []
        given_ = [part for part in parts if part is not None]
        if given_:
            expected[f"N{number}"] = sum(given_)
    table = read_table("\r\n".join([*lines, ""]).encode())
    mapping = guess_mapping(table, "EUR")
    mapping.negatives, mapping.decimal = "adjustments", "."
    reading = read_orders(table, mapping, PARIS)
    assert len(reading.problems) == len(orders) - len(expected)
    found = {row.external_id: row.net_minor for row in reading.rows()}
    assert {number: minor for number, minor in found.items() if number in expected} == expected
    starts = list(itertools.accumulate([2, *(len(parts) + blank for parts in orders)]))
    missing = [
        start for start, (n, _p) in zip(starts, enumerate(orders), strict=False) if f"N{n}" not in expected
    ]
    assert [line for line, _text in reading.problems] == missing
