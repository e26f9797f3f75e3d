"""Emoji by their names, for the editor: what they are called in the language of the page, and in English.

The names are those of Unicode’s locale data, as the package `emoji` brings them: files only, none of its code is run.
They are read when somebody first looks for one.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

# A file of its own beside the settings of the editor, in the same folder of addresses.
PREFIX = "signs-"
# What devices of the last years can draw.
NEWEST = 15.0
_WHOLE = 2
_TONES = range(0x1F3FB, 0x1F400)
_FLAGS = range(0x1F1E6, 0x1F200)
_FACES = (range(0x1F600, 0x1F650), range(0x1F910, 0x1F97B))
# What stands first, while nothing is looked for.
_COMMON = "👍 🙂 😀 😄 😂 😉 😍 🤔 😅 😢 🙏 👏 💪 👋 ❤️ 🎉 🔥 ✅ ❌ ⚠️ 💡 ❓ ⭐ 🚀 👀 🤝 📷 📎 📅 ☕".split()


class Signs(NamedTuple):
    """As text, and named by what they say."""

    version: str
    text: str


@cache
def signs_in(language: str) -> Signs:
    """All signs as JSON: rows of the sign, its name in the language, and what else it is called."""
    text = json.dumps(_rows(language), separators=(",", ":"), ensure_ascii=False)
    return Signs(f"{PREFIX}{language}-{hashlib.sha256(text.encode()).hexdigest()[:10]}", text)


def _rows(language: str) -> list[list[str]]:
    known = _read("emoji")
    names = {} if language == "en" else _read(f"emoji_{language}")
    common = {sign: place for place, sign in enumerate(_COMMON)}
    signs = [sign for sign, facts in known.items() if _is_offered(sign, facts)]
    signs.sort(key=lambda sign: (common.get(sign, len(common)), _group(sign), sign))
    return [_row(sign, known[sign], names.get(sign, "")) for sign in signs]


def _row(sign: str, facts: dict[str, Any], name: str) -> list[str]:
    english = [_said(one) for one in (facts["en"], *facts.get("alias", ()))]
    called = _said(name) if isinstance(name, str) and name else english[0]
    others = dict.fromkeys(one for one in english if one != called)
    return [sign, called, ", ".join(others)]


def _said(name: str) -> str:
    return name.strip(":").replace("_", " ")


def _is_offered(sign: str, facts: dict[str, Any]) -> bool:
    is_plain = all(ord(part) not in _TONES for part in sign)
    return facts["status"] == _WHOLE and facts["E"] <= NEWEST and is_plain


def _group(sign: str) -> int:
    first = ord(sign[0])
    if any(first in faces for faces in _FACES):
        return 0
    return 2 if first in _FLAGS else 1


def _read(name: str) -> dict[str, Any]:
    """One of the package’s files; nothing for a language that it does not have."""
    place = find_spec("emoji")
    folder = Path(next(iter(place.submodule_search_locations or ()))) if place else Path()
    path = folder / "unicode_codes" / f"{name}.json"
    if not path.is_file():
        return {}
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read
