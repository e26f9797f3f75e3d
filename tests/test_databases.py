"""The databases of the tests themselves: made once, copied, and swept up after whoever was killed."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.test.utils import CaptureQueriesContext

from communities.console.place.services import change_place
from communities.memory import forget_all
from communities.models import Community
from config.services.processes import wait_until
from members.models import Member
from tests import databases, emptying
from tests.conftest import Cast
from tests.databases import Server, drop_orphans, own_database

SOMETHING_IN = "select '{0}' where exists (select from {0})"


@pytest.fixture
def server(servers: None) -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def apart(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Templates of other names, quickly made; calling it changes what they are made of."""
    mark = secrets.token_hex(4)
    migration = tmp_path / "0001_initial.py"
    migration.write_text("")
    for name in ("TEMPLATE", "DRAFT", "COPY"):
        monkeypatch.setattr(databases, name, f"{name.lower()}_{mark}_")
    monkeypatch.setattr(databases, "ingredients", lambda: [migration])
    monkeypatch.setattr(databases, "_migrate", lambda name: None)
    yield lambda: migration.write_text(migration.read_text() + "another line\n") and None
    for prefix in (databases.TEMPLATE, databases.DRAFT, databases.COPY):
        for name in server.databases(prefix):
            server.drop(name)


def test_a_template_is_made_once_and_each_copy_has_a_name_of_its_own(
    server: Server, apart: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(databases, "_migrate", made.append)
    with own_database("gw0") as one, own_database("gw0") as other:
        assert one != other
        assert set(server.databases(databases.COPY)) == {one, other}
    assert len(made) == 1
    assert server.databases(databases.COPY) == []


def test_another_migration_makes_another_template_and_only_the_newest_are_kept(
    server: Server, apart: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "KEPT_TEMPLATES", 2)
    seen: list[str] = []
    for _ in range(3):
        with own_database("gw0"):
            seen.append(server.databases(databases.TEMPLATE)[-1])
        apart()
    assert len(set(seen)) == 3
    assert server.databases(databases.TEMPLATE) == seen[1:]


def test_a_run_that_is_killed_while_it_migrates_leaves_nothing_that_looks_like_a_template(
    server: Server, apart: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(name: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(databases, "_migrate", die)
        with pytest.raises(KeyboardInterrupt), own_database("gw0"):
            pass
    assert server.databases(databases.TEMPLATE) == []
    assert len(server.databases(databases.DRAFT)) == 1
    with own_database("gw0"):
        assert server.databases(databases.DRAFT) == []
        assert len(server.databases(databases.TEMPLATE)) == 1


def test_what_killed_runs_left_is_dropped_and_what_others_use_is_not(
    server: Server, apart: Callable[[], None]
) -> None:
    left = f"{databases.COPY}gw0_left"
    server.run(f"create database {left}")
    with own_database("gw1") as used:
        assert server.databases(databases.COPY) == [used]
        assert drop_orphans(server) == []


def test_the_fingerprint_covers_our_migrations_and_those_of_the_packages() -> None:
    names = {"/".join(path.parts[-3:]) for path in databases.ingredients()}
    assert {
        "content/migrations/0002_walls.py",
        "members/migrations/0001_initial.py",
        "account/migrations/0001_initial.py",
        "sessions/migrations/0001_initial.py",
    } <= names


@pytest.mark.parametrize("way", ["deleted", "too much", "nobody may"])
@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_what_was_committed_is_gone_at_one_stroke_and_what_stands_stays(
    here: Cast, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with here.scope():
        # What the database lets nobody delete, whom its triggers bind.
        change_place(here.community, by=here.manager, changes={"tagline": "Mended by hand"})
    standing = _standing()
    assert min(standing) > 0
    assert {"communities_community", "members_member", "journal_change"} <= _filled()
    # Whatever was rolled back here before takes up room as well.
    monkeypatch.setattr(emptying, "MOST", 0 if way == "too much" else 10**12)
    if way == "nobody may":
        monkeypatch.setattr(emptying, "ADMIN_ROLE", connections["default"].settings_dict["USER"])
        monkeypatch.setattr(emptying, "_deleting", {})
    # On a server of somebody else's, tables are truncated whatever the way.
    by_deleting = way == "deleted" and emptying._superuser(connections["owner"]) is not None
    deleted: list[bool] = []
    delete = emptying._delete
    monkeypatch.setattr(
        emptying, "_delete", lambda connection: deleted.append(delete(connection)) or deleted[-1]
    )
    with (
        CaptureQueriesContext(connections["default"]) as asked,
        CaptureQueriesContext(connections["owner"]) as also,
    ):
        emptying.empty(["default", "owner"])
    strokes = [query["sql"] for query in (*asked, *also) if query["sql"].startswith("TRUNCATE")]
    assert (deleted, len(strokes)) == (([True], 0) if by_deleting else ([False], 1))
    assert _standing() == standing
    assert _filled() == set()
    forget_all()
    assert Community.objects.filter(pk=here.community.pk).count() == 0
    assert Member.objects.count() == 0


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_what_a_request_still_writes_that_has_only_read_so_far_is_gone_as_well(db: None) -> None:
    late = psycopg2.connect(**connections["default"].get_connection_params())
    watching = psycopg2.connect(**connections["owner"].get_connection_params())
    watching.autocommit = True
    with late.cursor() as late_one, watching.cursor() as watcher:
        late_one.execute("select count(*) from django_session")
        late_one.execute("select oid from pg_database where datname = current_database()")
        number = late_one.fetchone()
        emptied = threading.Thread(target=_empty_in_a_thread)
        emptied.start()

        def is_waiting_or_done() -> bool:
            watcher.execute("select from pg_locks where not granted and database = %s", number)
            return bool(watcher.rowcount) or not emptied.is_alive()

        assert wait_until(is_waiting_or_done, seconds=60)
        late_one.execute("insert into django_session values ('late', '', now())")
        late.commit()
        emptied.join()
    late.close()
    watching.close()
    assert _filled() == set()


def _empty_in_a_thread() -> None:
    try:
        emptying.empty(["default", "owner"])
    finally:
        connections.close_all()


def _standing() -> tuple[int, int]:
    return ContentType.objects.count(), Permission.objects.count()


def _filled() -> set[str]:
    """The tables in which something is, apart from those; read by their owner, whom no wall binds."""
    connection = connections["owner"]
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    asked = [SOMETHING_IN.format(table) for table in sorted(tables - emptying.STANDING)]
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(asked))
        return {name for (name,) in cursor.fetchall()}
