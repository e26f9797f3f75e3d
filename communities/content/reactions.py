"""Which reactions a community offers, and what it calls them: kept on its row, so that no page asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from communities.content.models import Reaction
from communities.languages import plain_language
from communities.models import Community

MOST = 4
LONGEST_NAME = 24
_OF_QUESTIONS = ("same_here", "thanks")
_OF_OTHERS = ("useful", "thanks")


def offered_reactions(community: Community, *, asks: bool) -> tuple[str, ...]:
    """The kinds under a text: those that the team chose, else two that suit it; `asks` where an answer is awaited."""
    chosen = tuple(kind for kind in chosen_reactions(community) if kind in Reaction.Kind.values)
    return chosen or (_OF_QUESTIONS if asks else _OF_OTHERS)


def reaction_name(community: Community, kind: str) -> str:
    """What the community calls it in the language of the page, else the word that everybody has."""
    names: Mapping[str, Any] = _kept(community).get("names", {})
    own = names.get(kind, {}).get(plain_language() or community.language, "")
    return str(own or Reaction.Kind(kind).label)


def chosen_reactions(community: Community) -> list[str]:
    return list(_kept(community).get("offered", []))


def own_names(community: Community) -> dict[str, dict[str, str]]:
    """By kind and language."""
    return dict(_kept(community).get("names", {}))


def _kept(community: Community) -> Mapping[str, Any]:
    kept: Mapping[str, Any] = community.settings.get("reactions", {})
    return kept
