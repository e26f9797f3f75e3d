"""Visits and members of other days than a month: what may be asked, what is compared, what a sum of days can tell."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.utils import timezone

from analytics.capture.models import AudienceDay
from analytics.engagement.models import MemberDay
from analytics.reports.daychart import MOST_HITS, day_chart
from analytics.reports.engagement_page import engagement_page
from analytics.reports.periods import PRESETS, Period
from analytics.reports.services import close_month
from communities.calendar import DAY, Month
from tests.conftest import Cast
from tests.factories import make_membership

pytestmark = pytest.mark.django_db

PAGE = "/results/community/"
NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
TODAY = NOON.date()


@pytest.fixture(autouse=True)
def today_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("periods", "forms", "engagement_figures", "period_figures", "engagement_views"):
        monkeypatch.setattr(f"analytics.reports.{place}.today", lambda _place: TODAY)
    monkeypatch.setattr(timezone, "now", lambda: NOON)


def count(day: datetime.date, visits: int, visitors: int = 0, **more: Any) -> None:
    more.setdefault("page_views", visits * 2)
    AudienceDay.objects.create(
        day=day, dimension="all", key="", visits=visits, visitors=visitors or visits, **more
    )


@pytest.fixture
def counted(here: Cast) -> Cast:
    """Sixty days up to today: 10 visits a day until 9 November, 20 from then on."""
    with here.scope():
        for back in range(60):
            day = TODAY - DAY * back
            count(day, 20 if day > datetime.date(2026, 11, 9) else 10, 5)
    return here


def test_days_are_compared_with_as_many_before_them(counted: Cast) -> None:
    page = shown(counted, "?from=2026-11-10&to=2026-11-19")
    assert "10 November to 19 November 2026" in page
    assert figure(page, "visits") == "200 +100% on the 10 days before"
    assert "Dashes: 31 October to 9 November 2026." in page
    assert "10 November: 20 visits; 31 October: 10" in page
    # The way back and on keeps the length, and what leads on keeps the days.
    assert 'href="?from=2026-10-31&amp;to=2026-11-09"' in page
    assert 'href="?from=2026-11-20&amp;to=2026-11-20"' in page
    assert "/results/community/visits/?from=2026-11-10&amp;to=2026-11-19" in page


def test_a_day_that_is_not_over_is_said_and_judges_nothing(counted: Cast) -> None:
    page = shown(counted, "?from=2026-11-16&to=2026-11-30")
    assert "Up to 20 Nov 2026: this day is not over." in page
    assert figure(page, "visits") == "100 The 5 days before: 100"
    assert "16 November to 20 November 2026" in page


def test_days_before_anything_was_counted_are_no_days_of_nought(here: Cast) -> None:
    with here.scope():
        for day in range(8, 16):
            count(datetime.date(2026, 11, day), 40, 8)
    page = shown(here, "?from=2026-11-06&to=2026-11-10")
    assert "Visits have been counted since 8 Nov 2026: the days before are not in these figures." in page
    assert "nothing was counted in the 5 days before" in figure(page, "visits")
    # Eight on each of three days, and no mean over days that were not counted.
    assert figure(page, "visitors_daily").startswith("24 ")
    assert "8.0 a day on average. Nobody is recognised the next day" in page
    page = shown(here, "?from=2026-11-11&to=2026-11-15")
    assert "some of the days compared with are missing" in page
    assert figure(page, "visits") == "200 The 5 days before: 120"
    page = shown(here, "?from=2026-10-01&to=2026-10-05")
    assert "No visit was counted yet in these days." in page
    assert figure(page, "visits").startswith("– ")
    assert figure(page, "bounce_rate").startswith("– ")


def test_members_of_the_days_count_once_whatever_the_28_days_say(here: Cast) -> None:
    with here.scope():
        one, two, three = (make_membership(role="member") for _n in range(3))
        for person, days in ((one, (3, 4, 5)), (two, (4,)), (three, (1,))):
            for day in days:
                MemberDay.objects.create(
                    day=datetime.date(2026, 11, day), person=person.pk, views=2, contributions=0
                )
        # Three people on four days of people; the month counts everybody of its 28 days.
        page = engagement_page(here.community, Period(datetime.date(2026, 11, 3), datetime.date(2026, 11, 6)))
        members = {one.name: one for one in page["members"]}
        assert (members["active"].value, members["stickiness"].value) == ("2", "50%")
        assert "in these days, each counted once" in str(members["active"].formula)
        month = engagement_page(here.community, Period.of_month(Month(2026, 11)))
        assert {one.name: one.value for one in month["members"]}["active"] == "3"


@pytest.mark.parametrize(
    ("asked", "said", "kept"),
    [
        ("from=2026-11-10&to=2026-11-09", "The last day comes before the first.", "09/11/2026"),
        (
            "from=2025-01-01&to=2026-01-02",
            "At most 366 days are shown at once: from that day, up to 1 January 2026.",
            "02/01/2026",
        ),
        ("from=2026-11-21&to=2026-11-22", "These days have not come yet.", "22/11/2026"),
        ("from=0001-01-01&to=0001-02-01", "Choose a day of the year 2000 or later.", "01/02/0001"),
        ("from=9999-12-30&to=9999-12-31", "Choose a day before the year 2101.", "31/12/9999"),
        ("from=soon&to=2026-11-09", "Enter a date like this", "soon"),
        ("from=2026-11-10", "This field is required.", "10/11/2026"),
        ("from=2026-11-10&to=%00", "Enter a date like this", "10/11/2026"),
    ],
)
def test_days_that_make_no_sense_are_said_and_stay_typed(
    here: Cast, asked: str, said: str, kept: str
) -> None:
    client = here.sign_in(here.marketing)
    answer = client.get(here.url(f"{PAGE}?{asked}"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert f'value="{kept}"' in page
    for path in (f"{PAGE}visits/", f"{PAGE}visits.csv"):
        answer = client.get(here.url(f"{path}?{asked}"))
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, here.url(PAGE))
        assert client.get(answer["Location"]).status_code == 422


def test_a_whole_leap_year_may_be_asked_and_its_curve_has_few_stops(here: Cast) -> None:
    with here.scope():
        period = Period(datetime.date(2024, 1, 1), datetime.date(2024, 12, 31))
        days = [(period.first + DAY * place, place) for place in range(366)]
        chart = day_chart(days, [], period)
        assert chart is not None
        for drawing in chart.drawings:
            assert len(drawing.hits) <= MOST_HITS
            assert len(drawing.days) <= drawing.frame.most_labels
            said = [re.search(r": ([\d,]+) visits", words) for _x, _width, words in drawing.hits]
            total = sum(int(found[1].replace(",", "")) for found in said if found)
            assert total == sum(n for _day, n in days), "each day is in one sentence"
    assert (
        here.sign_in(here.marketing).get(here.url(f"{PAGE}?from=2024-01-01&to=2024-12-31")).status_code == 200
    )


def test_presets_lead_to_an_address_that_can_be_shared(here: Cast) -> None:
    client = here.sign_in(here.marketing)
    led = {
        name: client.get(here.url(f"{PAGE}?days={name}"))["Location"].partition("?")[2] for name in PRESETS
    }
    assert led == {
        "this-month": "month=2026-11",
        "last-month": "month=2026-10",
        "last-7": "from=2026-11-13&to=2026-11-19",
        "last-28": "from=2026-10-23&to=2026-11-19",
        "last-90": "from=2026-08-22&to=2026-11-19",
        "this-year": "from=2026-01-01&to=2026-11-20",
    }
    page = shown(here, "?from=2026-11-13&to=2026-11-19")
    assert [name for name in PRESETS if f'href="?days={name}"' not in page] == []


def test_the_days_lead_to_rows_and_a_table_that_add_up(counted: Cast) -> None:
    client = counted.sign_in(counted.marketing)
    asked = "?from=2026-11-08&to=2026-11-11"
    page = client.get(counted.url(f"{PAGE}visits/{asked}")).content.decode()
    assert "8 November to 11 November 2026" in page
    assert f"/results/community/visits.csv{asked.replace('&', '&amp;')}" in page
    answer = client.get(counted.url(f"{PAGE}visits.csv{asked}"))
    assert 'filename="visits-2026-11-08-2026-11-11.csv"' in answer["Content-Disposition"]
    text = (answer.getvalue() if answer.streaming else answer.content).decode()
    assert [line.split(",")[1] for line in text.strip().splitlines()[1:]] == ["10", "10", "20", "20"]
    assert figure(shown(counted, asked), "visits").startswith("60 ")


def test_days_of_a_closed_month_are_those_that_were_reported(counted: Cast) -> None:
    with counted.scope():
        close_month(counted.community, datetime.date(2026, 10, 1), by=counted.marketing)
        AudienceDay.objects.filter(day__lt=datetime.date(2026, 11, 1)).update(visits=999)
    page = shown(counted, "?from=2026-10-30&to=2026-11-02")
    assert figure(page, "visits") == "40 0% on the 4 days before"
    assert "Visits of months that are closed are as they were reported." in page
    assert "Visits of months" not in shown(counted, "?from=2026-11-03&to=2026-11-04")


def test_a_year_costs_as_many_questions_as_a_day(counted: Cast, queries: Any) -> None:
    with counted.scope():
        for period in (Period(TODAY, TODAY), Period(TODAY - DAY * 365, TODAY)):
            with queries(most=40):
                assert engagement_page(counted.community, period)["chart"]


def test_others_see_nothing_of_it(here: Cast, elsewhere: Cast) -> None:
    asked = f"{PAGE}?from=2026-11-01&to=2026-11-02"
    assert here.sign_in(here.member).get(here.url(asked)).status_code == 403
    with elsewhere.scope():
        count(datetime.date(2026, 11, 1), 77)
    assert "77" not in re.sub(r"<[^>]+>", "", main(shown(here, "?from=2026-11-01&to=2026-11-02")))


def shown(here: Cast, query: str) -> str:
    answer = here.sign_in(here.marketing).get(here.url(PAGE + query))
    assert answer.status_code == 200, answer.content[:400]
    return str(answer.content.decode())


def main(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def figure(page: str, name: str) -> str:
    """Value and comparison of one figure, without its formula."""
    cell = page.partition(f"/results/community/{name}/?")[2].partition("<details")[0].partition(">")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", cell).split())
