"""Real clipboards of a dozen programs, from a collection beside the project: without it, nothing is tried here.

The publishers’ own outcomes are a guide, not a law: which words, headings, items, cells and links there are, and
what is bold or slanted. Where we mean something else, it is said here and why.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.cleaner import ROOT, Cleaner

pytestmark = pytest.mark.browser


def collection() -> Path | None:
    """The folder with the clipboards and their list, named or in a folder beside the project."""
    named = os.environ.get("CLIPBOARD_SAMPLES")
    if named:
        return Path(named)
    beside = (found for parent in ROOT.parents[:2] for found in parent.glob("*/data/clipboard/index.tsv"))
    return next((found.parent for found in beside), None)


FOLDER = collection()


def cases() -> list[tuple[str, str]]:
    if FOLDER is None:
        return [("", "")]
    with (FOLDER / "index.tsv").open(encoding="utf-8", newline="") as table:
        return [(row["input"], row["expected"] or "") for row in csv.DictReader(table, delimiter="\t")]


@pytest.fixture(scope="module")
def cleaner(browser: Browser) -> Iterator[Cleaner]:
    cleaner = Cleaner(browser)
    yield cleaner
    cleaner.close()


# What a text says and how, as far as ours can say it too; without blanks and in small letters, as some outcomes are.
FACTS = """(html) => {
  const doc = new DOMParser().parseFromString(html, "text/html");
  for (const gone of doc.querySelectorAll("script, style, .cke_pagebreak")) gone.remove();
  const plain = (text) => text.replace(/[\\s\\u00a0\\u200b\\ufeff]+/g, "").toLowerCase();
  const all = (selector) => [...doc.body.querySelectorAll(selector)];
  const own = (item) => {
    const copy = item.cloneNode(true);
    for (const inner of copy.querySelectorAll("ul, ol")) inner.remove();
    return plain(copy.textContent);
  };
  const depth = (item) => {
    let count = 0;
    for (let one = item.parentElement; one; one = one.parentElement) count += /^[UO]L$/.test(one.tagName);
    return count;
  };
  const items = all("li").filter((item) => own(item));
  return {
    words: plain(doc.body.textContent),
    headings: all("h1, h2, h3, h4, h5, h6").map((one) => plain(one.textContent)).filter(Boolean),
    items: items.map((item) => [depth(item), item.parentElement.tagName, own(item)]),
    cells: all("td, th").map((one) => plain(one.textContent)),
    spans: all("td, th").map((one) => [one.colSpan, one.rowSpan]).filter(([wide, long]) => wide + long > 2),
    links: all("a[href]").map((one) => [one.getAttribute("href"), plain(one.textContent)]),
    bold: plain(all("strong, b").map((one) => one.textContent).join("")),
    slanted: plain(all("em, i").map((one) => one.textContent).join("")),
    struck: plain(all("s, del, strike").map((one) => one.textContent).join("")),
    quoted: all("blockquote").map((one) => plain(one.textContent)),
    programs: all("pre").length,
  };
}"""

# Case: what differs from the publisher’s outcome.
OTHERWISE: dict[str, dict[str, Any]] = {
    # A heading is bold by itself.
    "ckeditor4/gdocs-basic-chrome.in.html": {"bold": "cksourcenewsletternested"},
    # Where a level is left out, what is one too deep is one deep.
    "ckeditor4/word2013-ordered-list-edgy-chrome.in.html": {
        "items": [
            *([1, "OL", "the"], [2, "OL", "levels"], [3, "OL", "go"], [3, "OL", "one"], [3, "OL", "up"]),
            *([3, "OL", "at"], [2, "OL", "a"], [1, "OL", "time"]),
            *([1, "OL", "one"], [2, "OL", "level"], [2, "OL", "here"], [2, "OL", "is"], [1, "OL", "skipped"]),
        ]
    },
    # One cell alone is meant as its words.
    "ckeditor4/excel2013-cell-text.in.html": {"cells": []},
    # A second paragraph with the margin of its item is of the item, also where the margin is that of the sheet.
    "ckeditor5/word-list-multi-block.in.html": {
        "items": [
            [1, "OL", "a1a1"],
            [1, "OL", "b1b1"],
            [2, "OL", "c2c2"],
            [2, "OL", "d2d2"],
            [1, "OL", "e1e1"],
        ]
        * 3
    },
    "ckeditor5/gdocs-lists-partially-selected.in.html": {
        "items": [
            *([1, "OL", "f5"], [1, "OL", "g3"], [1, "OL", "h3"], [2, "OL", "i4"], [3, "OL", "j4"]),
            *([1, "OL", "k1"], [2, "OL", "l5"], [2, "OL", "m4"], [2, "OL", "n3"], [2, "OL", "o2"]),
        ]
    },
    "ckeditor5/word-smart-tags.in.html": {"headings": [], "items": [], "cells": []},
    # Our lists have no boxes; signs say the same.
    "lexical/gdocs-checklist.in.html": {
        "words": "☑done☐todo☑done☐todo☐todo",
        "items": [
            *([1, "UL", "☑done"], [1, "UL", "☐todo"], [2, "UL", "☑done"], [2, "UL", "☐todo"]),
            [1, "UL", "☐todo"],
        ],
    },
    "lexical/github-checklist.in.html": {
        "words": "checklist☑done☐todo",
        "items": [[1, "UL", "☑done"], [1, "UL", "☐todo"]],
    },
    # The publisher has its listings in another element.
    "lexical/vscode-code.in.html": {"programs": 1},
    "lexical/webstorm-code.in.html": {"programs": 1},
    "lexical/slack-code.in.html": {"programs": 1},
    "lexical/github-code.in.html": {"programs": 1},
    # Its HTML does not say that the listing is Markdown; it stays one.
    "gutenberg/vscode-markdown.in.html": {
        "words": "#heading1aparagraph.##heading2anotherparagraph.-listitem-listitem###heading3>quote",
        "headings": [],
        "items": [],
        "quoted": [],
        "programs": 1,
    },
}
# Models of documents, not HTML.
WITHOUT = {"ckeditor5/word-smart-tags.in.html", "ckeditor5/gdocs-lists-partially-selected.in.html"}


@pytest.mark.skipif(FOLDER is None, reason="the collection of real clipboards is not here")
@pytest.mark.parametrize(("pasted", "outcome"), cases(), ids=[pasted for pasted, _outcome in cases()])
def test_a_real_clipboard_comes_through(cleaner: Cleaner, pasted: str, outcome: str) -> None:
    assert FOLDER is not None
    html = (FOLDER / pasted).read_text(encoding="utf-8")
    told = cleaner(html)
    assert cleaner.asked == []
    assert cleaner.complaints == []
    for never in ("style=", "<span", "<font", "<o:p", "mso-", "<div", "<script"):
        assert never not in told.html
    facts = cleaner.page.evaluate(FACTS, told.html)
    wanted = {}
    if outcome and pasted not in WITHOUT:
        wanted = cleaner.page.evaluate(FACTS, (FOLDER / outcome).read_text(encoding="utf-8"))
    # Ours is not asked to judge the styles of the outcomes.
    cleaner.complaints.clear()
    wanted |= OTHERWISE.get(pasted, {})
    assert {name: facts[name] for name in wanted} == wanted
    assert facts["words"] or told.pictures or told.links or told.missing, "something came through"
