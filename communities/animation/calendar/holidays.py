"""Public holidays of the countries that a community has chosen, for the days of its calendar.

Those of the whole country: what a region alone keeps is not among them. Names are in the reader’s language where the
library has them, otherwise in a language of the country, whose code is told.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from django.core.cache import cache
from django.utils.translation import get_language

from communities.models import Community

DATA = Path(__file__).parent / "countries.yaml"
ELSE = "en"
# Key of Community.settings: codes of countries.
SETTING = "holidays"
# More than one brand looks after; each is computed for the years that a page shows.
MOST = 12
# A year of a country does not change before the library does: seconds, in the cache that all processes share. The
# library costs a process 11 MB, which most are spared.
KEPT = 30 * 86_400
_KEY = "holidays:1:{}:{}:{}"


@dataclass(frozen=True)
class Holiday:
    """One day’s name, and where it is kept; `language` is that of the name where it is not the reader’s."""

    name: str
    countries: tuple[str, ...]
    language: str = ""

    @property
    def places(self) -> str:
        return ", ".join(country_name(code) for code in self.countries)


def countries() -> list[tuple[str, str]]:
    """Code and name of each, by name in the present language, as people look for theirs."""
    named = [(code, country_name(code)) for code in _known()]
    return sorted(named, key=lambda pair: _plain(pair[1]))


def country_name(code: str) -> str:
    """In the present language; the code itself where it is not known."""
    said = _known().get(code, {})
    return said.get(_reader(), said.get(ELSE, code))


def chosen(community: Community) -> list[str]:
    """The codes that the owner has chosen, without those that nobody knows any more."""
    said = community.settings.get(SETTING)
    return [code for code in said if code in _known()][:MOST] if isinstance(said, list) else []


def holidays_between(
    codes: Sequence[str], first: datetime.date, last: datetime.date
) -> dict[datetime.date, list[Holiday]]:
    """What is kept on these days, by day; countries that call it alike share a line."""
    found: dict[datetime.date, dict[tuple[str, str], list[str]]] = {}
    for code in codes:
        for year in range(first.year, last.year + 1):
            for said, name, language in _year(code, year, _reader()):
                day = datetime.date.fromisoformat(said)
                if first <= day <= last:
                    found.setdefault(day, {}).setdefault((name, language), []).append(code)
    return {
        day: [Holiday(name, tuple(where), language) for (name, language), where in names.items()]
        for day, names in found.items()
    }


def holidays_on(codes: Sequence[str], day: datetime.date) -> list[Holiday]:
    return holidays_between(codes, day, day).get(day, [])


def _year(code: str, year: int, language: str) -> list[tuple[str, str, str]]:
    """Day, name and the language of the name where it is another one; plain values, as the cache keeps them."""
    key = _KEY.format(code, year, language)
    kept: list[tuple[str, str, str]] | None = cache.get(key)
    if kept is None:
        kept = _computed(code, year, language)
        cache.set(key, kept, KEPT)
    return kept


def _computed(code: str, year: int, language: str) -> list[tuple[str, str, str]]:
    # Here, and not above: see KEPT.
    import holidays

    place = holidays.country_holidays(code)
    spoken = _spoken(place.supported_languages, place.default_language, language)
    rows = holidays.country_holidays(code, years=year, language=spoken or None)
    told = _short(spoken or ELSE)
    foreign = "" if told == language else told
    return [
        (day.isoformat(), _typographic(name), foreign)
        for day in sorted(rows)
        for name in rows.get_list(day)
        if day.year == year
    ]


def _spoken(known: Iterable[str], usual: str | None, language: str) -> str:
    """Which of the library’s languages to ask for: the reader’s, else the country’s own; empty: it has one alone."""
    alike = sorted((one for one in known if _short(one) == language), key=_american)
    return alike[0] if alike else usual or ""


def _american(code: str) -> bool:
    """What is translated for all the world comes after what a country itself says."""
    return code == "en_US"


def _short(code: str) -> str:
    return code.replace("-", "_").split("_")[0]


def _typographic(name: str) -> str:
    return name.replace("'", "’")


def _plain(name: str) -> str:
    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().casefold()


def _reader() -> str:
    return _short(get_language() or ELSE)


@lru_cache(maxsize=1)
def _known() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return found
