"""What the home page shows of reviews, photographs, calls and tests: what is there now, else nothing."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.calendar import DAY, today
from communities.calls.models import Call
from communities.content.models import Space
from communities.memory import forget_all
from communities.trials.models import Trial
from tests.communities.albums.making import add, make_album, make_wall
from tests.communities.calls.making import make_call
from tests.communities.reviews.making import make_review, make_reviews, make_shelf, make_thing
from tests.communities.trials.making import make_trial
from tests.conftest import Cast

HEADINGS = ("h-reviews", "h-rated", "h-photos", "h-calls", "h-trials")


def page(here: Cast, who: Any = None) -> str:
    forget_all()
    return here.sign_in(who).get(here.url("/")).content.decode()


def shown(html: str) -> list[str]:
    return [heading for heading in HEADINGS if f'id="{heading}"' in html]


@pytest.fixture
def full(here: Cast) -> Cast:
    with here.scope():
        shelf = make_shelf()
        fine, poor, few = (make_thing(here, shelf, name) for name in ("Fine fid", "Poor fid", "New fid"))
        make_reviews(here, fine, 5, 5, 4, 5, 4)
        make_reviews(here, poor, 1, 2, 1, 1, 2)
        make_reviews(here, few, 5, 5, 5, 5)
        # For an advantage: shown, and counted in no mean.
        make_review(here, few, 5, by=here.ambassador, title="Sent to me", counterpart=True)
        album = make_album(here, make_wall(), by=here.member)
        for number in range(7):
            add(album, by=here.member, caption=f"Knot {number}", alt=f"Rope {number}")
        make_call(here)
        make_trial(here, applies_until=today(here.community))
    return here


def test_each_shows_what_is_there_to_visitors_and_members(full: Cast) -> None:
    for who in (None, full.manager):
        html = page(full, who)
        assert shown(html) == list(HEADINGS)
        rated = html.partition('id="h-rated"')[2].partition("</section>")[0]
        assert rated.index("Fine fid") < rated.index("Poor fid")
        assert "New fid" not in rated
        assert '<b aria-hidden="true">4.6</b>' in rated, "23 stars of 5"
        assert '<b aria-hidden="true">1.4</b>' in rated, "7 stars of 5"
        latest = html.partition('id="h-reviews"')[2].partition("</section>")[0]
        assert latest.count("<li") == 3
        assert "Sent to me" in latest
        assert "Received free or for a benefit" in latest
        photos = html.partition('id="h-photos"')[2].partition("</section>")[0]
        assert [f'alt="Rope {number}"' in photos for number in range(7)] == [False] + [True] * 6
        assert "Blocks that can be mended" in html.partition('id="h-calls"')[2]
        assert "applications until" in html.partition('id="h-trials"')[2]


def test_what_is_over_or_closed_or_elsewhere_is_not_there(full: Cast, elsewhere: Cast) -> None:
    assert shown(page(elsewhere)) == []
    with full.scope():
        Call.objects.update(closes_at=timezone.now() - datetime.timedelta(minutes=1))
        Trial.objects.update(applies_until=today(full.community) - DAY)
        Space.objects.filter(kind__in=["reviews", "photos"]).update(audience="team")
    assert shown(page(full)) == []
    assert shown(page(full, full.member)) == []
    assert shown(page(full, full.manager)) == ["h-reviews", "h-rated", "h-photos"]
    full.community.open_features = ["forums"]
    full.community.save(update_fields=["open_features"])
    assert shown(page(full, full.manager)) == []


def test_more_of_them_cost_no_more_statements_and_the_page_of_visitors_is_kept(full: Cast) -> None:
    def cost() -> int:
        page(full, full.member)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            page(full, full.member)
        return len(seen)

    before = cost()
    with full.scope():
        make_reviews(full, make_thing(full, Space.objects.get(kind="reviews"), "Old fid"), 3, 3, 3, 3, 3)
        make_call(full, title="Sheaves of ash")
        make_trial(full, slug="second-test")
    assert cost() == before
    visitor, home = full.sign_in(None), full.url("/")
    forget_all()
    with CaptureQueriesContext(connection) as drawn:
        visitor.get(home)
    with CaptureQueriesContext(connection) as kept:
        assert "Sheaves of ash" in visitor.get(home).content.decode()
    # The reads are run again, and nothing that only drawing would ask.
    assert len(kept) < len(drawn)
