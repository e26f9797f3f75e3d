"""Tags that are never closed: a parser carries them on into each paragraph, which takes all there is of memory."""

from __future__ import annotations

import resource

import pytest

from communities.content.exceptions import TextTooLong
from communities.content.text import sanitising
from communities.content.text.rendering import render
from communities.transfer.old_html import well_formed


def carried_on(opened: int, paragraphs: int, tag: str = "b") -> str:
    return "<p>" + "".join(f"<{tag} id={n}>" for n in range(opened)) + "<p>x" * paragraphs


@pytest.mark.parametrize("tag", ["b", "CODE", "font", "strike", "tt"])
def test_a_text_of_which_a_parser_makes_millions_is_refused(tag: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TextTooLong, match="too many parts"):
        render(carried_on(3000, 4000, tag), fmt="html", mentions={})
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024, (
        "kilobytes, of this process"
    )


@pytest.mark.parametrize("opened", [500, 700, 2000])
def test_neither_is_one_let_through_that_is_a_little_smaller(opened: int) -> None:
    with pytest.raises(TextTooLong):
        render(carried_on(opened, opened), fmt="html", mentions={})


def test_a_long_text_with_much_that_is_closed_reads_the_same_as_ever() -> None:
    html = "<p><strong>One</strong> and <em>other</em>, <code>é</code>.</p>" * 400
    assert html.count("<") * 1200 > sanitising.MUCH
    assert sanitising.strip_foreign(html) == sanitising._WIDE.clean(html)
    assert render(html, fmt="html", mentions={}).html == html


def test_of_an_old_text_like_that_the_words_come_along() -> None:
    assert well_formed(carried_on(3000, 400)).split() == ["<p>", *["x"] * 399, "x</p>"]
    html = "<p><b>One</b> and <i>other</i>.</p>" * 400
    assert well_formed(html) == html
