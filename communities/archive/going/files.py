"""Stored files of a community, and what they are called in an export."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.files.storage import default_storage

from communities.files import names_in

# Pictures that a decision took away lie under their own path in here; nothing serves them.
WITHDRAWN = "withdrawn/"
_STORED = re.compile(r"(?:withdrawn/)?(?:uploads|public)(?:/[A-Za-z0-9_-]+)+\.[a-z0-9]{2,5}")
FOLDER = "media"
# Fonts: each is one file, beside those of others.
AMONG_OTHERS = ".woff2"


def is_stored(text: str) -> bool:
    """Whether a text is the path of a stored file."""
    return len(text) <= 200 and _STORED.fullmatch(text) is not None


def to_name(path: str, community_id: int) -> str:
    """What a file is called in an export: its path, without the number of the community."""
    return path.replace(f"uploads/{community_id}/", "uploads/", 1)


def walk(value: Any, change: Any) -> Any:
    """The value of a column with every stored path in it changed, however deep it lies; in keys as well."""
    if isinstance(value, str):
        return change(value) if is_stored(value) else value
    if isinstance(value, list):
        return [walk(one, change) for one in value]
    if isinstance(value, dict):
        return {walk(name, change): walk(one, change) for name, one in value.items()}
    return value


class Files:
    """The files that rows name, written down as they are met: a picture with all its forms once."""

    def __init__(self, community_id: int, out: IO[str]) -> None:
        self._community_id = community_id
        self._out = out
        self._last = ""

    def meet(self, value: Any) -> Any:
        """The value of a column as it travels."""
        return walk(value, self._note)

    def _note(self, path: str) -> str:
        folder = picture_folder(path)
        if not folder or folder != self._last:
            self._out.write(f"{path}\n")
        self._last = folder
        return to_name(path, self._community_id)


def picture_folder(path: str) -> str:
    """The folder that is one picture’s own; empty for a file that lies among others, of other communities too."""
    parts = path.removeprefix(WITHDRAWN).split("/")
    return path.rpartition("/")[0] if len(parts) > 3 and not path.endswith(AMONG_OTHERS) else ""


def files_to_pack(listed: Path, community_id: int) -> Iterator[tuple[str, str]]:
    """Name in the export and path of every file that is there, each once."""
    seen: set[str] = set()
    with listed.open(encoding="utf-8") as lines:
        for line in lines:
            for path in (line.strip(), WITHDRAWN + line.strip().removeprefix(WITHDRAWN)):
                for found in _with_smaller_forms(path):
                    # An attachment is named by one row; all else is little.
                    if not found.startswith("uploads/"):
                        if found in seen:
                            continue
                        seen.add(found)
                    if _belongs(found, community_id):
                        yield f"{FOLDER}/{to_name(found, community_id)}", found


def _belongs(path: str, community_id: int) -> bool:
    """A row that names another community’s upload takes nothing along."""
    return not path.startswith("uploads/") or path.startswith(f"uploads/{community_id}/")


def _with_smaller_forms(path: str) -> list[str]:
    inside = picture_folder(path)
    if inside:
        return names_in(inside)
    return [path] if default_storage.exists(path) else []
