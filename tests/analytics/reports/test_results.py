"""The first screen, the way down to rows, and the exports."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from analytics.capture.models import AudienceDay
from analytics.reports.channels import orders_by_channel
from analytics.reports.charts import short_month
from analytics.reports.queries import SPREAD, History
from analytics.roi import services
from analytics.roi.models import LedgerEntry, Objective
from analytics.roi.money import unit_price
from analytics.roi.order_files import Mapping
from tests.analytics.money import OCTOBER, make_cost, make_october, make_order, make_rate
from tests.conftest import Cast
from tests.factories import make_reply, make_thread
from tests.mailing import delivered


@pytest.fixture
def october(here: Cast) -> Cast:
    with here.scope():
        make_october(here)
    return here


def page(client: Client, cast: Cast, path: str) -> str:
    response = client.get(cast.url(path))
    assert response.status_code == 200, path
    return response.content.decode()


def test_hard_and_total_roi_stand_apart(october: Cast) -> None:
    with october.scope():
        month = History(october.community, OCTOBER).current
    assert (month.hard, month.total, month.cost) == (60_000, 1_560_000, 600_000)
    assert month.roi_hard == Decimal("-0.9")
    assert month.roi_total == Decimal("1.6")
    text = page(october.sign_in(october.marketing), october, "/results/?month=2026-10")
    assert "<b>€15,600</b> for <b>€6,000</b>" in text
    assert "<b>€600 is measured</b>" in text
    assert '<b class="good" data-roi="total">+160%</b>' in text
    assert '<b class="bad" data-roi="hard">−90%</b>' in text
    assert "total between +110% and +210%" in text


def test_a_new_rate_moves_total_and_leaves_hard(october: Cast) -> None:
    client = october.sign_in(october.marketing)
    answer = client.post(
        october.url("/results/rates/"),
        {"name": "cpm", "value": "12,5", "source": "Agency", "valid_from": "2026-10-01"},
    )
    assert answer.status_code == 302
    with october.scope():
        month = History(october.community, OCTOBER).current
    assert month.total == 60_000 + 1_875_000
    assert month.hard == 60_000


def test_a_closed_month_keeps_its_figures(october: Cast) -> None:
    client = october.sign_in(october.marketing)
    assert client.post(october.url("/results/months/2026-10/close/")).status_code == 302
    with october.scope():
        make_rate(october, "cpm", "20")
    text = page(client, october, "/results/?month=2026-10")
    assert "<b>€15,600</b>" in text
    restated = text.partition("data-restated")[2].partition("</table>")[0]
    assert "Own banners, media value" in restated
    assert "€15,000.00" in restated
    assert "€30,000.00" in restated
    assert "Orders, margin" not in restated, "it is as it was"
    client.post(october.url("/results/months/2026-10/reopen/"))
    assert "<b>€30,600</b>" in page(client, october, "/results/?month=2026-10")


def test_a_running_month_is_not_closed(october: Cast) -> None:
    client = october.sign_in(october.marketing)
    client.post(october.url("/results/months/2099-01/close/"))
    assert "This month is not over" in page(client, october, "/results/")


def test_figures_lead_to_their_rows(october: Cast) -> None:
    client = october.sign_in(october.manager)
    text = page(client, october, "/results/line/order/?month=2026-10")
    assert "€600.00" in text
    assert "A1" in text
    assert ": not attributable" in text
    text = page(client, october, "/results/line/impression-elsewhere/?month=2026-10")
    assert "Sales, spring 2026" in text
    assert "1,500,000" in text
    assert "between €12,000.00 and €18,000.00" in text
    for ref in (
        "roi-total",
        "roi-hard",
        "cost",
        "cost-running",
        "lead",
        "impression",
        "visit",
        "answer",
        "call",
        *Objective.Figure,
    ):
        page(client, october, f"/results/line/{ref}/?month=2026-10")
    assert client.get(october.url("/results/line/nothing/")).status_code == 404


def test_each_tile_says_how_it_is_computed(october: Cast) -> None:
    with october.scope():
        services.add_counts(
            october.community, "visit", by=october.marketing, source="Log", days={OCTOBER: 4_321}
        )
    text = page(october.sign_in(october.marketing), october, "/results/?month=2026-10")
    for ref in ("leads", "active", "answered", "search"):
        assert f'/results/line/{ref}/?month=2026-10"' in text
    client = october.sign_in(october.manager)
    text = page(client, october, "/results/line/search/?month=2026-10")
    assert "<b>4,321</b>" in text
    assert "Log" in text
    counted_from = "Open what it is counted from"
    assert counted_from not in page(client, october, "/results/line/leads/?month=2026-10")
    assert counted_from in page(october.sign_in(october.owner), october, "/results/line/leads/?month=2026-10")


def test_orders_in_other_currencies_are_shown_as_not_counted(october: Cast) -> None:
    with october.scope():
        make_order(october.community, "U1", 70_000, code="BLADE", currency="USD")
        month = History(october.community, OCTOBER).current
        line = month.benefits["order"]
        assert (month.hard, line.foreign, line.uncounted) == (60_000, 1, 1)
    client = october.sign_in(october.marketing)
    assert "1 order is in another currency." in page(client, october, "/results/?month=2026-10")
    assert ": in USD, no exchange table" in page(client, october, "/results/line/order/?month=2026-10")
    assert "it is in USD, and there is no exchange table" in page(client, october, "/results/orders/")
    assert "U1" not in page(client, october, "/results/orders/?show=counted")


def test_a_file_in_another_currency_says_that_it_does_not_count(here: Cast) -> None:
    content = b"order,date,net,currency\n1,2026-10-01,5.00,EUR\n2,2026-10-02,7.00,USD\n"
    with here.scope():
        run = services.start_import(here.community, by=here.marketing, name="a.csv", content=content)
        services.load_file(run, community=here.community, mapping=Mapping(**run.mapping))
    text = page(here.sign_in(here.marketing), here, f"/results/orders/import/{run.public_id}/")
    assert "Orders in USD are not counted." in text
    assert "Sum in USD, not counted" in text
    assert "Orders in EUR are not counted" not in text


def test_the_rows_sum_to_the_figure(october: Cast) -> None:
    with october.scope():
        for number in range(60):
            make_order(october.community, f"B{number}", 1_00 + number, code="BLADE")
        month = History(october.community, OCTOBER).current
    client = october.sign_in(october.marketing)
    path, seen = "/results/line/order/?month=2026-10", []
    while path:
        response = client.get(october.url(path))
        rows = response.context["page"]
        seen += rows.rows
        path = f"/results/line/order/?month=2026-10&after={rows.older}" if rows.older else ""
    assert len(seen) == 62
    assert len({entry.pk for entry in seen}) == 62
    assert sum(entry.amount_minor for entry in seen if entry.counted) == month.hard


NAMES = ("lines.csv", "ledger.csv", "days.csv", "answers.csv", "sources.csv")


def test_rows_leave_as_csv_without_formulas(october: Cast) -> None:
    with october.scope():
        make_cost(october, 100, label='=HYPERLINK("http://example.org")')
    client = october.sign_in(october.marketing)
    text = client.get(october.url("/results/line/cost.csv?month=2026-10")).getvalue().decode()
    assert text.startswith("\ufeffday,side,")
    assert "'=HYPERLINK" in text
    assert ",=HYPERLINK" not in text
    answer = client.get(october.url("/results.zip?month=2026-10"))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert packed.namelist() == [*NAMES, "README.txt"]
        assert (
            "B,impression,elsewhere,1500000,15000.00,12000.00,18000.00,EUR"
            in packed.read("lines.csv").decode()
        )
        assert packed.read("ledger.csv").decode().count("\n") == 6


def test_a_launch_can_be_spread(here: Cast) -> None:
    with here.scope():
        make_cost(here, 36_000_00, kind="launch", label="Launch")
        assert History(here.community, OCTOBER).current.cost == 36_000_00
        assert History(here.community, OCTOBER, SPREAD).current.cost == 1_000_00


def test_no_cost_means_no_roi(here: Cast) -> None:
    text = page(here.sign_in(here.owner), here, "/results/?month=2026-10")
    assert 'data-roi="total">–</b>' in text
    assert "No cost is entered" in text


@pytest.mark.parametrize("month", ["2026-13", "x", "0001-01", "9999-12", "'"])
def test_a_senseless_month_is_this_month(here: Cast, month: str) -> None:
    page(here.sign_in(here.owner), here, f"/results/?month={month}")


@pytest.mark.parametrize("after", ["x", "2026-10-01_x", "_", "2026-10-01_99999999999999999999999"])
def test_a_senseless_cursor_shows_rows(october: Cast, after: str) -> None:
    page(october.sign_in(october.owner), october, f"/results/line/order/?month=2026-10&after={after}")


def test_who_reads_results(here: Cast, elsewhere: Cast, stranger: Any) -> None:
    path = here.url("/results/")
    for person in (here.marketing, here.manager, here.owner):
        assert here.sign_in(person).get(path).status_code == 200
    for person in (here.member, here.ambassador, here.moderator):
        assert here.sign_in(person).get(path).status_code == 403
    assert here.sign_in(here.manager).get(here.url("/results/rates/")).status_code == 403
    assert here.sign_in(elsewhere.owner).get(path).status_code == 302
    assert Client().get(path).headers["Location"].startswith(here.url("/sign-in/"))


def test_another_community_sees_nothing_of_it(october: Cast, elsewhere: Cast) -> None:
    client = elsewhere.sign_in(elsewhere.marketing)
    assert "15,600" not in page(client, elsewhere, "/results/?month=2026-10")
    with elsewhere.scope():
        assert not LedgerEntry.objects.exists()


def test_the_first_screen_costs_the_same_however_long_the_ledger(october: Cast, queries: Any) -> None:
    client = october.sign_in(october.marketing)
    path = october.url("/results/?month=2026-10")
    client.get(path)
    with queries(most=40):
        client.get(path)
    with october.scope():
        for number in range(30):
            make_order(october.community, f"C{number}", 500, code="BLADE")
    with queries(most=40):
        client.get(path)
    with queries(most=16):
        client.get(october.url("/results/line/order/?month=2026-10"))


def test_payback_shows_in_the_title(here: Cast) -> None:
    with here.scope():
        make_october(here)
        services.add_counts(
            here.community,
            "impression",
            by=here.marketing,
            source="Ad server",
            days={OCTOBER.replace(month=9): 1},
        )
    text = page(here.sign_in(here.marketing), here, "/results/?month=2026-10")
    assert "Paid back on" in text
    assert "<polyline" in text
    assert "See it as a table" in text


def test_visits_and_members_say_how_they_are_computed(here: Cast, queries: Any) -> None:
    with here.scope():
        make_reply(make_thread(here.forum, by=here.member))
        AudienceDay.objects.create(day=OCTOBER, dimension="all", key="", page_views=9, visits=4, visitors=3)
        AudienceDay.objects.create(day=OCTOBER, dimension="channel", key="12", page_views=9, visits=4)
    client = here.sign_in(here.manager)
    path = here.url("/results/community/?month=2026-10")
    text = page(client, here, "/results/community/?month=2026-10")
    assert "Search engines" in text
    assert "Pages in a row by one visitor" in text
    with queries(most=30):
        client.get(path)


def test_sites_campaigns_and_pages_show_once_there_are_enough_of_them(here: Cast, queries: Any) -> None:
    client = here.sign_in(here.manager)
    path = here.url("/results/community/?month=2026-10")
    assert "Sites that led here" not in client.get(path).content.decode()
    rows = [
        ("source", "Lighthouse <b>weekly</b>", {"visits": 12}),
        ("source", "", {"visits": 500}),
        ("source", "A friend", {"visits": 9}),
        ("campaign", "spring", {"visits": 10}),
        *(("page", f"/forums/page-{n}/", {"page_views": 50 + n, "visitors": 20}) for n in range(11)),
        ("page", "/forums/rarely/", {"page_views": 900, "visitors": 9}),
    ]
    with here.scope():
        for dimension, key, figures in rows:
            AudienceDay.objects.create(day=OCTOBER, dimension=dimension, key=key, **figures)
    with queries(most=30):
        text = client.get(path).content.decode()
    text = re.sub(r'<a href="[^"]*/forums/page-\d+/">([^<]*)</a>', r"\1", text)
    found = re.findall(r'<th scope="row">([^<]*)</th><td class="n">(\d+)</td><td class="n">(\d+)</td>', text)
    assert found == [
        ("Lighthouse &lt;b&gt;weekly&lt;/b&gt;", "12", "0"),
        ("spring", "10", "0"),
        *((f"/forums/page-{n}/", str(50 + n), "20") for n in range(10, 0, -1)),
    ]
    for heading in ("Sites that led here", "Campaigns", "Pages"):
        assert f">{heading}</h2>" in text
    assert "fewer than 10 visits" in text


def test_channels_sum_to_all_orders(october: Cast) -> None:
    with october.scope():
        make_order(october.community, "R1", -10_001, code="BLADE", is_refund=True)
        make_order(october.community, "M1", 3_333, member=october.member.handle)
        make_order(october.community, "G1", 5_000, code="BLADE", currency="GBP")
        rows = orders_by_channel(october.community, OCTOBER, OCTOBER.replace(day=31))
    assert [row.channel for row in rows] == ["referral", "member", ""]
    assert (
        sum(row.last for row in rows) == sum(row.linear for row in rows) == 150_000 + 99_900 - 10_001 + 3_333
    )
    text = page(october.sign_in(october.marketing), october, "/results/line/order/?month=2026-10")
    assert "Not attributable" in text
    assert "€999.00" in text


def test_a_report_sent_from_the_page_leads_back_to_it(october: Cast) -> None:
    """Building the mail sets the prefix for its links; the redirect afterwards is the page's again."""
    answer = october.sign_in(october.marketing).post(october.url("/results/reports/send/"))
    assert answer.headers["Location"] == october.url("/results/reports/")
    assert len(delivered()) == 1


def test_what_one_counted_thing_is_worth_is_money(october: Cast) -> None:
    assert [unit_price(Decimal(text), "EUR") for text in ("9.0000", "8.5", "0.3125")] == [
        "€9", "€8.50", "€0.3125",
    ]  # fmt: skip
    text = page(october.sign_in(october.marketing), october, "/results/rates/")
    assert "€" in text
    assert " EUR<" not in text


@pytest.mark.parametrize(("language", "july"), [("en", "Jul"), ("fr", "juil.")])
def test_months_are_cut_as_their_language_does(language: str, july: str) -> None:
    with translation.override(language):
        assert short_month(datetime.date(2026, 7, 1)) == july
