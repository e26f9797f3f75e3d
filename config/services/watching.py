"""For developers: notices that a source file was changed, added or removed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

# They are not served.
IGNORED = {"tests", "bench", "__pycache__"}


class Watcher:
    """Compares the sources with what they were when it last looked. Five hundred files take some ten milliseconds."""

    def __init__(self, project: Path) -> None:
        self._packages = [
            file.parent for file in project.glob("*/__init__.py") if file.parent.name not in IGNORED
        ]
        self._seen = self._look()

    def has_news(self) -> bool:
        """Whether anything has changed since the last call."""
        before, self._seen = self._seen, self._look()
        return before != self._seen

    def _look(self) -> dict[str, int]:
        found = {}
        for package in self._packages:
            for file in _sources(package):
                try:
                    found[file.path] = file.stat().st_mtime_ns
                except FileNotFoundError:
                    pass  # an editor has just put another in its place
        return found


def _sources(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name not in IGNORED:
                    yield from _sources(entry.path)
            elif entry.name.endswith(".py"):
                yield entry
