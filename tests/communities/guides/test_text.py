"""A text whose headings are questions is parted at those that stand in nothing else."""

from __future__ import annotations

import pytest

from communities.guides.text import described, questions_in


def test_each_heading_opens_what_is_below_it() -> None:
    html, contents = described("<p>Before.</p><h2>One?</h2><p>Yes<br>no</p><h3>More</h3><h2>Two?</h2>")
    before, questions = questions_in(html)

    assert [one["title"] for one in contents] == ["One?", "More", "Two?"]
    assert before == "<p>Before.</p>"
    assert [(one.anchor, one.asked) for one in questions] == [("s-one", "One?"), ("s-two", "Two?")]
    assert questions[0].answer == '<p>Yes<br>no</p><h3 id="s-more">More</h3>'
    assert questions[1].answer == ""


@pytest.mark.parametrize(
    "html",
    [
        "<p>No heading.</p>",
        "<blockquote><h2>Said elsewhere</h2><p>So.</p></blockquote>",
        "<ul><li><h2>In a list</h2></li></ul>",
        "",
    ],
)
def test_what_has_no_heading_of_its_own_stays_whole(html: str) -> None:
    assert questions_in(html) == (html, [])


def test_nothing_of_a_text_is_lost() -> None:
    html = described('<p>A<img src="x">b</p><blockquote><h2>q</h2></blockquote><h2>One</h2><p>1</p>')[0]
    before, questions = questions_in(html)
    again = "".join(f'<h2 id="{one.anchor}">{one.asked}</h2>{one.answer}' for one in questions)
    assert before + again == html
