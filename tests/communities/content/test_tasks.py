"""Items of lists with a box: from Markdown, from editors, on the page, in words, in mails and feeds."""

from __future__ import annotations

import pytest

from communities.content.text.rendering import Rendered, render
from communities.content.text.ticking import with_signs

OPEN = '<input type="checkbox" disabled="">'
DONE = '<input type="checkbox" checked="" disabled="">'


def show(source: str, fmt: str = "html") -> Rendered:
    return render(source, fmt="markdown" if fmt == "markdown" else "html", mentions={"bob": "/members/bob/"})


def test_markdown_has_boxes() -> None:
    made = show("- [ ] splice **it**, @bob\n- [x] whip\n- plain\n\n1. [X] first", "markdown")
    assert made.html == (
        f'<ul><li class="task"><label>{OPEN} splice <strong>it</strong>, '
        '<a href="/members/bob/" class="mention">@bob</a></label></li>'
        f'<li class="task"><label>{DONE} whip</label></li><li>plain</li></ul>'
        f'<ol><li class="task"><label>{DONE} first</label></li></ol>'
    )
    assert made.text == "☐ splice it, @bob\n☑ whip\nplain\n☑ first"
    assert made.mentions == ["bob"]


@pytest.mark.parametrize(
    "item",
    [
        "<li>[ ] a</li>",
        "<li>☐ a</li>",
        "<li><input type=checkbox> a</li>",
        '<li class="task"><label><input type="checkbox" disabled=""> a</label></li>',
    ],
)
def test_others_write_them_in_other_ways(item: str) -> None:
    assert show(f"<ul>{item}</ul>").html == f'<ul><li class="task"><label>{OPEN} a</label></li></ul>'


@pytest.mark.parametrize(
    "item",
    ["<li><input type=checkbox checked><p>a</p>", "<li><input type=checkbox checked><div><p>a</p></div>"],
)
def test_a_box_before_a_paragraph_is_of_it(item: str) -> None:
    html = show(f"<ul>{item}<ul><li>b</li></ul></li></ul>").html
    assert html == (f'<ul><li class="task"><p><label>{DONE} a</label></p><ul><li>b</li></ul></li></ul>')


def test_a_box_elsewhere_is_a_sign_and_no_other_field_comes_in() -> None:
    html = show(
        '<p><input type="checkbox" checked> a<input name="password"></p><ul><li class="task">b</li></ul>'
    ).html
    assert html == "<p>☑  a</p><ul><li>b</li></ul>"


def test_a_box_without_words_is_an_empty_item() -> None:
    assert show("<ul><li><input type=checkbox><p></p></li><li>a</li></ul>").html == "<ul><li>a</li></ul>"


def test_mails_and_feeds_get_signs() -> None:
    html = show("- [ ] a\n- [x] *b*", "markdown").html
    assert with_signs(html) == '<ul><li class="task">☐ a</li><li class="task">☑ <em>b</em></li></ul>'
