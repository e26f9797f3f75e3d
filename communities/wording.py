"""The texts of a place that are in force, as its row keeps them: pages that everybody reads ask no table.

`Community.texts` holds, for each kind of text, the version in force and those to come, each with the moment from which
it holds. Which of them that is follows from the clock, so a version comes into force without a job. It is written by
`communities.texts.services` alone.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from communities.drawing import lasts_until
from communities.models import Community

RULES, TERMS, WELCOME, ABOUT = "rules", "terms", "welcome", "about"


@dataclass(frozen=True)
class InForce:
    """One version of a text as it is kept on the community’s row; `content` only where pages show it everywhere."""

    number: int
    since: datetime.datetime
    content: Any = None


@dataclass(frozen=True)
class Rule:
    """A house rule in one language. Its number stays its own for good: nobody else ever gets it."""

    number: int
    rule: str
    reason: str = ""


def versions_kept(community: Community, kind: str) -> list[InForce]:
    """The version in force and those to come, the earliest first."""
    kept = (community.texts or {}).get(kind, [])
    return [
        InForce(one["number"], datetime.datetime.fromisoformat(one["since"]), one.get("content"))
        for one in kept
    ]


def version_in_force(community: Community, kind: str, at: datetime.datetime | None = None) -> InForce | None:
    """What holds at a moment (now where none is named); None where nothing was published."""
    moment = at or timezone.now()
    for one in versions_kept(community, kind):
        if one.since > moment:
            lasts_until(one.since)
            break
    return next((one for one in reversed(versions_kept(community, kind)) if one.since <= moment), None)


def rules_in_force(community: Community, language: str = "") -> list[Rule]:
    """The house rules in their order, in a language (the page’s where none is named)."""
    version = version_in_force(community, RULES)
    return rules_of(version.content, languages_of(community, language)) if version else []


def words_in_force(community: Community, kind: str, language: str = "") -> tuple[str, str]:
    """The HTML of a text in force and the language that it is in; empty where nothing was published."""
    version = version_in_force(community, kind)
    return in_language(version.content or {}, languages_of(community, language)) if version else ("", "")


def accepted_by_joining(community: Community) -> dict[str, int]:
    """Which versions somebody agrees to who joins now, by kind; a kind without one is left out."""
    found = {kind: version_in_force(community, kind) for kind in (RULES, TERMS)}
    return {kind: version.number for kind, version in found.items() if version is not None}


def languages_of(community: Community, language: str = "") -> list[str]:
    """Where to look for words: the language asked for (the page’s where none is named), then the community’s own."""
    asked = (language or get_language() or "").partition("-")[0]
    return [asked, *community.all_languages]


def rules_of(content: Sequence[Mapping[str, Any]], languages: Sequence[str]) -> list[Rule]:
    """The rules of one version in the first of the languages in which each is written."""
    return [
        Rule(
            one["number"],
            in_language(one["rule"], languages)[0],
            in_language(one.get("reason", {}), languages)[0],
        )
        for one in content
    ]


def in_language(words: Mapping[str, str], languages: Sequence[str]) -> tuple[str, str]:
    """The words in the first of these languages in which there are any, and that language."""
    return next(((words[code], code) for code in [*languages, *words] if words.get(code)), ("", ""))
