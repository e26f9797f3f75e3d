"""A closed month never moves: whatever comes in later changes no byte of its pages, tables and mail, nor what later
months compare themselves with. What it would be now stands beside it, marked as restated."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from analytics.capture import rollups
from analytics.capture.models import AudienceDay, FilteredDay
from analytics.engagement.models import MemberDay
from analytics.engagement.services import fill_dirty, fill_history, forget_person
from analytics.reports.emails import build_report
from analytics.reports.freezing import values_of
from analytics.reports.models import ClosedEntry, ClosedMonth, Recipient
from analytics.reports.queries import History, find_all_closed_values
from analytics.reports.services import close_month, reopen_month
from analytics.roi import services
from analytics.roi.models import Click, Cost, Lead, LedgerEntry, Objective, Offer, Rate
from analytics.roi.monthly import monthly
from analytics.roi.services.rates import withdraw_rate
from analytics.roi.tasks import keep_ledgers
from communities.content.models import Thread
from communities.content.services import date_thread, delete_post
from communities.models import Membership
from communities.people.services import leave_community
from tests.analytics.money import OCTOBER, at, make_cost, make_october, make_order, make_rate
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread

NOVEMBER = OCTOBER.replace(month=11)
REFS = (
    "roi-total", "roi-hard", "cost", "order", "lead", "impression-elsewhere", "visit", "visit-elsewhere",
    "leads", "new_members", "repeat", "clicks", "search",
)  # fmt: skip
PAGES = (
    "/results/?month=2026-10",
    "/results/?month=2026-10&costs=spread",
    "/results/?month=2026-10&than=year",
    "/results/community/?month=2026-10",
    "/results/community/visits/?month=2026-10",
    "/results/community/answered_rate.csv?month=2026-10",
    "/results/community/active.csv?month=2026-10",
    "/results/line/order.csv?month=2026-10",
    "/results/line/repeat.csv?month=2026-10",
    "/results.zip?month=2026-10",
    *(f"/results/line/{ref}/?month=2026-10" for ref in REFS),
)
# What a page has of the moment and of the person who looks, and what stands beside the figures.
PASSING = re.compile(
    rb'<input type="hidden" name="csrfmiddlewaretoken"[^>]*>|<div data-restated>.*?</table></div></div>'
    rb"|<p data-restated>.*?</p>",
    re.DOTALL,
)


@pytest.fixture
def october(here: Cast) -> Cast:
    """An October with something of everything."""
    with here.scope():
        make_october(here)
        make_rate(here, "visit", "0.30", low=Decimal("0.20"), high=Decimal("0.50"))
        make_rate(here, "lead", "40")
        make_order(here.community, "A3", 40_000, placed_at=at(20), code="BLADE", customer="c-1")
        make_order(here.community, "A0", 30_000, placed_at=at(2), code="BLADE", customer="c-1")
        offer = Offer.objects.get()
        for number in range(3):
            lead = Lead.objects.create(
                offer=offer, at=at(7 + number), email=f"p{number}@example.org", email_hash=str(number)
            )
            if number:
                services.judge_lead(lead, by=here.marketing, state="accepted", community=here.community)
        Click.objects.create(offer=offer, at=at(8))
        for day, visits in ((3, 40), (4, 35)):
            for dimension, key in (("all", ""), ("channel", "12"), ("page", "/forums/")):
                AudienceDay.objects.create(
                    day=at(day).date(),
                    dimension=dimension,
                    key=key,
                    visits=visits,
                    page_views=90,
                    visitors=30,
                )
        FilteredDay.objects.create(day=at(3).date(), reason="bot", views=12)
        services.revalue(here.community, "visit", OCTOBER)
        services.add_counts(
            here.community, "visit", by=here.marketing, source="Log", days={at(9).date(): 500}
        )
        services.set_objective(
            by=here.marketing, family="visibility", figure="search", baseline=Decimal(10), target=Decimal(100),
            starts_on=OCTOBER, deadline=NOVEMBER.replace(month=12),
        )  # fmt: skip
        for one in (here.member, here.ambassador):
            MemberDay.objects.create(day=at(30).date(), person=one.pk, views=3, contributions=1)
            Membership.objects.filter(pk=one.pk).update(joined_at=at(2))
        thread = make_thread(here.forum, by=here.member, title="Which varnish lasts?")
        make_reply(thread, by=here.ambassador)
        Thread.objects.filter(pk=thread.pk).update(published_at=at(10))
        make_cost(here, 90_000, kind=Cost.Kind.LAUNCH, label="Launch", starts_on=at(2).date())
    return here


def event_of_an_old_day(here: Cast) -> None:
    AudienceDay.objects.filter(day=at(3).date()).update(visits=41, page_views=95)
    AudienceDay.objects.create(day=at(11).date(), dimension="channel", key="12", visits=70, page_views=80)
    FilteredDay.objects.update(views=99)


def order_message(here: Cast) -> None:
    make_order(here.community, "A1", 160_000, code="BLADE")
    make_order(here.community, "B1", 77_700, placed_at=at(28), code="BLADE", customer="c-1")


def refund_of_an_old_order(here: Cast) -> None:
    make_order(here.community, "R3", -40_000, placed_at=at(29), refund_of="A3", is_refund=True)


def texts_dated_in_and_out(here: Cast) -> None:
    moved_in = make_thread(here.forum, by=here.owner)
    date_thread(moved_in, by=here.owner, at=at(12))
    # In one order of the acts it is deleted already.
    for moved_out in Thread.objects.filter(title="Which varnish lasts?", state="published"):
        date_thread(moved_out, by=here.owner, at=at(10) - timedelta(days=40))
    fill_dirty(here.community)


def rate_of_an_old_day(here: Cast) -> None:
    for name in ("margin", "cpm", "visit", "lead"):
        make_rate(here, name, "77", valid_from=at(4).date())


def rate_taken_back(here: Cast) -> None:
    newest = Rate.objects.of("visit").first()
    assert newest is not None
    assert withdraw_rate(here.community, newest, by=here.marketing)


def costs(here: Cast) -> None:
    make_cost(here, 12_300, starts_on=at(15).date())
    services.remove_cost(Cost.objects.get(label="Launch"), by=here.marketing)


def counts_from_outside(here: Cast) -> None:
    days = {at(day).date(): 1_000 for day in (5, 9, 12)}
    for measure in ("visit", "impression"):
        services.add_counts(here.community, measure, by=here.marketing, source="Log", days=days, on_top=True)


def contact(here: Cast) -> None:
    waiting = Lead.objects.waiting().get()
    services.judge_lead(waiting, by=here.marketing, state="accepted", community=here.community)
    services.erase_lead(Lead.objects.order_by("id").last(), by=here.marketing)
    Click.objects.create(offer=Offer.objects.get(), at=at(21))


def target(here: Cast) -> None:
    aim = Objective.objects.get()
    services.set_objective(by=here.marketing, objective=aim, target=Decimal(9_999))
    services.close_objective(aim, by=here.marketing)


def thread_deleted(here: Cast) -> None:
    thread = Thread.objects.get(title="Which varnish lasts?")
    delete_post(thread.opening(), by=here.member)


def members_go_and_come(here: Cast) -> None:
    leave_community(here.member, by=here.member, delete=True)
    forget_person(here.ambassador.pk)
    Membership.objects.filter(pk=here.ambassador.pk).update(status="suspended")
    make_membership(joined_at=at(9))


def jobs_run_again(here: Cast) -> None:
    fill_history(here.community)
    for day in (3, 4, 11):
        # Its raw rows are gone: counted from nothing, the day would be nothing.
        rollups.count_day(here.community, at(day).date())


ACTS: list[Callable[[Cast], None]] = [
    event_of_an_old_day, order_message, refund_of_an_old_order, rate_of_an_old_day, rate_taken_back, costs,
    counts_from_outside, contact, target, texts_dated_in_and_out, thread_deleted, members_go_and_come, jobs_run_again,
]  # fmt: skip


def seen(here: Cast, client: Client) -> dict[str, bytes]:
    pages = {}
    for path in PAGES:
        answer = client.get(here.url(path))
        assert answer.status_code == 200, path
        content = answer.getvalue() if answer.streaming else answer.content
        main = content.partition(b"<main")[2].partition(b"</main>")[0] if b"<main" in content else content
        pages[path] = PASSING.sub(b"", main)
    with here.scope():
        closed = ClosedMonth.objects.get()
        for language in ("en", "fr"):
            mail = build_report(here.community, closed, Recipient(email="a@example.org", language=language))
            html = mail.alternatives[0][0]
            pages[f"mail {language}"] = f"{mail.subject}\n{mail.body}\n{html}".encode()
    return pages


def compared_with(here: Cast) -> list[Any]:
    """What November reads of October, and how the chart goes through it."""
    with here.scope():
        november = History(here.community, NOVEMBER)
        kept = november.month(OCTOBER)
        figures = [monthly(here.community, name, OCTOBER, NOVEMBER).get(OCTOBER) for name in Objective.Figure]
        sums = next(one for one in november.cumulated if one.month == OCTOBER)
    return [kept.as_json(), figures, sums]


@pytest.mark.django_db
@pytest.mark.parametrize("turned", [False, True])
def test_nothing_that_comes_later_moves_a_closed_month(october: Cast, *, turned: bool) -> None:
    client = october.sign_in(october.marketing)
    with october.scope():
        close_month(october.community, OCTOBER, by=october.marketing)
    # One order of the acts for the bytes, both for what later months read.
    before, compared = {} if turned else seen(october, client), compared_with(october)
    for act in reversed(ACTS) if turned else ACTS:
        with october.scope():
            act(october)
        assert compared_with(october) == compared, act.__name__
    keep_ledgers()
    assert compared_with(october) == compared
    after = {} if turned else seen(october, client)
    assert [path for path in before if before[path] != after[path]] == []
    restated = client.get(october.url("/results/?month=2026-10")).content.decode().partition("data-restated")
    assert "Orders, margin" in restated[2].partition("</table>")[0]


@pytest.mark.django_db
def test_a_closed_month_keeps_rows_and_gives_them_up_when_opened_again(october: Cast) -> None:
    with october.scope():
        month = History(october.community, OCTOBER).current
        closed = close_month(october.community, OCTOBER, by=october.marketing)
        ledger = LedgerEntry.objects.between(OCTOBER, OCTOBER.replace(day=31))
        assert closed.entries.count() == ledger.count() > 8
        assert sum(row.amount_minor for row in ClosedEntry.objects.counted().benefits()) == month.total
        make_order(october.community, "B2", 100_000, placed_at=at(22), code="BLADE")
        assert History(october.community, OCTOBER).current.total == month.total
        reopen_month(OCTOBER, by=october.marketing)
        assert not ClosedEntry.objects.exists()
        assert History(october.community, OCTOBER).current.total == month.total + 40_000


@pytest.mark.django_db
def test_a_month_closed_before_there_were_figures_has_none_and_stops_no_later_one(october: Cast) -> None:
    with october.scope():
        close_month(october.community, OCTOBER, by=october.marketing)
        ClosedMonth.objects.update(figures={"month": ClosedMonth.objects.get().figures["month"]})
        assert find_all_closed_values([OCTOBER]) == {OCTOBER: {}}
        values = values_of(History(october.community, NOVEMBER))
    assert {name: found.get(OCTOBER) for name, found in values.items()} == dict.fromkeys(
        map(str, Objective.Figure)
    )


def test_the_zip_has_what_visits_and_members_shows(october: Cast) -> None:
    client = october.sign_in(october.marketing)

    def of_page(name: str) -> list[dict[str, str]]:
        text = (
            client.get(october.url(f"/results/community/{name}.csv?month=2026-10"))
            .getvalue()
            .decode("utf-8-sig")
        )
        return list(csv.DictReader(text.splitlines()))

    answer = client.get(october.url("/results.zip?month=2026-10"))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        days, answers, sources = (
            list(csv.DictReader(packed.read(f"{name}.csv").decode("utf-8-sig").splitlines()))
            for name in ("days", "answers", "sources")
        )
    shown = {row["Day"]: row["Visits"] for row in of_page("visits")}
    active = {row["Day"]: row["Active members"] for row in of_page("active")}
    assert {row["day"]: row["visits"] for row in days if row["visits"]} == shown
    assert {row["day"]: row["active_members"] for row in days if row["active_members"]} == active
    assert (shown["2026-10-03"], active["2026-10-30"]) == ("40", "2")
    assert [row["title"] for row in answers] == [row["Thread"] for row in of_page("answered_rate")]
    assert {
        "kind": "page",
        "name": "/forums/",
        "visits": "75",
        "page_views": "180",
        "visitors_daily": "60",
    } in sources
