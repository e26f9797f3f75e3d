"""What is noted of the files that have a floor (`tests/reaching.py`): neither more nor less than what was run."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from coverage import Coverage

from tests import reaching

SOURCE = '''"""A module."""
from __future__ import annotations

import functools


@functools.cache
def told(what: str) -> str:
    """What is said."""
    if what == "ill":
        raise ValueError(what)
    elif what == "well":
        return "Well."
    match what:
        case "ill or well":
            return "Either."
        case _:
            pass
    try:
        return told("ill")
    except KeyError:
        return "Never."
    except ValueError:
        return "Otherwise."
    finally:
        what = ""
'''


def noted_by(*whats: str) -> tuple[set[int], dict[str, Any]]:
    reached: set[int] = set()
    made: dict[str, Any] = {reaching.NOTE: reached.add}
    exec(compile(reaching.with_notes(SOURCE, "told.py"), "told.py", "exec"), made)  # noqa: S102
    for what in whats:
        try:
            made["told"](what)
        except ValueError:
            pass
    return reached, made


@pytest.mark.parametrize(
    ("whats", "lines"),
    [
        ((), set()),
        (("ill",), {10, 11}),
        (("well",), {10, 12, 13}),
        (("ill or well",), {10, 12, 14, 15, 16}),
        (("neither",), {10, 11, 12, 14, 17, 18, 19, 20, 23, 24, 26}),
    ],
)
def test_lines_are_noted_that_were_reached(whats: tuple[str, ...], lines: set[int]) -> None:
    reached, made = noted_by(*whats)
    assert reached == {2, 4, 7, 8} | lines
    assert (made["__doc__"], made["told"].__doc__) == ("A module.", "What is said.")


def test_every_statement_that_counts_is_noted() -> None:
    """The measure is what coverage calls a statement."""
    measure = Coverage(data_file=None, config_file=str(reaching.PROJECT / "pyproject.toml"))
    for name in reaching.floored():
        path = reaching.PROJECT / name
        notes = {
            one.args[0].value
            for one in ast.walk(reaching.with_notes(path.read_bytes(), name))
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == reaching.NOTE
        }
        assert set(measure.analysis2(str(path))[1]) - notes == set(), name
