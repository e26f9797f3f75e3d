"""The typefaces that come with the software: where they are from, what is kept of them, and their static files.

They are packages of the lock (OFL 1.1, see docs/decisions/0089), never files of the repository. Static files are made
of them once, into var/run/typefaces, and sent as all others are: hashed, kept for a year. `static/css/tokens.css` says
when a browser fetches which.

Each typeface comes in two parts. The first has what French and English need, with the letters of their neighbours; the
second has all other Latin letters with their accents, arrows and signs, and is fetched by pages that show one of them.
Italics are files of their own, fetched by pages that show some.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage

PROGRAM = Path(__file__).with_name("typeface_cutter.py")
FOLDER = "fonts"
# Of these, interface and text are set; nothing of ours is lighter or bolder.
WEIGHTS = [400, 700]

Pair = tuple[int, int]
# tokens.css has both as `unicode-range`, the first in wider strokes: a letter that is not in it is looked for in the
# second.
FIRST: tuple[Pair, ...] = (
    (0x0020, 0x007E),
    *((ord(one), ord(one)) for one in "\xa0£§©«°·»¿ÀÁÂ"),
    *((ord(one), ord(one)) for one in "ÄÆÇÈÉÊËÍÎÏÑÓÔÖ×ÙÚÛÜßàáâäæçèéêëíîïñóôöùúûüÿŒœŸ"),
    *((ord(one), ord(one)) for one in "\u2009–—‘’“”•…\u202f‹›€−"),
)
MORE: tuple[Pair, ...] = (
    (0x00A0, 0x0180),  # the rest of Latin-1, Latin Extended-A
    (0x018F, 0x01DC),  # of Latin Extended-B what names in Azeri, Vietnamese, Pinyin are written with
    (0x0218, 0x021B),  # Romanian
    (0x02BB, 0x02DD),  # accents that stand alone
    (0x0300, 0x0331),  # accents that combine
    (0x1E00, 0x1EFF),  # Latin Extended Additional
    (0x2000, 0x20BF),  # punctuation, superscripts, currencies
    (0x2113, 0x22FF),  # litre, trade mark, fractions, arrows, mathematical signs
)


@dataclass(frozen=True)
class Typeface:
    """One typeface: package, files in it (upright and italic, where it has one), axes that are not kept whole."""

    package: str
    upright: str
    italic: str = ""
    pinned: dict[str, float] = field(default_factory=dict)
    # Of one width: in tables, times and counts. Texts to be read need none.
    figures: bool = True


# By the face that a community chooses (communities/theming/themes.py).
TYPEFACES = {
    "humanist": Typeface("fontpkg-source-sans-3", "SourceSans3[wght].ttf", "SourceSans3-Italic[wght].ttf"),
    "transitional": Typeface(
        "fontpkg-source-serif-4",
        "SourceSerif4[opsz,wght].ttf",
        "SourceSerif4-Italic[opsz,wght].ttf",
        # As drawn for text of about this size; a second axis would double the file.
        {"opsz": 16},
        figures=False,
    ),
    "oldstyle": Typeface(
        "fontpkg-crimson-pro", "CrimsonPro[wght].ttf", "CrimsonPro-Italic[wght].ttf", figures=False
    ),
    "geometric": Typeface("fontpkg-figtree", "Figtree[wght].ttf", "Figtree-Italic[wght].ttf"),
}


class TypefaceFinder(BaseFinder):
    """A finder for STATICFILES_FINDERS of `fonts/FACE[-italic][-more].woff2`, made when they are first asked for."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        storage = FileSystemStorage(location=made(names()))
        for name in names():
            yield name, storage

    def find(self, path: str, find_all: bool = False, **_former: Any) -> Any:
        """Where the file lies; an empty list for what is no typeface, as finders answer."""
        if path not in names():
            return []
        found = str(made([path]) / path)
        return [found] if find_all else found


def names() -> list[str]:
    return [f"{FOLDER}/{one['name']}" for one in _wanted(sources=False)]


def made(asked: Iterable[str]) -> Path:
    """The folder in which these of `names()` lie; what is not there is made. Raises ImproperlyConfigured."""
    recipe = json.dumps(_wanted(sources=False), sort_keys=True)
    key = hashlib.sha256(recipe.encode() + PROGRAM.read_bytes())
    for face in TYPEFACES.values():
        key.update(version(face.package).encode())
    kept = Path(settings.VAR_DIR) / "run" / "typefaces" / key.hexdigest()[:12]
    missing = {Path(name).name for name in asked if not (kept / name).exists()}
    if missing:
        (kept / FOLDER).mkdir(parents=True, exist_ok=True)
        with open(kept / "lock", "w") as lock:
            # One process makes them, others wait for it.
            fcntl.flock(lock, fcntl.LOCK_EX)
            wanted = [one for one in _wanted() if one["name"] in missing]
            _cut([one for one in wanted if not (kept / FOLDER / one["name"]).exists()], kept / FOLDER)
    return kept


def _cut(wanted: list[dict[str, Any]], into: Path) -> None:
    """Two at a time, of the same weight: the first start waits for it."""
    ordered = sorted(wanted, key=lambda one: str(one["name"]).partition("-")[2])
    running = []
    for part in filter(None, (ordered[::2], ordered[1::2])):
        one = subprocess.Popen([sys.executable, "-I", str(PROGRAM)], stdin=subprocess.PIPE, text=True)
        assert one.stdin is not None
        json.dump({"into": str(into), "fonts": part}, one.stdin)
        one.stdin.close()
        running.append(one)
    failed = [one for one in running if one.wait()]
    if failed:
        raise ImproperlyConfigured("The typefaces could not be made; the reason stands above.")


def _wanted(*, sources: bool = True) -> list[dict[str, Any]]:
    """What typeface_cutter.py is told, for each file."""
    first = _letters(FIRST)
    parts = (("", sorted(first)), ("-more", sorted(_letters(MORE) - first)))
    return [
        {
            "name": f"{face}{style}{part}.woff2",
            "source": str(_folder(kept.package) / "files" / file) if sources else "",
            "called": f"{face.capitalize()}{style.replace('-', ' ').title()}",
            "axes": kept.pinned | {"wght": weights},
            "figures": kept.figures,
            # Words that are meant are few: each pair of them weighs a fifth of their file.
            "kerned": not style,
            "letters": letters,
        }
        for face, kept in TYPEFACES.items()
        for style, file, weights in (("", kept.upright, WEIGHTS), ("-italic", kept.italic, WEIGHTS[0]))
        if file
        for part, letters in parts
    ]


def _letters(pairs: Iterable[Pair]) -> set[int]:
    return {one for first, last in pairs for one in range(first, last + 1)}


def _folder(package: str) -> Path:
    found = importlib.util.find_spec(package.replace("-", "_"))
    if found is None or found.origin is None:
        raise ImproperlyConfigured(f"The package {package} is missing: install requirements/run.txt.")
    return Path(found.origin).parent
