"""Another handle in a text that was written already."""

from __future__ import annotations

import re
from collections.abc import Collection

from communities.content.text.rendering import handle_key, mentions_in, readings_of

# As `render` writes it, and as the editor sends it back.
_LINK = re.compile(r"<a\b[^>]*\bclass=\"mention\"[^>]*>(@[^<]*)</a>")


def rename_mentions(text: str, handles: Collection[str], now: str) -> str:
    """`@handle` becomes `@now`, without its link, for each of these handles; all other words stay as they are."""
    keys = {handle_key(handle) for handle in handles}

    def unlinked(match: re.Match[str]) -> str:
        return match[1] if handle_key(match[1].removeprefix("@")) in keys else match[0]

    def renamed(match: re.Match[str]) -> str:
        for reading in readings_of(match[1]):
            if handle_key(reading) in keys:
                return f"@{now}{match[1][len(reading) :]}"
        return match[0]

    text = _LINK.sub(unlinked, text)
    parts: list[str] = []
    at = 0
    for match in mentions_in(text):
        parts += [text[at : match.start()], renamed(match)]
        at = match.end()
    return "".join([*parts, text[at:]])
