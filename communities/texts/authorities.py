"""The authority that looks after data where the publisher is, from `authorities.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from communities.models import Community

DATA = Path(__file__).parent / "authorities.yaml"
ELSE = "en"


@dataclass(frozen=True)
class Authority:
    """Of one country (ISO 3166): its words by language, and the time zones that speak for it."""

    code: str
    countries: dict[str, str]
    words: dict[str, str]
    zones: frozenset[str]

    @property
    def country(self) -> str:
        return _in_language(self.countries)

    def __str__(self) -> str:
        return _in_language(self.words)


@lru_cache(maxsize=1)
def authorities() -> dict[str, Authority]:
    found: dict[str, Any] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return {code: _read(code, said) for code, said in found.items()}


def country_name(code: str) -> str:
    """In the present language; empty for a country that is not known here."""
    known = authorities().get(code)
    return known.country if known else ""


def country_of_zone(zone: str) -> str:
    """The code of the country that a time zone speaks for; empty where it speaks for none known here."""
    return next((one.code for one in authorities().values() if zone in one.zones), "")


def authority_of(community: Community) -> str:
    """Whom readers may complain to: by the country of the publisher; in neutral words where that is not known."""
    known = authorities().get(str(community.legal.get("country") or ""))
    if known is None:
        return _(
            "the one of the country where you live, where you work, or where you think the law was broken"
        )
    return _("%(authority)s; or the one of the country where you live") % {"authority": known}


def _read(code: str, said: dict[str, Any]) -> Authority:
    words = said.get("words") or {ELSE: f"{said['name']}, {said['site']}"}
    return Authority(code, said["country"], words, frozenset(said["zones"]))


def _in_language(said: dict[str, str]) -> str:
    return said.get((get_language() or ELSE)[:2]) or said[ELSE]
