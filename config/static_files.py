"""Static files under names that say their content, whose addresses are looked up once."""

from __future__ import annotations

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class RememberedManifest(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Which file stands for a name is settled when the files are collected, before a process starts; a page asks for
    some ten of them."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._addresses: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        known = None if force else self._addresses.get(name)
        if known is None:
            known = str(super().url(name, force))
            if not force:
                self._addresses[name] = known
        return known
