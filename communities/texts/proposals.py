"""What is proposed for each text: files beside this module, one for each kind and language, with facts in braces."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from communities.models import Community
from communities.texts.kinds import TextKind

FOLDER = Path(__file__).parent / "proposed"
# The language of a proposal where there is none in a community’s own.
ELSE = "en"


def proposed_source(kind: str, language: str) -> str:
    """The Markdown of a proposal; in English where nobody has written it in this language."""
    return _sources(kind).get(language) or _sources(kind)[ELSE]


def proposal_for(community: Community, kind: TextKind) -> Any:
    """The content of a draft that nobody has touched, in all languages of the community."""
    languages = community.all_languages
    if kind.is_rules:
        return [
            {
                "number": number,
                "rule": {code: one["rule"].get(code, one["rule"][ELSE]) for code in languages},
                "reason": {code: one["reason"].get(code, one["reason"][ELSE]) for code in languages},
            }
            for number, one in enumerate(_rules(), start=1)
        ]
    if kind.name == "about" and community.about:
        # What the place says of itself already is nearer to the truth than anything proposed.
        own = {community.language: {"source": community.about}}
        return {code: {"source": proposed_source(kind.name, code)} for code in languages} | own
    return {code: {"source": proposed_source(kind.name, code)} for code in languages}


@lru_cache(maxsize=64)
def _sources(kind: str) -> dict[str, str]:
    found = {
        path.suffixes[0].lstrip("."): path.read_text(encoding="utf-8") for path in FOLDER.glob(f"{kind}.*.md")
    }
    if ELSE not in found:
        raise FileNotFoundError(f"no text is proposed for {kind!r} in {ELSE!r}")
    return found


@lru_cache(maxsize=1)
def _rules() -> list[dict[str, dict[str, str]]]:
    found: list[dict[str, dict[str, str]]] = yaml.safe_load(
        (FOLDER / "rules.yaml").read_text(encoding="utf-8")
    )
    return found
