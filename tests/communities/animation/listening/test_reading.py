"""Feeds are read by the clock, with what they said before; what fails is told in words; old mentions are counts."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from communities.animation.listening import reading, services
from communities.animation.listening.feeds import Said
from communities.animation.listening.models import (
    KEPT,
    MOST_SOURCES,
    Mention,
    MentionDay,
    MentionMatch,
    MentionSource,
)
from communities.animation.listening.reading import AT_MOST, EVERY, MOST_AT_ONCE, count_old
from communities.animation.listening.taking import match_again, take
from communities.animation.listening.tasks import read_mentions
from communities.calendar import day_of
from communities.memory import forget_all
from communities.models import Community
from config.schedule import SCHEDULE
from tests.conftest import Cast
from tests.web_server import HOST, Answer, WebServer, web  # noqa: F401  a fixture

ITEM = "<item><guid>{n}</guid><title>{title}</title><pubDate>{at}</pubDate></item>"


def feed(*titles: str, at: datetime.datetime | None = None) -> bytes:
    moment = (at or timezone.now()).strftime("%a, %d %b %Y %H:%M:%S +0000")
    items = "".join(ITEM.format(n=n, title=title, at=moment) for n, title in enumerate(titles))
    return f"<rss><channel>{items}</channel></rss>".encode()


@pytest.fixture
def source(here: Cast) -> MentionSource:
    with here.scope():
        services.track_name("Halyard", [], rival=False, by=here.manager)
        return services.add_feed("News", f"http://{HOST}/feed.xml", by=here.manager)


def due(here: Cast, source: MentionSource) -> MentionSource:
    """Read it now."""
    with here.scope():
        MentionSource.objects.filter(pk=source.pk).update(due_at=timezone.now())
    read_mentions()
    with here.scope():
        return MentionSource.objects.get(pk=source.pk)


def titles(here: Cast) -> list[str]:
    with here.scope():
        return list(Mention.objects.order_by("title").values_list("title", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_feed_is_read_once_and_asked_for_what_is_new(
    here: Cast,
    source: MentionSource,
    web: WebServer,  # noqa: F811
) -> None:
    known = {"ETag": '"1"', "Last-Modified": "Tue, 10 Nov 2026 09:00:00 GMT"}
    web.pages["/feed.xml"] = Answer(200, feed("Halyard wins", "Nothing of ours"), known)
    row = due(here, source)
    assert titles(here) == ["Halyard wins"], "a feed’s other entries are not kept"
    assert (row.problem, row.failures) == ("", 0)
    assert row.read_at is not None
    assert row.due_at is not None
    assert row.due_at > timezone.now()

    web.pages["/feed.xml"] = Answer(304)
    due(here, source)
    assert web.asked[-1][1]["if-none-match"] == '"1"'
    assert web.asked[-1][1]["if-modified-since"] == known["Last-Modified"]

    web.pages["/feed.xml"] = Answer(200, feed("Halyard wins", "Halyard again"))
    due(here, source)
    assert titles(here) == ["Halyard again", "Halyard wins"], "each once"
    asked = len(web.asked)
    read_mentions()
    assert len(web.asked) == asked, "not before it is due"


@pytest.mark.django_db(transaction=True)
def test_what_fails_is_told_and_waits_longer_and_stops_no_other(
    here: Cast,
    source: MentionSource,
    web: WebServer,  # noqa: F811
) -> None:
    with here.scope():
        other = services.add_feed("Another", f"http://{HOST}/other.xml", by=here.manager)
    web.pages["/other.xml"] = Answer(200, feed("Halyard elsewhere"))
    web.pages["/feed.xml"] = Answer(503)
    pauses = []
    for _turn in range(3):
        row = due(here, source)
        assert row.due_at is not None
        pauses.append(row.due_at - timezone.now())
    assert (row.problem, row.status, row.failures) == ("status", 503, 3)
    assert EVERY * 3 < pauses[2] <= EVERY * 4
    assert pauses[0] < pauses[1] < pauses[2] < AT_MOST
    assert titles(here) == ["Halyard elsewhere"]
    text = here.sign_in(here.manager).get(here.url("/manage/listening/sources/")).content.decode()
    assert "It answered that there is nothing to read." in text
    assert "(503)" in text
    for page, problem in ((Answer(200, b"<html/>"), "unreadable"), (Answer(200, b"x" * 3_000_000), "large")):
        web.pages["/feed.xml"] = page
        assert due(here, source).problem == problem
    web.pages["/feed.xml"] = Answer(200, feed("Halyard is back"))
    row = due(here, source)
    assert (row.problem, row.failures, row.status) == ("", 0, 0)
    with here.scope():
        assert MentionSource.objects.get(pk=other.pk).problem == ""


@pytest.mark.django_db(transaction=True)
def test_nothing_is_held_while_a_feed_is_fetched(
    here: Cast, source: MentionSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def fetched(*_args: Any, **_named: Any) -> Any:
        seen.append(transaction.get_connection().in_atomic_block)
        raise reading.NotFetched(reading.Why.SILENT)

    monkeypatch.setattr(reading, "fetch", fetched)
    assert due(here, source).problem == "silent"
    assert seen == [False]


@pytest.mark.django_db(transaction=True)
def test_where_the_part_is_closed_nothing_is_read(
    here: Cast,
    source: MentionSource,
    web: WebServer,  # noqa: F811
) -> None:
    Community.objects.filter(pk=here.community.pk).update(open_features=["forums"])
    forget_all()
    due(here, source)
    assert web.asked == []


def test_all_feeds_that_there_can_be_are_read_every_half_hour() -> None:
    [seconds] = [one["schedule"] for one in SCHEDULE.values() if str(one["task"]).endswith(".read_mentions")]
    runs = EVERY // datetime.timedelta(seconds=float(seconds))
    assert runs * MOST_AT_ONCE >= MOST_SOURCES


def told(*said: tuple[str, datetime.datetime]) -> list[Said]:
    return [Said(f"{n}", title, said_at=at) for n, (title, at) in enumerate(said)]


def test_old_mentions_become_counts_and_hidden_ones_leave_none(here: Cast, source: MentionSource) -> None:
    now = timezone.now()
    old = now - KEPT + datetime.timedelta(hours=1)
    with here.scope():
        take(
            source,
            told(("Halyard once", old), ("Halyard twice", old), ("Halyard noise", old), ("Halyard", now)),
        )
        Mention.objects.filter(title="Halyard noise").update(state="hidden")
        assert count_old(here.community, now) == 0
        later = now + datetime.timedelta(hours=2)
        assert count_old(here.community, later) == 3
        assert [(one.day, one.n) for one in MentionDay.objects.all()] == [(day_of(old, here.community), 2)]
        assert titles(here) == ["Halyard"]
        assert take(source, told(("Halyard long ago", old - datetime.timedelta(days=9)))) == 0
        Mention.objects.update(said_at=old)
        count_old(here.community, later)
        assert MentionDay.objects.get().n == 3, "added to what stands there"


def test_a_name_that_is_added_is_found_in_what_is_kept(here: Cast, source: MentionSource) -> None:
    now = timezone.now()
    with here.scope():
        take(source, told(("Halyard and Bowline", now), ("Halyard alone", now)))
        rival = services.track_name("Bowline", [], rival=True, by=here.manager)
        assert match_again(batch=1) == 2
        assert match_again() == 2
        found = MentionMatch.objects.filter(name=rival).values_list("mention__title", flat=True)
        assert list(found) == ["Halyard and Bowline"]
        brand = services.track_name("Halyard Rope", [], rival=False, by=here.manager)
        services.track_name("Yachts", [], rival=True, by=here.manager, row=rival)
        match_again()
        assert not MentionMatch.objects.filter(name=rival).exists()
        assert not MentionMatch.objects.filter(name=brand).exists()
