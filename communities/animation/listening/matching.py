"""Which of the tracked names a text says."""

from __future__ import annotations

import re
from collections.abc import Iterable

from communities.animation.listening.models import TrackedName
from communities.letters import fold


class Names:
    """The names of a place with their words, as they are looked for: whole words, without case and accents."""

    def __init__(self, rows: Iterable[TrackedName]) -> None:
        self._signs = [(row.pk, _pattern([row.name, *row.words])) for row in rows]

    def said_in(self, *texts: str) -> list[int]:
        """The numbers of the names that these texts say."""
        folded = fold(" \n ".join(texts))
        return [pk for pk, sign in self._signs if sign is not None and sign.search(folded)]


def _pattern(words: list[str]) -> re.Pattern[str] | None:
    folded = sorted({" ".join(fold(word).split()) for word in words} - {""}, key=len, reverse=True)
    if not folded:
        return None
    spelled = "|".join(r"\s+".join(map(re.escape, word.split())) for word in folded)
    return re.compile(rf"(?<!\w)(?:{spelled})(?!\w)")
