"""A plugin of pytest for bin/floors.py: which statements the tests reach of the files that have a floor.

Those files are compiled with a note before each statement. To have the interpreter tell of every line, as coverage
does, slows down whatever runs meanwhile, of which hardly anything has a floor.
"""

from __future__ import annotations

import ast
import os
import runpy
import sys
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from coverage import CoverageData

PROJECT = Path(__file__).resolve().parent.parent
NOTE = "__reached__"
BLOCKS = ("body", "orelse", "finalbody")
# What was reached so far in this process, by file.
_reached: dict[str, set[int]] = {}


def with_notes(source: str | bytes, path: str) -> ast.Module:
    """The file's statements, each after a note of its line; tracebacks and `inspect` find the lines where they are."""
    tree = ast.parse(source, path)
    for node in ast.walk(tree):
        for name in BLOCKS:
            block = getattr(node, name, None)
            if isinstance(block, list):
                setattr(node, name, list(_noted(node, block, is_first=name == "body")))
    return ast.fix_missing_locations(tree)


def _noted(owner: ast.AST, block: list[ast.stmt], *, is_first: bool) -> Iterator[ast.stmt]:
    lines = _lines_of_head(owner) if is_first else []
    for place, statement in enumerate(block):
        lines += _lines_of(statement)
        if is_first and place == 0 and _is_docstring(owner, statement):
            yield statement
        elif isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            yield statement
            yield from _notes(lines, statement)
        else:
            yield from _notes(lines, statement)
            yield statement
        lines = []


def _lines_of_head(owner: ast.AST) -> list[int]:
    """Of what is no statement by itself, and leads into a block."""
    if isinstance(owner, ast.ExceptHandler):
        return [owner.lineno]
    return [owner.pattern.lineno] if isinstance(owner, ast.match_case) else []


def _lines_of(statement: ast.stmt) -> list[int]:
    return [statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", ()))]


def _is_docstring(owner: ast.AST, statement: ast.stmt) -> bool:
    has_one = isinstance(owner, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    return has_one and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _notes(lines: list[int], before: ast.stmt) -> Iterator[ast.stmt]:
    for line in lines:
        called = ast.Call(ast.Name(NOTE, ast.Load()), [ast.Constant(line)], [])
        yield ast.copy_location(ast.Expr(called), before)


def floored() -> list[str]:
    """The files that have a floor, by their paths from the project's folder."""
    found: list[str] = runpy.run_path(str(PROJECT / "bin" / "floors.py"))["floored_files"]()
    return found


class Noting(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        # Never what was compiled without notes, and never written where others would find it.
        return compile(with_notes(self.get_data(self.path), self.path), self.path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        setattr(module, NOTE, _reached.setdefault(self.path, set()).add)
        super().exec_module(module)


class Finder(MetaPathFinder):
    def __init__(self) -> None:
        self.modules = {
            file.removesuffix(".py").replace("/", ".").removesuffix(".__init__") for file in floored()
        }

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name not in self.modules:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.origin is not None:
            spec.loader = Noting(name, spec.origin)
        return spec


def pytest_configure(config: Any) -> None:
    """What was written by a run before is not of this one."""
    if not hasattr(config, "workerinput"):
        for file in PROJECT.glob(".coverage*"):
            file.unlink()


def pytest_sessionfinish(session: Any) -> None:
    """Each process for itself; one of several is awaited until here."""
    data = CoverageData(basename=str(PROJECT / ".coverage"), suffix=str(os.getpid()))
    data.add_lines(_reached)
    data.write()


# As early as a plugin can: Django imports its applications before any other hook is called.
sys.meta_path.insert(0, Finder())
