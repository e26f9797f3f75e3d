"""What other forums cover is covered here: as it is typed there, and as their pages hold it."""

from __future__ import annotations

from collections import Counter
from time import process_time

import pytest

from communities.content.exceptions import TextTooLong
from communities.content.text.rendering import render
from communities.content.text.spoilers import COVER, covered
from communities.transfer.shortcodes import expand_shortcodes
from communities.transfer.stackexchange_html import convert_stackexchange

START, END = '<mark class="spoiler" tabindex="0"><span>', "</span></mark>"


LINK = '<a href="https://e.org/" rel="nofollow ugc noopener">a</a>'


def stored(source: str, fmt: str = "markdown") -> str:
    html = render(source, fmt=fmt, mentions={}).html  # type: ignore[arg-type]
    assert render(html, fmt="html", mentions={}).html == html, "reading it again changes nothing"
    return html.replace(START, "{").replace(END, "}")


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        ("So [spoiler]he *dies*[/spoiler].", "<p>So {he <em>dies</em>}.</p>"),
        ("[SPOILER]x[/Spoiler]", "<p>{x}</p>"),
        ("[spoiler]a [spoiler]b[/spoiler] c[/spoiler] d", "<p>{a b c} d</p>"),
        ("[spoiler=The end]x[/spoiler]", "<p>The end {x}</p>"),
        (
            "[spoiler]\nA\n\n- B\n- C\n[/spoiler]\nafter",
            "<p>{A}</p><ul><li>{B}</li><li>{C}</li></ul><p>after</p>",
        ),
        ("[spoiler]A\n\nB[/spoiler]", "<p>{A}</p><p>{B}</p>"),
        ("> [spoiler]\n> A\n> [/spoiler]\n\nb", "<blockquote><p>{A}</p></blockquote><p>b</p>"),
        ("[spoiler=The end]\nA\n[/spoiler]", "<p>The end</p><p>{A}</p>"),
        ("So >!he *dies*!<.", "<p>So {he <em>dies</em>}.</p>"),
        (">!he dies!< and more", "<p>{he dies} and more</p>"),
        ("> >!in a quotation!<", "<blockquote><p>{in a quotation}</p></blockquote>"),
        ("||ours|| and >!theirs!<", "<p>{ours} and {theirs}</p>"),
        # What is half right.
        ("So [spoiler]x\n\ny", "<p>So {x}</p><p>y</p>"),
        ("So [spoiler]a\n\n- b\n\nc[/spoiler] d", "<p>So {a}</p><ul><li>{b}</li></ul><p>{c} d</p>"),
        ("[spoiler]a\n\nb[/spoiler] c", "<p>{a}</p><p>{b} c</p>"),
        ("[spoiler]a\n\n```\nb\n```\n\nc[/spoiler] d", "<p>{a}</p><pre>{<code>b\n</code>}</pre><p>{c} d</p>"),
        ("> [spoiler]a\n\nb[/spoiler] c", "<blockquote><p>{a}</p></blockquote><p>{b} c</p>"),
        ("[spoiler=a [b] c]x[/spoiler] d", "<p>a {[b] c]x} d</p>"),
        ("a >! b !< c", "<p>a { b } c</p>"),
        (">! b !< c", "<p>{ b } c</p>"),
        (">!a\nb!< c", "<p>{a<br>\nb} c</p>"),
        (">!a\n>!b!<", "<p>{a<br>\n&gt;!b}</p>"),
        (">!a\n- b!<", "<p>{a<br>\n- b}</p>"),
        # What is none.
        ("`[spoiler]x[/spoiler]`", "<p><code>[spoiler]x[/spoiler]</code></p>"),
        ("x[/spoiler]", "<p>x[/spoiler]</p>"),
        ("> quoted", "<blockquote><p>quoted</p></blockquote>"),
        ("> ! quoted", "<blockquote><p>! quoted</p></blockquote>"),
        (
            "`[spoiler]` a\n\nb `[/spoiler]`",
            "<p><code>[spoiler]</code> a</p><p>b <code>[/spoiler]</code></p>",
        ),
        ("\\[spoiler] a", "<p>[spoiler] a</p>"),
        (">! \n!<", "<blockquote><p>!<br>\n!&lt;</p></blockquote>"),
    ],
)
def test_it_is_typed_as_elsewhere(typed: str, made: str) -> None:
    assert stored(typed) == made


@pytest.mark.parametrize("typed", ["[spoiler]see https://e.org/x[/spoiler] z", ">!see https://e.org/x!< z"])
def test_an_address_ends_where_its_cover_does(typed: str) -> None:
    assert covered(render(typed, fmt="markdown", mentions={}).html) == f"<p>{COVER} z</p>"


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ('<p>a <span class="spoiler">b</span> c</p>', "<p>a {b} c</p>"),
        ('<p>a <span class="spoiled">b</span></p>', "<p>a {b}</p>"),
        ('<div class="spoiler"><p>a</p><ul><li>b</li></ul></div>', "<p>{a}</p><ul><li>{b}</li></ul>"),
        ('<div class="x bb-spoiler">a</div>', "<p>{a}</p>"),
        ('<div class="bbCodeSpoiler"><div><p>a</p></div></div>', "<p>{a}</p>"),
        ('<blockquote class="spoiler"><p>a</p></blockquote>', "<p>{a}</p>"),
        ('<p><span class="md-spoiler-text">a <b>b</b></span></p>', "<p>{a <strong>b</strong>}</p>"),
        ('<p><span class="spoiler">a <span class="spoiler">b</span></span></p>', "<p>{a b}</p>"),
        ('<p><span class="spoilerish">a</span></p>', "<p>a</p>"),
        ('<div class="bbCodeBlock bbCodeBlock--spoiler"><div>a</div></div>', "<p>{a}</p>"),
        ('<p><a class="bbc_spoiler" href="https://e.org/">a</a></p>', f"<p>{{{LINK}}}</p>"),
        ('<section class="spoiler"><p>a</p></section>', "<p>{a}</p>"),
        ('<p><strong class="spoiler">a</strong> b</p>', "<p>{<strong>a</strong>} b</p>"),
        ('<ul class="spoiler"><li>a</li></ul>', "<ul><li>{a}</li></ul>"),
        ('<ul><li class="spoiler">a</li><li>b</li></ul>', "<ul><li>{a}</li><li>b</li></ul>"),
        (
            '<table><tr><td class="spoiler">a</td><td>b</td></tr></table>',
            "<table><tbody><tr><td>{a}</td><td>b</td></tr></tbody></table>",
        ),
        ("<p>a [spoiler]b <em>c</em>[/spoiler] d</p>", "<p>a {b <em>c</em>} d</p>"),
        ("<p>[spoiler=x]a [spoiler]b[/spoiler][/spoiler]</p>", "<p>x {a b}</p>"),
        (
            "<p>[spoiler]a <code>[spoiler]b[/spoiler]</code></p>",
            "<p>[spoiler]a <code>[spoiler]b[/spoiler]</code></p>",
        ),
        ("<p>a <tg-spoiler>b</tg-spoiler> <font>c</font></p>", "<p>a {b} c</p>"),
        ('<p><span class="hint">a</span> <mark class="spoiler">b</mark></p>', "<p>a {b}</p>"),
        (
            '<details class="spoiler"><summary>a</summary><p>b</p></details>',
            "<details><summary>a</summary><p>b</p></details>",
        ),
    ],
)
def test_pages_of_others_are_read(source: str, made: str) -> None:
    assert stored(source, "html") == made


def test_old_sites_bring_their_covers_along() -> None:
    losses: Counter[str] = Counter()
    inline = expand_shortcodes("Who? [spoiler]He[/spoiler].", attachments={}, losses=losses)
    assert stored(f"<p>{inline}</p>", "html") == "<p>Who? {He}.</p>"
    blocks = expand_shortcodes(
        "[spoiler]<p>One</p>\n\n<ul><li>two</li></ul>[/spoiler]", attachments={}, losses=losses
    )
    assert stored(blocks, "html") == "<p>{One}</p><ul><li>{two}</li></ul>"
    one = expand_shortcodes("Who? [spoiler]<p>He</p>[/spoiler]", attachments={}, losses=losses)
    assert stored(f"<p>{one}</p>", "html") == "<p>Who?</p><p>{He}</p>"
    titled = expand_shortcodes('[spoiler title="The end"]He dies.[/spoiler]', attachments={}, losses=losses)
    assert stored(titled, "html") == "<details><summary>The end</summary><p>He dies.</p></details>"
    assert (
        expand_shortcodes("[[spoiler]x[/spoiler]]", attachments={}, losses=losses) == "[spoiler]x[/spoiler]"
    )
    assert not losses
    asked = convert_stackexchange(
        '<blockquote class="spoiler"><p>42</p></blockquote>', site=None, keep_picture=None
    )  # type: ignore[arg-type]
    assert stored(asked.html, "html") == "<p>{42}</p>"


@pytest.mark.parametrize("end", ["", "!<", "x[/spoiler]", "\n\nx[/spoiler]"])
@pytest.mark.parametrize(
    "shape",
    [
        "[spoiler]",
        "[spoiler]\n",
        "[spoiler]\n\n",
        "[spoiler=",
        "[spoiler=\n",
        "[spoiler=x[",
        "`[spoiler]",
        ">!x",
        ">!a ",
        ">! ",
        ">!x\n",
    ],
)
def test_what_is_never_closed_costs_no_more_than_words(shape: str, end: str) -> None:
    """Each line may be a block of its own; a text of more blocks than any person writes is refused."""
    source = f"x{shape * (90_000 // len(shape))}{end}"
    began = process_time()
    try:
        assert "x" in render(source, fmt="markdown", mentions={}).html
    except TextTooLong:
        assert source.count("\n") > 5_000
    assert process_time() - began < 10


def test_what_is_closed_as_often_costs_no_more_than_words() -> None:
    began = process_time()
    for between in ("x\n", "\n\nx\n\n"):
        source = "[spoiler]\n" * 4_000 + between + "[/spoiler]\n" * 4_000
        assert "x" in render(source, fmt="markdown", mentions={}).html
    assert process_time() - began < 20


def test_pairs_within_pairs_of_a_page_cost_no_more_than_words() -> None:
    began = process_time()
    for source in ("[spoiler]" * 11_000 + "x", "[spoiler]" * 5_000 + "x" + "[/spoiler]" * 5_000):
        assert "x" in stored(f"<p>{source}[/spoiler]</p>"[:100_000], "html")
    assert process_time() - began < 10
