"""Sizes of files as people read them: a megabyte is a million bytes, in pages as in the operator's form."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation

from communities.sizes import size_in_words

PAGES = Path(__file__).resolve().parents[2] / "templates"


@pytest.mark.parametrize(
    ("size", "english", "french"),
    [
        (0, "0 bytes", "0 octet"),
        (1, "1 byte", "1 octet"),
        (999, "999 bytes", "999 octets"),
        (1_000, "1 kB", "1 ko"),
        (999_949, "999.9 kB", "999,9 ko"),
        (999_960, "1 MB", "1 Mo"),
        (10_000_000, "10 MB", "10 Mo"),
        (1_450_000_000, "1.4 GB", "1,4 Go"),
        (3 * 10**12, "3 TB", "3 To"),
    ],
)
def test_sizes_are_said_in_the_language(size: int, english: str, french: str) -> None:
    assert size_in_words(size).replace("\N{NO-BREAK SPACE}", " ") == english
    with translation.override("fr"):
        assert size_in_words(size).replace("\N{NO-BREAK SPACE}", " ") == french


def test_no_page_counts_in_another_unit() -> None:
    assert not [path for path in PAGES.rglob("*.html") if "filesizeformat" in path.read_text()]
