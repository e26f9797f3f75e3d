"""What can be read at one sitting: no file of code or tests past 400 lines, no function of the product past 40."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("config", "members", "communities", "moderation", "analytics")
MOST_LINES, LONGEST_FUNCTION = 400, 40


def files_of(*folders: str) -> Iterator[Path]:
    for folder in folders:
        # Migrations are one long list of what is, and nobody’s to shorten.
        yield from (path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def test_no_file_is_longer_than_400_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in files_of(*PACKAGES, "tests", "bench")
        if (lines := path.read_text().count("\n")) > MOST_LINES
    ]
    assert long == []


def test_no_function_is_longer_than_40_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in files_of(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []
