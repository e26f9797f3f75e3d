"""What reaches the tables: once, whatever dies in between, and for 25 months."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from analytics.capture import recording, storing, stream, tasks
from analytics.capture.models import Event, FilteredDay, Kind
from communities.scoping import community_scope
from tests.analytics.capture.test_capture import Capture, browse, figures_of
from tests.conftest import Cast


def test_what_is_read_twice_is_stored_once(here: Cast, capture: Capture) -> None:
    browse(here)
    browse(here, HTTP_USER_AGENT="curl/8.5")
    recording.buffer.hand_over()
    items, _reached = stream.read_stream("hits", "0-0", 10)
    capture()
    from_stream = [recording.unpack(item) for item in items]
    with here.scope():
        storing.store_hits(here.community, [one for one in from_stream if isinstance(one, recording.Hit)])
        assert Event.objects.count() == 1
    assert tasks.drain_hits() == 0
    with here.scope():
        assert FilteredDay.objects.get().views == 1


def test_a_worker_killed_between_storing_and_trimming_stores_nothing_twice(
    here: Cast, capture: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_name: str, _upto: str) -> None:
        raise KeyboardInterrupt

    browse(here, HTTP_USER_AGENT="curl/8.5")
    monkeypatch.setattr(storing, "trim_stream", killed)
    with pytest.raises(KeyboardInterrupt):
        capture()
    monkeypatch.undo()
    django_settings.CAPTURE = True
    capture()
    with here.scope():
        assert FilteredDay.objects.get().views == 1, (
            "counts are added once, although the stream still had them"
        )


def test_an_item_that_is_not_understood_stops_nothing(
    here: Cast, capture: Capture, caplog: pytest.LogCaptureFixture
) -> None:
    stream.connect().xadd(stream.key_of("hits"), {"v": '[["what"], [1, 2, 3, 4]]'})
    browse(here)
    capture()
    assert figures_of(here) == (1, 1, 1)
    assert "not understood" in caplog.text


@pytest.mark.django_db
def test_the_database_refuses_a_visitor_joined_to_a_member_without_consent(here: Cast) -> None:
    with here.scope(), pytest.raises(IntegrityError, match="event_never_joined"), transaction.atomic():
        Event.objects.create(
            uid=uuid.uuid4(),
            occurred_at=timezone.now(),
            kind=Kind.PAGE_VIEW,
            visitor=1,
            membership=here.member,
        )


@pytest.mark.django_db
def test_partitions_are_made_ahead_and_old_ones_dropped(here: Cast) -> None:
    tasks.make_partitions()
    assert tasks.make_partitions() == 0, "a repeated run makes nothing"
    old = datetime.datetime(2001, 5, 5, tzinfo=datetime.UTC)
    with connection.cursor() as cursor:
        cursor.execute("select make_event_month(%s)", [old])
        assert cursor.fetchone() == (True,)
        cursor.execute(
            "select count(*), bool_and(relrowsecurity) from pg_class"
            " where relname like 'capture\\_event\\_2%%' and relkind = 'r'"
        )
        count, walled = cursor.fetchone()
        assert count >= 5
        assert walled
    with community_scope(here.community):
        Event.objects.create(uid=uuid.uuid4(), occurred_at=old, kind=Kind.PAGE_VIEW, visitor=1)
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from capture_event_2001_05")
            assert cursor.fetchone() == (0,), "a partition shows nothing by itself"
        with connection.cursor() as cursor:
            # As at the end of the transaction that a test never commits.
            cursor.execute("set constraints all immediate")
    tasks.make_partitions()
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('capture_event_2001_05')")
        assert cursor.fetchone() == (None,)


@pytest.mark.django_db
def test_no_event_is_older_than_25_months(here: Cast) -> None:
    now = timezone.now()
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    back = {months: _months_before(first, months) for months in (24, 25, 26)}
    with connection.cursor() as cursor:
        for month in back.values():
            cursor.execute("select make_event_month(%s)", [month])
        with community_scope(here.community):
            for months, month in back.items():
                uid = uuid.UUID(int=months)
                Event.objects.create(uid=uid, occurred_at=month, kind=Kind.PAGE_VIEW, visitor=1)
            cursor.execute("set constraints all immediate")
            tasks.make_partitions()
            assert list(Event.objects.values_list("uid", flat=True)) == [uuid.UUID(int=24)]
        for months in range(tasks.MONTHS_AHEAD + 1):
            ahead = _months_before(first, -months)
            cursor.execute("select to_regclass(%s) is not null", [f"capture_event_{ahead:%Y_%m}"])
            assert cursor.fetchone() == (True,), ahead


def _months_before(first: datetime.datetime, months: int) -> datetime.datetime:
    number = first.year * 12 + first.month - 1 - months
    return first.replace(year=number // 12, month=number % 12 + 1)
