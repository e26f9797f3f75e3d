"""Deleting what is due: nothing of it stays, nothing of another community goes, a piece at a time."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from communities.console.place import erasing
from communities.console.place.erasing import TABLES, erase_community, erase_due
from communities.console.recipe.models import SavedBlueprint
from communities.console.tasks import erase_communities
from communities.content.images import store_picture
from communities.content.models import Space
from communities.content.services.uploading import upload_file
from communities.launch.models import LaunchLogEntry
from communities.memory import forget_all
from communities.models import Community
from communities.scoping import community_scope
from tests.conftest import Cast
from tests.factories import make_space
from tests.sweeps.world import World, make_world

pytestmark = pytest.mark.django_db


COUNT = "select count(*) from {table} where community_id = %s"
DELETE = "delete from {table}"
JOURNALS = ("moderation_auditevent", "moderation_decision", "journal_change", "launch_launchlogentry")


def a_picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return SimpleUploadedFile("a.png", out.getvalue(), "image/png")


def rows_of(community_id: int) -> dict[str, int]:
    """How many rows each table has of one community, seen from inside it."""
    counts = {}
    with community_scope(community_id), connection.cursor() as cursor:
        cursor.execute(TABLES)
        for table in sorted(row[0] for row in cursor.fetchall()):
            cursor.execute(COUNT.format(table=table), [community_id])
            counts[table] = cursor.fetchone()[0]
    return counts


def make_due(cast: Cast, *, ago: datetime.timedelta = datetime.timedelta(minutes=1)) -> None:
    Community.objects.filter(pk=cast.community.pk).update(state="read_only", deletes_at=timezone.now() - ago)
    forget_all()


@pytest.fixture
def full() -> World:
    """A community with one row of almost everything, and files."""
    return make_world()


def test_nothing_of_it_stays_and_nothing_else_goes(full: World) -> None:
    here, elsewhere = full.here, full.elsewhere
    with elsewhere.scope():
        kept = upload_file(a_picture(), by=elsewhere.member)
    with here.scope():
        gone = upload_file(a_picture(), by=here.member)
    logo = store_picture(a_picture(), folder="public/brands")
    portrait = store_picture(a_picture(), folder="public/portraits")
    Community.objects.filter(pk=here.community.pk).update(logo=logo.path)
    with here.scope():
        type(here.member).objects.filter(pk=here.member.pk).update(portrait=portrait.path)
    before = rows_of(elsewhere.community.pk)
    assert sum(rows > 0 for rows in rows_of(here.community.pk).values()) > 40
    make_due(here)
    assert erase_communities() == 1
    assert not Community.objects.filter(pk=here.community.pk).exists()
    left = rows_of(here.community.pk)
    assert {table: rows for table, rows in left.items() if rows} == {}
    assert rows_of(elsewhere.community.pk) == before
    for path in (gone.path, logo.path, portrait.path):
        assert not default_storage.exists(path), path
    assert default_storage.exists(kept.path)


def test_a_run_does_no_more_than_its_budget_and_the_next_goes_on(full: World) -> None:
    here = full.here
    make_due(here)
    runs = 0
    while Community.objects.filter(pk=here.community.pk).exists():
        before = sum(rows_of(here.community.pk).values())
        done, finished = erase_community(here.community, budget=20)
        after = 0 if finished else sum(rows_of(here.community.pk).values())
        assert done <= 20
        assert finished or before - after <= 20, "children went with their parents"
        runs += 1
        assert runs < 200
    assert runs > 3


def test_a_row_goes_before_a_later_one_that_it_refers_to(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with here.scope():
        inner, upper = make_space(), make_space()
        Space.objects.filter(pk=inner.pk).update(parent=upper)
    assert inner.pk < upper.pk
    make_due(here)
    monkeypatch.setattr(erasing, "PIECE", 1)
    _done, finished = erase_community(here.community)
    assert finished


def test_nothing_is_removed_from_where_it_has_nothing(here: Cast) -> None:
    """There are two hundred tables, and most communities use a third of them."""
    counts = rows_of(here.community.pk)
    nothing = {table for table, rows in counts.items() if not rows}
    assert len(nothing) > 100
    make_due(here)
    with CaptureQueriesContext(connection) as told:
        _done, finished = erase_community(here.community)
    assert finished
    removed = re.compile(r"\s*delete from \"?([a-z_]+)", re.IGNORECASE)
    asked = [found[1] for query in told.captured_queries if (found := removed.match(query["sql"]))]
    assert "communities_membership" in asked
    assert sorted(nothing & set(asked)) == []


def test_what_was_made_of_it_stays_and_names_it_no_more(here: Cast) -> None:
    account = here.member.member
    assert account is not None
    kept = SavedBlueprint.objects.create(
        account=account, name="Ours", said={}, language="en", made_of=here.community
    )
    make_due(here)
    assert erase_due() == 1
    kept.refresh_from_db()
    assert kept.made_of is None


def test_before_its_day_nothing_goes(here: Cast) -> None:
    make_due(here, ago=-datetime.timedelta(minutes=1))
    assert erase_due() == 0
    assert Community.objects.filter(pk=here.community.pk).exists()
    assert rows_of(here.community.pk)["communities_membership"] == 6


def test_journals_refuse_deletion_before_that_day(full: World) -> None:
    here = full.here
    with here.scope():
        LaunchLogEntry.objects.create(act="added", stage_name="Crew")
        counts = rows_of(here.community.pk)
        for table in JOURNALS:
            assert counts[table], f"no row of {table} to try it on"
            with pytest.raises(DatabaseError, match="append-only"):
                delete_all(table)
        assert rows_of(here.community.pk) == counts


@transaction.atomic
def delete_all(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(DELETE.format(table=table))


def test_what_is_written_before_the_last_statement_goes_too(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who was still at it, after no table had anything left: the row is found in one more round."""
    make_due(here)
    with here.scope():
        late = make_space()
    look, written = erasing.Tables.in_which, []

    def in_which(tables: erasing.Tables, community: Community) -> list[erasing.Table]:
        found = look(tables, community)
        if not found and not written:
            with community_scope(community):
                written.append(Space.objects.bulk_create([late])[0].pk)
        return found

    monkeypatch.setattr(erasing.Tables, "in_which", in_which)
    with connection.cursor() as cursor:
        # As at a commit, which no test reaches.
        cursor.execute("set constraints all immediate")
    _done, finished = erase_community(here.community)
    assert written
    assert finished
    assert not any(rows_of(here.community.pk).values())


def test_a_piece_that_is_refused_does_not_lose_those_before(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once: as where a trigger has written, while it went, what refers to the rest."""
    make_due(here)
    rows = sum(rows_of(here.community.pk).values())
    by_indexes, pieces = erasing._by_indexes, []

    class Cursor:
        def __init__(self, cursor: Any) -> None:
            self.cursor = cursor

        def __getattr__(self, name: str) -> Any:
            return getattr(self.cursor, name)

        def execute(self, statement: str, *values: Any) -> None:
            if statement.strip().startswith("delete from"):
                pieces.append(statement)
                if len(pieces) == 2:
                    raise IntegrityError
            self.cursor.execute(statement, *values)

    @contextmanager
    def watched() -> Iterator[Any]:
        with by_indexes() as cursor:
            yield Cursor(cursor)

    monkeypatch.setattr(erasing, "_by_indexes", watched)
    monkeypatch.setattr(erasing, "PIECE", 1)
    done, finished = erase_community(here.community)
    assert pieces[0] == pieces[1], "two pieces of one table"
    assert finished
    assert done >= rows


def test_what_never_goes_is_said(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make_due(here)
    tries = []

    def refuses(community: Community, _tables: erasing.Tables) -> None:
        tries.append(community.pk)
        raise IntegrityError

    monkeypatch.setattr(erasing, "_erase_itself", refuses)
    with pytest.raises(IntegrityError):
        erase_community(here.community)
    assert len(tries) == 2
