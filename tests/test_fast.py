"""What bin/test --fast chooses, and what the floors of coverage say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(PROJECT / "bin"))
    import changed

    return changed


@pytest.fixture
def floors(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(PROJECT / "bin"))
    import floors

    return floors


def test_a_changed_module_means_its_place_then_whoever_imports_it(changed: ModuleType) -> None:
    chosen = changed.tests_for(["moderation/words.py"])
    assert {"tests/moderation/test_words.py", "tests/moderation/test_holding.py"} <= set(chosen)
    assert chosen.index("tests/moderation/test_words.py") < len(
        list((PROJECT / "tests/moderation").glob("test_*"))
    )


def test_a_changed_test_comes_first(changed: ModuleType) -> None:
    chosen = changed.tests_for(["communities/memory.py", "tests/members/test_tasks.py"])
    assert chosen[0] == "tests/members/test_tasks.py"
    assert "tests/communities/test_visitor_pages.py" in chosen


@pytest.mark.parametrize(
    ("path", "test"),
    [
        ("templates/forums/show_thread.html", "tests/sweeps/test_sources.py"),
        ("static/css/base.css", "tests/sweeps/test_sources.py"),
        ("README.md", "tests/test_docs.py"),
        ("locale/fr/LC_MESSAGES/django.po", "tests/test_translations.py"),
        ("moderation/migrations/0002_walls.py", "tests/communities/test_scoping.py"),
    ],
)
def test_what_is_no_module_has_its_sweep(changed: ModuleType, path: str, test: str) -> None:
    assert test in changed.tests_for([path])


def test_nothing_changed_needs_no_test(changed: ModuleType) -> None:
    assert changed.tests_for([]) == []


def test_when_the_time_is_over_the_rest_is_left_and_said(tmp_path: Path) -> None:
    (tmp_path / "test_rest.py").write_text("def test_one():\n    assert False\n\n\ntest_two = test_one\n")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "bounded",
            "-c",
            "/dev/null",
            "--rootdir",
            ".",
            "test_rest.py",
        ],
        cwd=tmp_path,
        env={"PYTHONPATH": str(PROJECT / "bin"), "PARVIS_FAST_SECONDS": "0", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 tests of 1 files are left to bin/test" in done.stdout, done.stdout + done.stderr


def test_a_floor_is_held_or_named(floors: ModuleType) -> None:
    enough = floors.Reach("a.py", 80, statements=10, missing=2)
    short = floors.Reach("b.py", 81, statements=10, missing=2)
    assert enough.is_enough
    assert not short.is_enough
    assert "b.py  BELOW ITS FLOOR of 81 %" in str(short)


def test_every_floor_stands_for_files_that_exist(floors: ModuleType) -> None:
    for pattern, floor in floors.FLOORS.items():
        assert list(PROJECT.glob(pattern)), pattern
        assert 50 <= floor <= 100, pattern
