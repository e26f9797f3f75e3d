"""A brand's own fonts: made ready before anything is locked, stored with the look.

The file as it was sent is kept beside the one of fewer letters, so that the team can go back to it.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from communities.content.storage import refuse_without_room
from communities.files import StoreAway
from communities.models import Community
from communities.stored import NotKept, keep
from communities.theming.cutting import Cut, cut_font
from communities.theming.fonts import FOLDER, MOST_SENT, OwnFont, check_weight, check_woff2, read_font

ASKED = "asked"


@dataclass(frozen=True)
class ReadyFont:
    """A font to be stored, with the contents of the files that are new."""

    font: OwnFont
    served: bytes | None = None
    whole: bytes | None = None

    def store(self, files: list[str]) -> OwnFont:
        """The font with its paths; those of new files are added to `files`. Raises NotKept."""
        return dataclasses.replace(
            self.font,
            path=self.font.path if self.served is None else _write(self.served, files),
            whole=self.font.whole if self.whole is None else _write(self.whole, files),
        )


def ready_new(community: Community, uploaded: File[Any], *, all_letters: bool) -> ReadyFont:
    """A font that was sent, cut unless all its letters are wanted. Raises FontRefused, UploadRefused."""
    refuse_without_room()
    # One byte more than is possible tells that it is too much.
    data = uploaded.read(MOST_SENT + 1)
    check_woff2(data)
    cut = _cut(community, data, all_letters=all_letters)
    name = str(uploaded.name).rpartition("/")[2][:80]
    font = OwnFont("", name, sent=len(data), covers=cut.covers, left=cut.left)
    return ReadyFont(font, served=cut.data, whole=None if cut.left else data)


def ready_kept(
    community: Community, kept: Mapping[str, Any] | None, *, all_letters: bool
) -> ReadyFont | None:
    """The font that is there, with all its letters or without; None where it is so already. Raises FontRefused,
    NotKept where the store of media does not answer."""
    font = read_font(kept)
    if font is None or all_letters == (font.left == ASKED):
        return None
    if all_letters:
        if not font.whole:
            return None  # it has all of them anyway
        check_weight(_weight(font.whole))
        return ReadyFont(dataclasses.replace(font, path=font.whole, whole="", covers="", left=ASKED))
    cut = _cut(community, _read(font.path), all_letters=False)
    if cut.left:
        return ReadyFont(dataclasses.replace(font, left=cut.left))
    return ReadyFont(dataclasses.replace(font, whole=font.path, covers=cut.covers, left=""), served=cut.data)


def _cut(community: Community, data: bytes, *, all_letters: bool) -> Cut:
    # Also what is to be served whole is unpacked once: nothing else tells a font from a bomb.
    cut = cut_font(data, words=community.name + community.tagline)
    cut = Cut(data, left=ASKED) if all_letters else cut
    check_weight(len(cut.data))
    return cut


def _weight(path: str) -> int:
    with _asking():
        return default_storage.size(path)


def _read(path: str) -> bytes:
    with _asking(), default_storage.open(path) as file:
        return bytes(file.read())


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except StoreAway as away:
        raise NotKept from away


def _write(data: bytes, files: list[str]) -> str:
    token = secrets.token_urlsafe(18)
    path = keep(f"{FOLDER}/{token[:2]}/{token}.woff2", ContentFile(data))
    files.append(path)
    return path
