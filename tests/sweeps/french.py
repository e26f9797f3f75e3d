"""No page in French still says one of our sentences in English: what the sweep of pages asks of each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from config.translations import PROJECT, read_catalog

SAID_ALOUD = ("aria-label", "title", "placeholder", "alt")
# The style page shows developers what there is.
IN_ENGLISH = {"style/"}
# A language under its own name, a draft's title in the world, the heading of a column in its file of orders, a rule
# that a decision keeps in the community's language, a word that an edit took out of a text; and the queue, which is
# “file” in French.
NOT_OURS = {"English", "Not yet", "order", "Courtesy", "off", "file"}


@cache
def english() -> frozenset[str]:
    """Our sentences that French never says; those with values in them are never whole on a page."""
    catalog = list(read_catalog(PROJECT / "locale" / "fr" / "LC_MESSAGES" / "django.po"))
    # A word of both may be meant as either: as the heading of a column in one place and not in the other.
    in_french = {said for entry in catalog for said in entry.translations.values()}
    return frozenset(
        entry.sentence.strip()
        for entry in catalog
        if entry.sentence and entry.sentence not in in_french and "%(" not in entry.sentence
    )


def said(element: Any, language: str = "fr") -> Iterator[str]:
    """Every text of an element that is marked as French, by eye or by ear."""
    language = element.get("lang") or language
    if not isinstance(element.tag, str) or element.tag in ("script", "style", "textarea"):
        return
    if language == "fr":
        yield element.text or ""
        yield from (element.get(name) or "" for name in SAID_ALOUD)
    for child in element:
        yield from said(child, language)
        if language == "fr":
            yield child.tail or ""


def left_in_english(page: Any) -> list[str]:
    """Our sentences that a parsed page in French says in English; whoever chose a language reads that one."""
    if page.get("lang") != "fr":
        return []
    return sorted({text.strip() for text in said(page)} & (english() - NOT_OURS))
