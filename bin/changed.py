"""Which tests concern what was changed: for bin/test --fast. In doubt a test too many; bin/test runs all of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import grimp

PROJECT = Path(__file__).resolve().parent.parent
PACKAGES = ("analytics", "communities", "config", "members", "moderation")
# A test that imports a module through so many others is still about it.
DEEPEST = 2
# Beyond these, collecting alone takes longer than anybody waits; the nearest come first.
MOST_FILES = 40
# What is neither a test nor a module, by the beginning and the end of its path.
SWEEPS = (
    ("templates/", ".html", ["tests/sweeps/test_sources.py", "tests/sweeps/test_addresses.py"]),
    ("static/", "", ["tests/sweeps/test_sources.py"]),
    ("locale/", ".po", ["tests/test_translations.py"]),
    ("", ".md", ["tests/test_docs.py"]),
    ("bin/", ".py", ["tests/test_checks.py", "tests/test_fast.py"]),
    ("pyproject.toml", "", ["tests/test_docs.py"]),
)


def changed_files() -> list[str]:
    """What differs from the main branch, or on it from the last commit; new files too."""
    base = _git("merge-base", "HEAD", "main") or ["HEAD"]
    files = _git("diff", "--name-only", base[0]) + _git("ls-files", "--others", "--exclude-standard")
    return sorted(set(files))


def tests_for(changed: list[str]) -> list[str]:
    """Files of tests, those first that are nearest to the change: themselves, of the same place, importing it."""
    modules = [
        _module(path) for path in changed if path.endswith(".py") and path.startswith((*PACKAGES, "tests"))
    ]
    ranked = [path for path in changed if path.startswith("tests/") and _is_test(path)]
    for path in changed:
        ranked += [test for start, end, tests in SWEEPS if _fits(path, start, end) for test in tests]
    ranked += [test for path in changed for test in _mirrored(path)]
    ranked += _importers(modules)
    return [path for path in dict.fromkeys(ranked) if (PROJECT / path).exists()][:MOST_FILES]


def _fits(path: str, start: str, end: str) -> bool:
    return path.startswith(start) and path.endswith(end)


def _mirrored(path: str) -> list[str]:
    """The tests in the folder of tests/ that stands for the folder of the file."""
    parts = Path(path).parent.parts
    if parts[:1] == ("templates",):
        parts = ("communities", *parts[1:])
    if not parts or parts[0] not in PACKAGES or "migrations" in parts:
        return ["tests/communities/test_scoping.py"] if "migrations" in parts else []
    while parts and not (PROJECT / "tests" / Path(*parts)).is_dir():
        parts = parts[:-1]
    folder = PROJECT / "tests" / Path(*parts)
    return (
        [file.relative_to(PROJECT).as_posix() for file in sorted(folder.glob("test_*.py"))] if parts else []
    )


def _importers(modules: list[str]) -> list[str]:
    """Tests that import one of the modules, at once or through a few others; the nearest first."""
    if str(PROJECT) not in sys.path:
        sys.path.append(str(PROJECT))  # where grimp looks for packages
    graph = grimp.build_graph(*PACKAGES, "tests", include_external_packages=False)
    found: list[str] = []
    nearest = set(modules) & graph.modules
    seen = set(nearest)
    for _ in range(DEEPEST):
        nearest = {
            one for module in nearest for one in graph.find_modules_that_directly_import(module)
        } - seen
        seen |= nearest
        found += sorted(path for path in map(_path, nearest) if _is_test(path))
    return found


def _is_test(path: str) -> bool:
    return path.startswith("tests/") and Path(path).name.startswith("test_")


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _path(module: str) -> str:
    return module.replace(".", "/") + ".py"


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []
