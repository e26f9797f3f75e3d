"""Blocks of WordPress whose words stand elsewhere: kept once for several articles, or made when the page is shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

REUSED = re.compile(r"<!--\s+wp:block\s+(\{[^<>]*?\})\s*/-->")
REF = re.compile(r'"ref"\s*:\s*(\d+)')
# What shows nothing but a line or some room, and what is made of what stands there anyway.
SILENT = "block|more|nextpage|spacer|separator|post-title|post-content|post-date|paragraph"
MADE = re.compile(rf"<!--\s+wp:(?!(?:{SILENT})\b)([\w/-]+)\s*(?:\{{[^<>]*?\}})?\s*/-->")
# A block may hold another; one that holds itself ends here.
DEEPEST = 3


def refs_in(text: str) -> set[str]:
    """The numbers of the reusable blocks that a text shows."""
    return {ref.group(1) for match in REUSED.finditer(text) if (ref := REF.search(match.group(1)))}


def with_blocks(text: str, blocks: Mapping[str, str], losses: Counter[str]) -> str:
    """The text with its reusable blocks in their places; those that are made by a plug-in are counted."""

    def put(match: re.Match[str]) -> str:
        ref = REF.search(match.group(1))
        words = blocks.get(ref.group(1)) if ref else None
        if words is None:
            losses["block"] += 1
            return ""
        return words

    for _depth in range(DEEPEST):
        if not REUSED.search(text):
            break
        text = REUSED.sub(put, text)
    left = len(REUSED.findall(text)) + len(MADE.findall(text))
    if left:
        losses["block"] += left
    return text
