"""What is covered stays covered wherever nothing can be uncovered, and goes through every door unchanged."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from communities.content.models import Post
from communities.content.showing.files import as_read
from communities.content.showing.summaries import summary_of
from communities.content.showing.syndication import told_html
from communities.content.text import rendering
from communities.content.text.extracts import excerpt, plain_text, said_in
from communities.content.text.rendering import render, with_anchors
from communities.content.text.spoilers import COVER, covered
from tests.conftest import Cast
from tests.factories import make_reply, make_thread

START, END = '<mark class="spoiler" tabindex="0"><span>', "</span></mark>"
SECRET = "the bosun did it"


def stored(source: str, fmt: str = "markdown") -> str:
    html = render(source, fmt=fmt, mentions={}).html  # type: ignore[arg-type]
    assert render(html, fmt="html", mentions={}).html == html, "reading it again changes nothing"
    return html


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        ("So ||it *ends*||.", f"<p>So {START}it <em>ends</em>{END}.</p>"),
        ("||one|| and ||two||", f"<p>{START}one{END} and {START}two{END}</p>"),
        ("**||x||**", f"<p><strong>{START}x{END}</strong></p>"),
        ("||`x`||", f"<p>{START}<code>x</code>{END}</p>"),
        ("||a ||b|| c||", f"<p>{START}a b c{END}</p>"),
        ("a || b || c", "<p>a || b || c</p>"),
        ("a||b||c", "<p>a||b||c</p>"),
        ("`||x||`", "<p><code>||x||</code></p>"),
        (r"\||x||", "<p>||x||</p>"),
        ("||||", "<p>||||</p>"),
        ("|||x|||", "<p>|||x|||</p>"),
    ],
)
def test_it_is_typed_between_two_bars(typed: str, made: str) -> None:
    assert stored(typed) == made


def test_a_link_is_covered_as_a_whole() -> None:
    """What the Tab key reaches cannot stand in a link, and must not be uncovered by that."""
    html = stored("[see ||this||](https://example.org/x)")
    assert html.startswith(f'<p>{START}<a href="https://example.org/x"')
    assert html.endswith(f"see this</a>{END}</p>")


@pytest.mark.parametrize(
    "address", ["https://e.org", "https://e.org/x", "https://e.org/x?a=b|c", "http://e.org/||a"]
)
def test_an_address_ends_where_its_cover_does(address: str) -> None:
    html = stored(f"So ||{address}|| and ||see {address}||, {address}")
    assert covered(html).startswith(f"<p>So {COVER} and {COVER}, <a ")
    assert html.count(f">{address}</a>") == 3


def test_in_the_summary_of_a_fold_nothing_else_can_be_reached() -> None:
    """It is a button, which uncovers what it says as it opens the fold."""
    html = stored(
        "<details><summary>How <mark class=spoiler>he dies</mark></summary><p>So.</p></details>", "html"
    )
    assert html == (
        '<details><summary>How <mark class="spoiler"><span>he dies</span></mark></summary><p>So.</p></details>'
    )
    assert covered(html) == f"<details><summary>How {COVER}</summary><p>So.</p></details>"
    assert as_read(html) == html


def test_a_page_says_what_it_is_in_the_language_of_its_reader() -> None:
    html = stored("||a|| and ||b||")
    assert as_read(html).count(' tabindex="0" role="group" aria-label="Spoiler"><span>') == 2
    with override("fr"):
        assert ' role="group" aria-label="Passage masqué"><span>a<' in as_read(html)


def test_a_text_that_does_not_settle_is_reduced_to_what_may_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "MAX_READINGS", 0)
    html = render(f"*Who?* ||{SECRET}||", fmt="markdown", mentions={}).html
    assert html == f"<p>Who? {COVER}</p>"


def test_nobody_makes_anything_else_reachable() -> None:
    html = stored(
        '<p><mark tabindex="9">a</mark><mark class="big">b</mark><span class="x" tabindex="0">c</span></p>',
        "html",
    )
    assert html == "<p><mark>a</mark><mark>b</mark>c</p>"


def test_it_is_covered_where_nothing_can_be_uncovered() -> None:
    html = stored(f"Who? ||{SECRET}|| Well.")
    assert excerpt(html, 80) == f"Who? {COVER} Well."
    assert covered(html) == f"<p>Who? {COVER} Well.</p>"
    assert SECRET in plain_text(html), "who judges a text reads all of it"
    assert SECRET in said_in(html), "and so do the watch words"
    title = with_anchors(stored(f"## Then ||{SECRET}||"))[1][0]
    assert (title.title, title.anchor) == (f"Then {COVER}", "s-then")


def test_pages_feeds_search_and_lists_keep_it_covered(here: Cast) -> None:
    """Where the thread is read it stands in its cover; everywhere else it does not stand at all."""
    with here.scope():
        thread = make_thread(
            here.forum, by=here.member, title="The ending", body=stored(f"Who? ||{SECRET}||")
        )
        reply = make_reply(thread, by=here.manager, body=stored(f"Or ||{SECRET}, perhaps||"))
        assert SECRET not in told_html(reply)
    client = here.sign_in(None)
    page = client.get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
    assert page.count(SECRET) == 2, "in its two covers; not in what search engines and previews are told"
    for path in (
        "/",
        "/forums/",
        f"/forums/f/{here.forum.slug}/feed.xml",
        "/search/?q=bosun",
        f"/members/{here.member.handle}/",
    ):
        answer = client.get(here.url(path))
        assert answer.status_code == 200, path
        assert SECRET not in answer.content.decode(), path


def test_the_summary_of_a_thread_names_no_page_that_is_covered(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, replies=1)
        body = stored("[so](https://example.org/knots) ||[so](https://example.org/ending)||")
        Post.objects.filter(thread=thread, position=2).update(body_html=body)
        assert [page.words for page in summary_of(thread).links] == ["example.org/knots"]


@pytest.mark.parametrize(
    ("typed", "name"), [(":-:", "to-center"), ("--:", "to-end"), (":--", ""), ("---", "")]
)
def test_a_column_stands_where_its_table_says(typed: str, name: str) -> None:
    html = stored(f"| a | b |\n|---|{typed}|\n| 1 | 2 |\n")
    attrs = f' class="{name}"' if name else ""
    assert f"<th>a</th><th{attrs}>b</th>" in html
    assert f"<td>1</td><td{attrs}>2</td>" in html
    assert "style" not in html
