"""What the handbook puts in italics is the name of something on a page: a button, a field, a place in a menu."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.promises.test_sentences import CATALOGUE, ENTRY

DOCS = Path(settings.BASE_DIR) / "docs"
READERS = ("managers", "marketing", "members", "operators")
ITALIC = re.compile(r"(?<![*\w])\*([^*\n]+)\*(?!\*)")
# Said by others: columns and states of shops, a setting of browsers, people in pictures, a heading within a sentence.
NOT_OURS = {
    "global privacy control",
    "rafe ollerton, marketing lead of halyard",
    "en attente",
    "refunded",
    "refunded amount",
    "note attributes",
    "meta data",
    "metadata",
    "who reads, starts, replies",
}


def said_by_pages() -> str:
    """Every sentence of the product, in one text; what is filled in is “…”, as the handbook writes it."""
    found = ("".join(re.findall(r'"(.*)"', entry)) for entry in ENTRY.findall(CATALOGUE.read_text()))
    return "\n".join(
        re.sub(r"%\(\w+\)[sd]", "…", one).replace("%%", "%").replace('\\"', '"') for one in found
    ).lower()


@pytest.mark.parametrize("reader", READERS)
def test_every_name_in_the_handbook_is_on_a_page(reader: str) -> None:
    pages = said_by_pages()
    named = {
        part.strip().lower().rstrip(".:…").strip()
        for path in (DOCS / reader).rglob("*.md")
        for words in ITALIC.findall(path.read_text(encoding="utf-8"))
        for part in words.split("→")
    }
    assert len(named) > 5
    assert sorted(name for name in named if name and name not in pages and name not in NOT_OURS) == []
