"""The files of a picture beside its full size: pairs of width and path, smallest first, as `Attachment` keeps them.

Each width is there as WebP; up to a phone’s screen also as AVIF, a quarter to a third smaller, after all the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

AVIF = "image/avif"
_AVIF_NAME = ".avif"

Pairs = Iterable[Sequence[int | str]]


def widths_in(pairs: Pairs) -> list[int]:
    """Each width once, smallest first."""
    return [int(width) for width, path in pairs if not is_avif(str(path))]


def is_avif(path: str) -> bool:
    return path.endswith(_AVIF_NAME)


def avif_of(path: str) -> str:
    """What the same width is called as AVIF."""
    return path.rpartition(".")[0] + _AVIF_NAME


def file_of(pairs: Pairs, width: str, *, avif: bool = False) -> str | None:
    """The path of a width, as AVIF where that is read and there; None for a width that was never made."""
    found = [str(path) for one, path in pairs if str(one) == width]
    return next((path for path in found if is_avif(path) == avif), found[0] if found else None)
