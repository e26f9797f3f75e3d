"""No page in French still says one of our sentences in English."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import html5lib
import pytest

from config.translations import PROJECT, read_catalog
from tests.sweeps.addresses import COMMUNITY, PLATFORM
from tests.sweeps.audiences import OPENS
from tests.sweeps.walking import in_language, visit
from tests.sweeps.world import World

READERS = ("visitor", "newcomer", "member", "owner", "operator")
SAID_ALOUD = ("aria-label", "title", "placeholder", "alt")
# The style page shows developers what there is; a mail in its frame is as it was sent.
IN_ENGLISH = {"style/", "mails/<slug:name>/body/"}
# A language under its own name, a draft's title in the world, the heading of a column in its file of orders, a rule
# that a decision keeps in the community's language, and a word that an edit took out of a text.
NOT_OURS = {"English", "Not yet", "order", "Courtesy", "off"}
PAGES = [("community", route) for route in COMMUNITY if route not in IN_ENGLISH] + [
    ("platform", route) for route in PLATFORM if route not in IN_ENGLISH
]


@cache
def english() -> frozenset[str]:
    """Our sentences that French says differently; those with values in them are never whole on a page."""
    catalog = read_catalog(PROJECT / "locale" / "fr" / "LC_MESSAGES" / "django.po")
    return frozenset(
        entry.sentence.strip()
        for entry in catalog
        if entry.sentence and entry.sentence not in entry.translations.values() and "%(" not in entry.sentence
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


@pytest.mark.parametrize(("where", "route"), PAGES)
def test_french_pages_say_nothing_in_english(world: World, where: str, route: str) -> None:
    address = (COMMUNITY if where == "community" else PLATFORM)[route]
    path = (world.here.prefix if where == "community" else "") + address.path(route, world)
    host = {"host": "testserver" if where == "community" else "localhost"}
    for role in READERS:
        if address.get[role] != OPENS:
            continue
        seen = visit(world, role, "GET", path, OPENS, **host, **in_language("fr"))
        if seen.response.status_code != 200 or not seen.is_page:
            continue
        page = html5lib.HTMLParser(namespaceHTMLElements=False).parse(seen.response.content.decode())
        # Whoever chose a language reads that one.
        if page.get("lang") == "fr":
            left = sorted({text.strip() for text in said(page)} & (english() - NOT_OURS))
            assert left == [], f"{path} as {role}"
