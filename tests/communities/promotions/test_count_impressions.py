"""The address that a page tells what was seen, and the one that a click goes through: counted, never trusted."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from communities.promotions import counting, services
from communities.promotions.models import Banner
from communities.promotions.queries import Impressions, impressions_between
from tests.communities.promotions.conftest import make_banner
from tests.conftest import Cast

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"
FORM = "application/x-www-form-urlencoded"
HOUR = datetime.timedelta(hours=1)


def tell(cast: Cast, body: str, content_type: str = FORM, **headers: str) -> Any:
    client = Client(enforce_csrf_checks=True, headers=headers)
    response = client.post(cast.url("/banners/seen/"), body, content_type=content_type)
    assert response.content == b""
    assert not response.cookies
    return response


def counted(cast: Cast) -> Impressions:
    now = timezone.now()
    services.store_counts(now + HOUR)
    with cast.scope():
        return impressions_between(cast.community, now - 2 * HOUR, now + 2 * HOUR)


def all_of(banner: Banner) -> str:
    return f"served={banner.pk}&measurable={banner.pk}&viewable={banner.pk}"


def test_what_a_page_tells_is_counted(here: Cast, banner: Banner) -> None:
    assert tell(here, all_of(banner)).status_code == 204
    assert tell(here, f"served={banner.pk}&measurable={banner.pk}&viewable=").status_code == 204
    assert tell(here, f"served={banner.pk}&viewable=", **{"sec-fetch-site": "same-origin"}).status_code == 204
    assert counted(here) == Impressions(3, 2, 1, 0)


def test_one_page_counts_a_banner_once(here: Cast, banner: Banner) -> None:
    many = ",".join([str(banner.pk)] * 5)
    tell(here, f"served={many}&measurable={many}&viewable={many}")
    assert counted(here) == Impressions(1, 1, 1, 0)


def test_a_click_counts_as_seen_also_where_nothing_can_be_measured(here: Cast, banner: Banner) -> None:
    tell(here, f"served={banner.pk}&viewable={banner.pk}")
    assert counted(here) == Impressions(1, 1, 1, 0)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "served=",
        "served=abc",
        "served=-1",
        "served=1.5",
        "served=%00",
        "served=١",
        "served=²",
        "served=99999999999999999999999999999999999999999999",
        "viewable={id}",
        "measurable={id}&viewable={id}",
        "served[]={id}",
        "served={id};drop",
        "%ff%fe=%ff",
        "&&&===",
        "served={id}&padding=" + "x" * 600,
    ],
)
def test_nonsense_counts_nothing(here: Cast, banner: Banner, body: str) -> None:
    assert tell(here, body.format(id=banner.pk)).status_code == 204
    assert counted(here) == Impressions()


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", "", "x/y"]
)
def test_other_kinds_of_body_count_nothing(here: Cast, banner: Banner, kind: str) -> None:
    assert tell(here, all_of(banner), kind).status_code == 204
    assert counted(here) == Impressions()


def test_other_sites_are_not_believed(here: Cast, banner: Banner) -> None:
    for site in ("cross-site", "same-site"):
        elsewhere = Client(headers={"sec-fetch-site": site})
        path = here.url("/banners/seen/")
        assert elsewhere.post(path, all_of(banner), content_type=FORM).status_code == 403
    assert tell(here, all_of(banner), **{"sec-fetch-site": "none"}).status_code == 204
    assert counted(here) == Impressions()


def test_banners_of_another_community_are_ignored(here: Cast, elsewhere: Cast, banner: Banner) -> None:
    assert tell(elsewhere, all_of(banner)).status_code == 204
    assert counted(here) == Impressions()
    assert counted(elsewhere) == Impressions()


@pytest.mark.parametrize(
    ("moments", "answers"),
    [
        ({"ends_at": -HOUR / 2}, True),
        ({"starts_at": -72 * HOUR, "ends_at": -25 * HOUR}, False),
        ({"starts_at": HOUR}, False),
        ({"paused_at": 0 * HOUR}, False),
        ({"archived_at": 0 * HOUR}, False),
    ],
    ids=["page opened before the end", "long over", "planned", "paused", "archived"],
)
def test_only_what_may_be_on_a_page_answers(
    here: Cast, moments: dict[str, datetime.timedelta], answers: bool
) -> None:
    now = timezone.now()
    banner = make_banner(here, **{name: now + away for name, away in moments.items()})
    tell(here, all_of(banner))
    click = Client().get(here.url(f"/banners/{banner.pk}/go/"), headers={"user-agent": BROWSER})
    assert click.status_code == (302 if answers else 404)
    assert counted(here) == (Impressions(1, 1, 1, 1) if answers else Impressions())


def test_reading_by_get_is_no_telling(here: Cast, banner: Banner) -> None:
    assert Client().get(here.url("/banners/seen/")).status_code == 405
    assert counted(here) == Impressions()


def test_telling_costs_no_statement(
    here: Cast, banner: Banner, queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("communities.memory.LIFETIME", 3600.0)
    tell(here, all_of(banner))
    with queries(exactly=0):
        tell(here, all_of(banner))
    with queries(exactly=0):
        Client().get(here.url(f"/banners/{banner.pk}/go/"))


def test_without_redis_nothing_fails_and_nobody_waits(
    here: Cast, banner: Banner, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("redis.retry.sleep", waited.append)
    kept, settings.REDIS_URL = settings.REDIS_URL, "unix:///nonexistent/redis.sock"
    counting._connect.cache_clear()
    try:
        assert tell(here, all_of(banner)).status_code == 204
        response = Client().get(here.url(f"/banners/{banner.pk}/go/"))
    finally:
        settings.REDIS_URL = kept
        counting._connect.cache_clear()
    assert response.status_code == 302
    assert waited == []


def test_a_click_is_counted_and_leads_on(here: Cast, banner: Banner) -> None:
    path = here.url(f"/banners/{banner.pk}/go/")
    response = Client().get(path, headers={"user-agent": BROWSER})
    assert response.status_code == 302
    assert response.headers["Location"] == here.url("/forums/")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    Client().head(path)
    Client().get(path, headers={"sec-purpose": "prefetch;prerender"})
    assert counted(here) == Impressions(0, 0, 0, 1)


def test_programs_that_follow_a_banner_are_counted_apart(here: Cast, banner: Banner) -> None:
    path = here.url(f"/banners/{banner.pk}/go/")
    for agent in ("Googlebot/2.1 (+http://www.google.com/bot.html)", "curl/8.5", "", BROWSER):
        assert Client().get(path, headers={"user-agent": agent}).status_code == 302
    assert counted(here) == Impressions(clicks=1, machine_clicks=3)


def test_a_visitors_presses_within_half_an_hour_are_one_click(
    here: Cast, elsewhere: Cast, banner: Banner
) -> None:
    second, foreign = make_banner(here, text="Another"), make_banner(elsewhere)
    for number in (1, 1, 2):
        client = Client(headers={"user-agent": BROWSER}, REMOTE_ADDR=f"192.0.2.{number}")
        client.get(here.url(f"/banners/{banner.pk}/go/"))
        client.get(here.url(f"/banners/{second.pk}/go/"))
        client.get(elsewhere.url(f"/banners/{foreign.pk}/go/"))
    assert counted(here) == Impressions(clicks=4), "two visitors, two banners"
    assert counted(elsewhere) == Impressions(clicks=2)
    client = counting._connect()
    keys = list(client.scan_iter(counting._key("followed:*")))
    assert len(keys) == 6
    assert all(0 < client.ttl(key) <= 1800 for key in keys), "nobody is remembered for longer"


def test_a_click_leads_elsewhere(here: Cast) -> None:
    banner = make_banner(here, target="https://halyard.example.org/s-08?from=community#buy")
    response = Client().get(here.url(f"/banners/{banner.pk}/go/"))
    assert response.headers["Location"] == banner.target


def test_clicks_on_what_is_not_there(here: Cast, elsewhere: Cast, banner: Banner) -> None:
    assert Client().get(here.url(f"/banners/{banner.pk + 999}/go/")).status_code == 404
    assert Client().get(here.url("/banners/999999999999999999999999/go/")).status_code == 404
    assert Client().get(elsewhere.url(f"/banners/{banner.pk}/go/")).status_code == 404
