"""The texts of the demo’s communities: their own rules, about and welcome, and the legal texts as they are proposed."""

from __future__ import annotations

from typing import Any

from communities.demo.places import main_words
from communities.demo.reading import Brand, Clock
from communities.models import Community
from communities.texts.kinds import kinds
from communities.texts.models import TextVersion
from communities.texts.proposals import proposal_for
from communities.texts.services import adopt
from communities.wording import ABOUT, WELCOME


def settle_texts(brand: Brand, community: Community, clock: Clock) -> None:
    """Publish what is missing, dated back to the first member; in the scope of the community."""
    at = clock.at(min(member["joined"] for member in brand.members))
    there = set(TextVersion.objects.published().values_list("kind", flat=True))
    for kind in kinds:
        if kind.name not in there:
            adopt(community, kind.name, _content(brand, community, kind.name), by=None, at=at)


def _content(brand: Brand, community: Community, kind: str) -> Any:
    said = brand.community
    if kind == "rules":
        return [
            {part: _by_language(rule[part], brand) for part in ("rule", "reason")} for rule in said["rules"]
        ]
    if kind in (ABOUT, WELCOME):
        return _by_language(said[kind], brand)
    sources = {code: one["source"] for code, one in proposal_for(community, kinds[kind]).items()}
    if kind == "notice" and said["legal"].get("notice"):
        own = main_words(said["legal"]["notice"], said)
        sources[community.language] = f"{sources[community.language].rstrip()}\n\n{own}\n"
    return sources


def _by_language(words: Any, brand: Brand) -> dict[str, str]:
    if isinstance(words, dict):
        return {code: str(text) for code, text in words.items()}
    return {brand.community["languages"][0]: str(words)}
