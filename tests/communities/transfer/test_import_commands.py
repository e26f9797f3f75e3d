"""The two commands: their report, their file, and how they fail."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from communities.content.models import Thread
from communities.models import Community
from communities.scoping import community_scope
from communities.transfer import running
from communities.transfer.arrivals import NewThread
from communities.transfer.exceptions import TransferError
from communities.transfer.report import ImportReport
from communities.transfer.running import THREADS_AT_ONCE
from communities.transfer.writing import ThreadWriter
from tests.conftest import Cast, make_cast
from tests.factories import make_community

from .documents import se_file, write, wxr, wxr_author, wxr_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return make_community(language="en")


def test_wordpress_prints_and_writes_its_report(
    community: Community, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = StringIO()
    path = write(tmp_path, wxr(wxr_author(), wxr_item(1)))

    call_command(
        "import_wordpress", path, community=community.slug, report=tmp_path / "report.json", stdout=out
    )

    assert "articles" in out.getvalue()
    assert json.loads((tmp_path / "report.json").read_text())["made"]["article"] == 1
    assert "Articles [##############################] 100 % (1/1)" in capsys.readouterr().err


def test_stackexchange_rehearses(community: Community, tmp_path: Path) -> None:
    se_file(
        tmp_path, "Posts", 'Id="1" PostTypeId="1" Title="T" Body="B" CreationDate="2011-01-01T00:00:00.000"'
    )
    out = StringIO()

    call_command("import_stackexchange", tmp_path, community=community.slug, dry_run=True, stdout=out)

    assert "Rehearsal: nothing was written." in out.getvalue()
    with community_scope(community):
        assert not Thread.objects.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "<rss><channel><item>",
            "export.xml is not well-formed XML at line 1, column 21 (no element found).",
        ),
        ("<html></html>", "export.xml is not a WordPress export (WXR)."),
    ],
)
def test_a_bad_file_is_one_sentence(community: Community, tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(CommandError) as error:
        call_command("import_wordpress", write(tmp_path, text), community=community.slug)

    assert str(error.value) == sentence
    assert error.value.returncode == 1


def end_politely() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(5)


def raising(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("fail", "sentence"),
    [
        (raising(KeyboardInterrupt()), "Stopped."),
        (end_politely, "Stopped."),
        (
            raising(OSError(28, "No space left on device")),
            "It broke off: [Errno 28] No space left on device.",
        ),
        (raising(TransferError("It is of another site.")), "It is of another site."),
    ],
)
def test_what_breaks_off_says_what_stands(
    community: Community,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fail: Callable[[], None],
    sentence: str,
) -> None:
    path = write(tmp_path, wxr(wxr_author(), *(wxr_item(key) for key in range(1, 61))))
    write_batch = ThreadWriter.write

    def write_first(self: ThreadWriter, batch: list[NewThread]) -> None:
        if len(batch) < THREADS_AT_ONCE:
            fail()
        write_batch(self, batch)

    monkeypatch.setattr(ThreadWriter, "write", write_first)
    with pytest.raises(CommandError) as error:
        call_command("import_wordpress", path, community=community.slug)
    assert (
        str(error.value)
        == f"{sentence} What has been imported so far stays; run the same command again to continue."
    )
    with community_scope(community):
        assert Thread.objects.count() == THREADS_AT_ONCE
    # Of a rehearsal nothing stays.
    with pytest.raises(CommandError) as error:
        call_command("import_wordpress", path, community=community.slug, dry_run=True)
    assert "What has been imported so far stays" not in str(error.value)


def test_a_report_that_cannot_be_written_is_one_sentence(community: Community, tmp_path: Path) -> None:
    path = write(tmp_path, wxr(wxr_author(), wxr_item(1)))
    with pytest.raises(CommandError, match="The import is done; its report could not be written to"):
        call_command(
            "import_wordpress",
            path,
            community=community.slug,
            report=tmp_path / "nowhere" / "a.json",
            stdout=StringIO(),
        )
    with community_scope(community):
        assert Thread.objects.count() == 1


def test_an_unknown_community_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no community called “nowhere”"):
        call_command("import_wordpress", write(tmp_path, wxr()), community="nowhere")


@pytest.mark.django_db(transaction=True)
def test_a_second_import_at_the_same_time_ends_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    monkeypatch.setattr(running, "PATIENCE", 0.1)
    here, there = ImportReport(source="a", community="x"), ImportReport(source="b", community="x")
    refused: list[BaseException] = []

    def second() -> None:
        try:
            with running.import_run(cast.community, there, by=None):
                raise AssertionError("two at once")
        except BaseException as error:  # noqa: BLE001
            refused.append(error)
        finally:
            connection.close()

    with running.import_run(cast.community, here, by=None):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert [type(error) for error in refused] == [TransferError]
    # And once it is over, the next one may.
    with running.import_run(cast.community, there, by=None):
        assert there.seconds == 0


def test_a_fault_of_ours_is_not_taken_for_another_import(here: Cast) -> None:
    with (
        pytest.raises(IntegrityError),
        running.import_run(here.community, ImportReport(source="a", community="x"), by=None),
    ):
        raise IntegrityError("a constraint of ours")
