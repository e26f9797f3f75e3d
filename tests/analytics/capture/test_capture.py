"""From a page view to the figures, through the pages, the stream, the store and the roll-up."""

from __future__ import annotations

import datetime
import os
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from analytics.capture import recording, stream
from analytics.capture.channels import Channel
from analytics.capture.models import Dimension, Event, Kind, Reason
from analytics.capture.queries import (
    audience,
    audience_by,
    audience_by_day,
    events_between,
    filtered_views,
)
from analytics.capture.recording import record_event
from communities.queries import mail_link
from config.celery import app
from tests.analytics.conftest import BROWSER
from tests.conftest import Cast
from tests.factories import make_thread

Capture = Callable[[], int]


def browse(here: Cast, path: str = "/", client: Client | None = None, **extra: Any) -> Any:
    extra.setdefault("HTTP_USER_AGENT", BROWSER)
    return (client or Client()).get(here.url(path), **extra)


def today(here: Cast) -> datetime.date:
    return timezone.now().astimezone(here.community.zone).date()


def figures_of(here: Cast) -> tuple[int, int, int]:
    with here.scope():
        found = audience(today(here), today(here))
    return found.page_views, found.visits, found.visitors_daily


def test_a_visit_is_counted_with_its_channel(here: Cast, capture: Capture) -> None:
    with here.scope():
        thread = make_thread(here.forum)
    path = f"/forums/t/{thread.slug}/"
    browse(here, path + "?utm_campaign=Spring&secret=1", HTTP_REFERER="https://www.google.com/search?q=x")
    browse(here, "/", HTTP_REFERER="http://testserver" + here.url(path))
    assert capture() == 2
    day = today(here)
    with here.scope():
        figures = audience(day, day)
        assert (figures.page_views, figures.visits, figures.visitors_daily, figures.bounces) == (2, 1, 1, 0)
        assert [(row.key, row.label) for row in audience_by(Dimension.CHANNEL, day, day)] == [
            (str(int(Channel.ORGANIC_SEARCH)), "Search engines")
        ]
        assert [row.key for row in audience_by(Dimension.SOURCE, day, day)] == ["Google"]
        assert [row.key for row in audience_by(Dimension.CAMPAIGN, day, day)] == ["Spring"]
        assert [row.key for row in audience_by(Dimension.LANDING, day, day)] == [path]
        views = {row.key: row.figures.page_views for row in audience_by(Dimension.PAGE, day, day)}
        assert views == {path: 1, "/": 1}
        first = Event.objects.get(entry=True)
        assert first.props == {"utm_campaign": "Spring"}, "the rest of an address is never stored"


def arrivals(here: Cast) -> list[int]:
    with here.scope():
        return list(
            Event.objects.filter(entry=True).order_by("occurred_at").values_list("channel", flat=True)
        )


def test_a_visit_from_our_own_mail_is_a_channel_of_its_own(here: Cast, capture: Capture) -> None:
    link = mail_link(here.community, "/forums/?page=2#p3")
    assert link.startswith("/forums/?page=2&cn=")
    assert link.endswith("#p3")
    browse(here, link.partition("#")[0], HTTP_REFERER="https://mail.google.com/")
    capture()
    assert arrivals(here) == [Channel.COMMUNITY_NOTIFICATION]
    with here.scope():
        assert Event.objects.get().props == {"cn": "1"}, "the mark itself is not kept"


def test_a_mail_link_counts_although_its_visitor_must_sign_in_first(here: Cast, capture: Capture) -> None:
    refused = browse(here, mail_link(here.community, "/notifications/"))
    assert refused.status_code == 302
    Client().get(refused.headers["Location"], HTTP_USER_AGENT=BROWSER)
    capture()
    assert arrivals(here) == [Channel.COMMUNITY_NOTIFICATION]


def test_a_forged_mark_and_another_communitys_are_ignored(
    here: Cast, elsewhere: Cast, capture: Capture
) -> None:
    foreign = mail_link(elsewhere.community, "/").partition("=")[2]
    for number, mark in enumerate(("", "1", foreign, "\N{SNOWMAN}")):
        browse(here, f"/?cn={mark}", REMOTE_ADDR=f"192.0.2.{number}")
    capture()
    assert arrivals(here) == [Channel.DIRECT] * 4
    with here.scope():
        assert not Event.objects.exclude(props={}).exists()


def test_the_mark_of_mails_is_in_no_canonical_address(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum)
    for path in ("/", f"/forums/t/{thread.slug}/", "/forums/", "/blogs/"):
        page = browse(here, mail_link(here.community, path)).content.decode()
        assert not re.search(r"<(?:link|meta)[^>]*cn=", page), path


def test_days_without_visits_are_shown_as_such(here: Cast, capture: Capture) -> None:
    browse(here)
    capture()
    day = today(here)
    with here.scope():
        days = audience_by_day(day - datetime.timedelta(days=2), day)
    assert [figures.visits for _day, figures in days] == [0, 0, 1]
    assert days[0][1].bounce_rate is None, "nothing was visited: there is no rate"
    assert days[2][1].bounce_rate == 1


@pytest.mark.parametrize(
    "agent", ["Googlebot/2.1 (+http://www.google.com/bot.html)", "curl/8.5", "GPTBot/1.2"]
)
def test_robots_are_counted_apart(here: Cast, capture: Capture, agent: str) -> None:
    browse(here)
    browse(here, HTTP_USER_AGENT=agent)
    capture()
    assert figures_of(here) == (1, 1, 1)
    with here.scope():
        filtered = filtered_views(today(here), today(here))
    assert filtered.by_reason == {Reason.BOT: 1}
    assert filtered.share == filtered.share_of(Reason.BOT) == 0.5


def test_each_reason_is_counted(here: Cast, capture: Capture) -> None:
    browse(here, HTTP_USER_AGENT="")
    browse(here, HTTP_REFERER="http://semalt.com/crawler")
    browse(here, HTTP_SEC_PURPOSE="prefetch;prerender")
    browse(here, HTTP_SEC_GPC="1")
    browse(here, HTTP_DNT="1")
    browse(here, client=here.sign_in(here.manager))
    refused = Client()
    refused.cookies["audience"] = "no"
    browse(here, client=refused)
    capture()
    assert figures_of(here) == (0, 0, 0)
    with here.scope():
        assert filtered_views(today(here), today(here)).by_reason == {
            Reason.OPTED_OUT: 3,
            Reason.NO_AGENT: 1,
            Reason.PREFETCH: 1,
            Reason.SPAM: 1,
            Reason.STAFF: 1,
        }
        assert not Event.objects.exists()


def test_fragments_files_and_errors_are_no_page_views(here: Cast, capture: Capture) -> None:
    for path in ("/nowhere/", "/manifest.webmanifest", "/favicon.ico", "/me/"):
        browse(here, path)
    browse(here, HTTP_HX_REQUEST="true")
    assert capture() == 0


def test_an_act_makes_a_visit_no_bounce(here: Cast, capture: Capture) -> None:
    client = here.sign_in(here.member)
    client.defaults["HTTP_USER_AGENT"] = BROWSER
    browse(here, client=client)
    with here.scope():
        thread = make_thread(here.forum)
    answer = client.post(here.url(f"/forums/t/{thread.slug}/reply/"), {"body": "<p>Yes.</p>"})
    assert answer.status_code in (302, 303)
    capture()
    with here.scope():
        figures = audience(today(here), today(here))
        assert (figures.visits, figures.bounces, figures.page_views) == (1, 0, 1)
        assert set(Event.objects.values_list("kind", "membership")) == {
            (Kind.PAGE_VIEW, None),
            (Kind.ACT, None),
        }


def test_two_communities_never_share_a_visitor(here: Cast, elsewhere: Cast, capture: Capture) -> None:
    browse(here)
    browse(elsewhere)
    capture()
    visitors = set()
    for cast in (here, elsewhere):
        with cast.scope():
            visitors.add(Event.objects.get().visitor)
    assert len(visitors) == 2


def test_addresses_with_names_or_keys_in_them_are_kept_by_their_shape(here: Cast, capture: Capture) -> None:
    browse(here, f"/members/{here.member.handle}/", client=here.sign_in(here.ambassador))
    capture()
    with here.scope():
        assert Event.objects.get().path == "/members/<str:handle>/"


def test_other_code_can_record_what_its_page_is_for(here: Cast, capture: Capture, rf: Any) -> None:
    request = rf.get("/", HTTP_USER_AGENT=BROWSER)
    request.community = here.community
    record_event(request, Kind.OFFER_CLICK, object_id=7)
    capture()
    now = timezone.now()
    with here.scope():
        found = events_between(Kind.OFFER_CLICK, now - datetime.timedelta(hours=1), now)
    assert found == {7: 1}


def test_a_community_can_turn_measurement_off(here: Cast, capture: Capture) -> None:
    here.community.settings = {"audience": "off"}
    here.community.save()
    browse(here)
    assert capture() == 0


def test_a_redis_that_is_away_costs_no_page(
    here: Cast, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> redis.Redis:
        raise redis.ConnectionError("away")

    monkeypatch.setattr(recording, "connect", away)
    monkeypatch.setattr(stream, "connect", away)
    assert browse(here).status_code == 200
    assert recording.buffer.hand_over() == 0
    monkeypatch.undo()
    django_settings.CAPTURE = True
    assert capture() == 1, "what was seen meanwhile is handed over later"


def test_a_forked_process_has_a_thread_of_its_own() -> None:
    box: stream.RequestBuffer[int] = stream.RequestBuffer("forked", lambda _batch: [])
    box.put(1)
    child = os.fork()
    if child == 0:
        box.put(2)
        names = {thread.name for thread in threading.enumerate()}
        os._exit(0 if "buffer-forked" in names else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_proxies_that_we_trust_say_where_a_visitor_is(here: Cast, capture: Capture, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for told in ("198.51.100.1", "203.0.113.9, 198.51.100.1", "198.51.100.2"):
        browse(here, HTTP_X_FORWARDED_FOR=told)
    capture()
    assert figures_of(here) == (3, 2, 2), "only the last address was seen by our proxy"


def test_whatever_recording_raises_the_page_is_shown(
    here: Cast, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_seen: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(recording.buffer, "put", broken)
    assert browse(here).status_code == 200


def test_measuring_costs_no_query(here: Cast, capture: Capture, queries: Any, settings: Any) -> None:
    client = here.sign_in(here.member)
    browse(here, client=client)
    settings.CAPTURE = False
    with queries() as _counted, connection.execute_wrapper(_counting := _Counter()):
        browse(here, client=client)
    without = _counting.number
    settings.CAPTURE = True
    with connection.execute_wrapper(_counting := _Counter()):
        browse(here, client=client)
    assert _counting.number == without


class _Counter:
    number = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.number += 1
        return execute(sql, params, many, context)


def test_the_beat_schedule_names_real_tasks() -> None:
    app.loader.import_default_modules()
    for name, entry in django_settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["task"] in app.tasks, name
