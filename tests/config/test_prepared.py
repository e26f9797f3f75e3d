"""A start does without preparation only where nothing of what it looks at has changed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.services import prepared


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small program, in whose folder of changing things everything is prepared."""
    for name in (*prepared.VARIABLES, *prepared.ELSEWHERE):
        monkeypatch.delenv(name, raising=False)
    for folder in prepared.FOLDERS:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "one.py").write_text("first")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "run.txt").write_text("django")
    for folder in ("run", "static", "mail", "media"):
        (tmp_path / "var" / folder).mkdir(parents=True)
    monkeypatch.setattr(prepared, "PROJECT", tmp_path)
    monkeypatch.setattr(prepared, "_state", lambda _var_dir: "47|47|t|t")
    keep(tmp_path)
    return tmp_path


def keep(program: Path) -> None:
    prepared.keep_prepared(program / "var", prepared.fingerprints(program / "var").edited)


def is_prepared(program: Path) -> bool:
    return prepared.is_prepared(program / "var")


def test_where_nothing_has_changed_nothing_is_to_do(program: Path) -> None:
    assert is_prepared(program)
    (program / "config" / "__pycache__").mkdir()
    (program / "config" / "__pycache__" / "one.pyc").write_text("compiled")
    assert is_prepared(program), "what Python keeps for itself is no change"


@pytest.mark.parametrize("folder", prepared.FOLDERS)
def test_a_file_that_has_changed_come_or_gone(program: Path, folder: str) -> None:
    (program / folder / "deep").mkdir()
    (program / folder / "deep" / "two.py").write_text("new")
    assert not is_prepared(program)
    keep(program)
    # A clock may stand still between two writings: as many signs as before would look like the same file.
    (program / folder / "one.py").write_text("another")
    assert not is_prepared(program)
    keep(program)
    (program / folder / "one.py").unlink()
    assert not is_prepared(program)


def test_what_preparation_makes_itself_is_seen_and_is_no_edit(program: Path) -> None:
    prepared.forget_prepared(program / "var")
    before = prepared.fingerprints(program / "var").edited
    catalog = program / "locale" / "django.mo"
    catalog.write_text("compiled")
    prepared.keep_prepared(program / "var", before)
    assert is_prepared(program)
    catalog.unlink()
    assert not is_prepared(program)


def test_what_was_edited_while_all_was_prepared_is_looked_at_again(program: Path) -> None:
    prepared.forget_prepared(program / "var")
    before = prepared.fingerprints(program / "var").edited
    (program / "config" / "one.py").write_text("edited")
    prepared.keep_prepared(program / "var", before)
    assert not is_prepared(program)


def test_other_packages(program: Path) -> None:
    (program / "requirements" / "run.txt").write_text("django, newer")
    assert not is_prepared(program)


@pytest.mark.parametrize("name", prepared.VARIABLES)
def test_other_wishes(program: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "0")
    assert not is_prepared(program)


@pytest.mark.parametrize("name", prepared.ELSEWHERE)
def test_a_database_elsewhere(program: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "postgresql://parvis_web@elsewhere/parvis")
    assert not is_prepared(program)
    keep(program)
    assert not is_prepared(program), "of which nothing is known"


@pytest.mark.parametrize("state", ["48|48|t|t", "47|47|f|t", "47|47|t|f", ""])
def test_another_database(program: Path, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    monkeypatch.setattr(prepared, "_state", lambda _var_dir: state)
    assert not is_prepared(program)


def test_a_database_that_does_not_answer_is_not_kept(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared.forget_prepared(program / "var")
    monkeypatch.setattr(prepared, "_state", lambda _var_dir: "")
    keep(program)
    assert not is_prepared(program)


@pytest.mark.parametrize("left", ["run/demo.unfinished", "run/first-operator"])
def test_what_is_left_to_do(program: Path, left: str) -> None:
    (program / "var" / left).touch()
    assert not is_prepared(program)


@pytest.mark.parametrize("folder", ["static", "mail", "media"])
def test_a_folder_that_is_gone(program: Path, folder: str) -> None:
    (program / "var" / folder).rmdir()
    assert not is_prepared(program)


def test_a_preparation_that_failed(program: Path) -> None:
    prepared.forget_prepared(program / "var")
    assert not is_prepared(program)


def test_a_link_that_leads_nowhere_stops_no_start(program: Path) -> None:
    """As some editors leave beside a file that is being edited."""
    lock = program / "config" / ".#one.py"
    lock.symlink_to("somebody@somewhere.4711:1764400000")
    assert not is_prepared(program)
    keep(program)
    assert is_prepared(program)
    lock.unlink()
    lock.symlink_to("somebody@somewhere.4712:1764400000")
    assert not is_prepared(program)


def test_what_lies_behind_a_link_is_looked_at(
    program: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "deep.py").write_text("first")
    (program / "config" / "linked").symlink_to(elsewhere)
    (elsewhere / "round").symlink_to(program / "config")
    (program / "config" / "alone.py").symlink_to(elsewhere / "deep.py")
    keep(program)
    assert is_prepared(program)
    (elsewhere / "deep.py").write_text("other words")
    assert not is_prepared(program)
    keep(program)
    (elsewhere / "two.py").write_text("new")
    assert not is_prepared(program)


def test_a_file_that_goes_while_it_is_looked_at(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = os.scandir

    def scanned_and_gone(folder: Any) -> list[Any]:
        entries = list(scan(folder))
        for entry in entries:
            if entry.name == "one.py":
                Path(entry.path).unlink()
        return entries

    # The folder of this test is taken away by the same function.
    with monkeypatch.context() as looking:
        looking.setattr(os, "scandir", scanned_and_gone)
        assert not is_prepared(program)
        assert prepared.fingerprints(program / "var") == prepared.UNKNOWN


def test_a_folder_that_is_away(program: Path) -> None:
    (program / "static" / "one.py").unlink()
    (program / "static").rmdir()
    assert not is_prepared(program)


def test_both_are_found_by_one_look(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Path] = []
    files = prepared._files

    def counted(folder: Path, above: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        looked.append(folder)
        yield from files(folder, above)

    before = prepared.fingerprints(program / "var").edited
    monkeypatch.setattr(prepared, "_files", counted)
    prepared.keep_prepared(program / "var", before)
    assert sorted(path.name for path in looked) == sorted(prepared.FOLDERS)


@pytest.mark.parametrize(
    "problem", [subprocess.TimeoutExpired("psql", prepared.PATIENCE), FileNotFoundError("psql")]
)
def test_a_database_that_does_not_answer_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    told: dict[str, Any] = {}

    def hangs(command: list[str], **options: Any) -> None:
        told.update(options)
        raise problem

    monkeypatch.setattr(subprocess, "run", hangs)
    assert prepared._state(tmp_path) == ""
    assert told["timeout"] == prepared.PATIENCE
    assert "statement_timeout" in told["env"]["PGOPTIONS"]
