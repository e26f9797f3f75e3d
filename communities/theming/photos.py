"""The photograph of a home page, and the point of it that every crop keeps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from communities.theming.first_colours import class_of

FOLDER = "public/brands"
_OURS = re.compile(r"public/brands(?:/[A-Za-z0-9_-]+)+\.webp")
LONGEST_WORDS = 160
# Widths at which a picture is kept beside its full size: one for a phone's column, one for its whole screen, two for
# wide screens.
WIDTHS = (480, 768, 960, 1600)


@dataclass(frozen=True)
class Photo:
    """A photograph as kept: path in the storage, size in pixels, words for who does not see it.

    `x` and `y` are the point that must stay visible, in percent from the left and from the top. `avif` are the widths
    that are there as AVIF, too.
    """

    path: str
    width: int
    height: int
    alt: str = ""
    x: int = 50
    y: int = 50
    avif: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"avif": list(self.avif)}

    @property
    def under(self) -> str:
        """The class of a frame in which it will be shown."""
        return class_of(self.path)

    @property
    def widths(self) -> list[int]:
        """The widths at which it is kept beside its full size."""
        return [width for width in WIDTHS if width < self.width]


def read_photo(stored: object) -> Photo | None:
    """A photograph from `Community.theme`; None for what is damaged or leads anywhere else than to our pictures."""
    if not isinstance(stored, Mapping):
        return None
    path = stored.get("path")
    if not isinstance(path, str) or not _OURS.fullmatch(path):
        return None
    width, height = _whole(stored.get("width"), 0, 20_000, 0), _whole(stored.get("height"), 0, 20_000, 0)
    if not width or not height:
        return None
    return Photo(
        path=path,
        width=width,
        height=height,
        alt=str(stored.get("alt") or "")[:LONGEST_WORDS],
        x=_whole(stored.get("x"), 0, 100, 50),
        y=_whole(stored.get("y"), 0, 100, 50),
        avif=tuple(one for one in WIDTHS if one in _listed(stored.get("avif"))),
    )


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, Sequence) else ()


def _whole(value: object, low: int, high: int, default: int) -> int:
    try:
        number = round(float(str(value)))
    except (ValueError, OverflowError):
        return default
    return number if low <= number <= high else default
