"""Writer and worker at once, on two real connections; the control shows what the append-only log avoids."""

from __future__ import annotations

import datetime
import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction

from analytics.capture import rollups
from analytics.capture.models import AudienceHour, DirtyHour, Event, Kind, Position
from analytics.capture.rollups import roll_up
from analytics.capture.storing import mark_dirty
from config.services.processes import wait_until
from tests.communities.content.test_races import at_once
from tests.conftest import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)


def elsewhere_at_once(act: Callable[[], object]) -> None:
    """Run on a connection of its own, to the end."""

    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    assert not thread.is_alive(), "it waits for us"


def add_event(minute: int) -> None:
    at = HOUR + datetime.timedelta(minutes=minute)
    row = {"visitor": 1, "visit": 1, "visit_at": HOUR, "entry": minute == 0, "channel": 19}
    Event.objects.create(uid=uuid.uuid4(), occurred_at=at, kind=Kind.PAGE_VIEW, **row)


def counted(cast: Cast) -> int:
    with cast.scope():
        return sum(AudienceHour.objects.values_list("events", flat=True))


def prepared() -> Cast:
    cast = make_cast()
    with connection.cursor() as cursor:
        cursor.execute("select make_event_month(%s)", [HOUR])
    return cast


def interleave(cast: Cast, mark: Callable[[], object], pass_over: Callable[[], object]) -> None:
    """An event is stored and its hour marked; before that commits, a worker takes the earlier mark and counts."""
    with cast.scope():
        add_event(0)
        mark()
    with cast.scope():
        add_event(1)
        mark()
        elsewhere_at_once(pass_over)


def test_an_event_that_commits_late_is_counted_on_the_next_pass() -> None:
    cast = prepared()
    interleave(cast, lambda: mark_dirty([HOUR]), lambda: roll_up(cast.community))
    assert counted(cast) == 1, "the second event had not been committed"
    with cast.scope():
        assert DirtyHour.objects.count() == 1
    roll_up(cast.community)
    assert counted(cast) == 2


def test_control_with_a_unique_mark_the_late_event_is_lost() -> None:
    """What the log must not be: one row for each hour, left alone where it exists."""
    cast = prepared()

    def mark() -> None:
        rows = [Position(name=f"hour of {cast.community.pk}", position="")]
        Position.objects.bulk_create(rows, ignore_conflicts=True)

    def pass_over() -> int:
        with cast.scope():
            taken, _kinds = Position.objects.filter(name=f"hour of {cast.community.pk}").delete()
            if taken:
                rollups.count_hour(cast.community, HOUR)
        return taken

    interleave(cast, mark, pass_over)
    assert pass_over() == 0, "nothing says any more that the hour is wrong"
    with cast.scope():
        assert Event.objects.count() == 2
    assert counted(cast) == 1, "lost for ever"


def test_a_worker_killed_in_mid_roll_up_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = prepared()
    with cast.scope():
        add_event(0)
        mark_dirty([HOUR])

    class Killed(BaseException):
        pass

    def dies(*_arguments: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(rollups, "count_day", dies)
        with pytest.raises(Killed):
            roll_up(cast.community)
    assert counted(cast) == 0, "half a pass leaves nothing"
    with cast.scope():
        assert DirtyHour.objects.count() == 1, "the hour is still to be counted"
    roll_up(cast.community)
    assert counted(cast) == 1


def test_a_connection_cut_in_mid_roll_up_loses_nothing() -> None:
    """The server sees a dead worker as a connection that ends without a commit."""
    cast = prepared()
    with cast.scope():
        add_event(0)
        mark_dirty([HOUR])

    server_process: list[int] = []

    def cut() -> None:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("select set_config('app.community', %s, true)", [str(cast.community.pk)])
                bounds = {"most": 10, "slice": rollups.SLICE, "piled_up": rollups.PILED_UP}
                cursor.execute(rollups.TAKE, {"community": cast.community.pk, **bounds})
                assert cursor.rowcount == 1
            assert connection.connection is not None
            server_process.append(connection.connection.info.backend_pid)
            connection.connection.close()

    def cut_off() -> None:
        with pytest.raises(Exception, match="clos"):
            cut()

    elsewhere_at_once(cut_off)
    # On a busy machine it takes the server a moment to notice; until then the mark is taken.
    assert wait_until(lambda: not _works(server_process[0]), seconds=60)
    assert roll_up(cast.community) == 1
    assert counted(cast) == 1


def _works(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select from pg_stat_activity where pid = %s", [pid])
        return cursor.rowcount > 0


def test_two_workers_at_once_count_each_hour_right() -> None:
    cast = prepared()
    with cast.scope():
        for minute in range(20):
            add_event(minute)
            mark_dirty([HOUR])
    answers = at_once(2, lambda _number: roll_up(cast.community, most=5))
    assert not [one for one in answers if isinstance(one, Exception)], answers
    while roll_up(cast.community):
        pass
    assert counted(cast) == 20


def test_a_month_that_two_want_at_once_is_made_by_one_of_them(here: Cast) -> None:
    """The second one has looked for its table before it waits; what it knows of it is older than the table."""
    # Of no order, visit or log that another test brings: a month that is there already is waited for by nobody.
    month = datetime.datetime(2003, 5, 2, tzinfo=datetime.UTC)
    made: list[bool] = []

    def make() -> None:
        with connection.cursor() as cursor:
            cursor.execute("select make_event_month(%s)", [month])
            made.append(cursor.fetchone()[0])

    def second() -> None:
        try:
            make()
        finally:
            connections.close_all()

    thread = threading.Thread(target=second)
    try:
        with transaction.atomic():
            make()
            thread.start()
            assert wait_until(_somebody_waits_for_a_lock, seconds=30)
        thread.join(60)
        assert made == [True, False]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select drop_event_months(%s)", [month + datetime.timedelta(days=60)])


def _somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        # What is told of activity stays the same within a transaction; of locks it does not.
        cursor.execute(
            "select exists (select from pg_locks l join pg_database d on d.oid = l.database"
            " where not l.granted and l.locktype = 'advisory' and d.datname = current_database())"
        )
        return bool(cursor.fetchone()[0])
