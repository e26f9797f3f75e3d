"""Whatever goes in, what comes out is safe, in our content model, and stable."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communities.content.exceptions import TextTooLong
from communities.content.text.markup import parse
from communities.content.text.rendering import (
    MAX_CHARACTERS,
    Rendered,
    is_blank,
    quote_html,
    references,
    render,
    with_anchors,
)
from communities.content.text.sanitising import BLOCKS, INLINE, WRITTEN, Picture
from communities.letters import fold
from tests.growth import grows_evenly

TO_DO = '<li class="task"><label><input type="checkbox" disabled="">'
DONE = '<li class="task"><label><input type="checkbox" checked="" disabled="">'
PICTURE = "0192aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee"
MENTIONS = {"bob": "/members/bob/", "elodie.k": "/members/elodie.k/"}


def show(source: str, fmt: str = "html", **extra: object) -> Rendered:
    return render(source, fmt=fmt, mentions=MENTIONS, **extra)  # kwargs of the call


ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<img src='javascript:alert(1)'>",
    "<svg><script>alert(1)</script></svg>",
    "<svg onload=alert(1)>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='jAvAsCrIpT&colon;alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='&#1;javascript:alert(1)'>x</a>",
    "<a href=' data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action=//evil.example><input name=password></form>",
    "<p style='background:url(//evil.example)'>x</p>",
    "<p id=main class='btn btn-bad' data-post=1 onclick=alert(1)>x</p>",
    "<blockquote cite='javascript:alert(1)' data-post='\"><script>'>x</blockquote>",
    "<base href=//evil.example/><meta http-equiv=refresh content=0>",
    "<img srcset='//evil.example/a.png 1x' src='https://evil.example/a.png'>",
    "<img src='/media/../evil'><img src='//evil.example/media/x'>",
    "<<script>alert(1);//<</script>",
    "<table background=//evil.example><td background='//evil.example'>x",
    "<template><script>alert(1)</script></template>",
    "<a href='https://example.com' target=_blank ping=//evil.example>x</a>",
    "<details open ontoggle=alert(1)>x</details>",
    "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    "[x](javascript:alert(1)) ![x](https://evil.example/t.gif) <b onmouseover=alert(1)>",
]


def assert_safe(html: str) -> None:
    for element in parse(html).walk():
        if not element.tag:
            continue
        assert element.tag in BLOCKS | INLINE | WRITTEN
        if element.tag == "input":
            assert element.attrs | {"checked": ""} == {"type": "checkbox", "checked": "", "disabled": ""}
        for name, value in element.attrs.items():
            assert not name.startswith("on")
            assert name not in {"style", "id", "target", "ping", "background"}
            if name in {"href", "src", "cite"}:
                assert re.match(r"https?:|mailto:|/|#", value, re.IGNORECASE)
        if element.tag == "img":
            assert re.match(r"/media/[0-9a-f-]{36}/", element.attrs["src"])
            assert "srcset" not in element.attrs
            assert element.attrs["loading"] == "lazy"
            assert "alt" in element.attrs
    assert "<script" not in html.lower()


@pytest.mark.parametrize("fmt", ["html", "markdown"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_defused(attack: str, fmt: str) -> None:
    html = show(attack, fmt).html
    assert_safe(html)
    assert show(html).html == html


TAGS = [
    "p",
    "div",
    "b",
    "a",
    "ul",
    "li",
    "table",
    "tr",
    "td",
    "h1",
    "h2",
    "pre",
    "code",
    "blockquote",
    "figure",
    "label",
    "span class=t-k",
    "input type=checkbox checked",
    "figure class=gallery",
]
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(ATTACKS),
    st.sampled_from(
        [
            "@bob",
            "@nobody",
            "[ ] ",
            "☑",
            "<br>",
            "<hr>",
            " ",
            "\n",
            "&amp;",
            "&nbsp;",
            "<figcaption>",
            "<th>",
            "<s>",
        ]
    ),
    st.sampled_from(
        [f"<img src=/media/{PICTURE}/960.webp alt=x>", "<a href=/x/>", "<a class=mention href=//e>"]
    ),
    st.text(max_size=12),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_any_html_becomes_safe_and_stays_the_same(source: str) -> None:
    html = show(source).html
    assert_safe(html)
    assert show(html).html == html


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(PIECES, st.sampled_from(["**", "_", "`", "> ", "- ", "# ", "[", "](", ")", "|"])),
        max_size=14,
    )
)
def test_any_markdown_becomes_safe(pieces: list[str]) -> None:
    assert_safe(show("".join(pieces), "markdown").html)


def test_markdown_is_written_out() -> None:
    html = show("# Title\n\nhello **you**\nnext\n\n- a\n\n> q\n\n`x`\n\n1. n", "markdown").html
    assert html.replace("\n", "") == (
        "<h2>Title</h2><p>hello <strong>you</strong><br>next</p><ul><li>a</li></ul>"
        "<blockquote><p>q</p></blockquote><p><code>x</code></p><ol><li>n</li></ol>"
    )


def test_foreign_markup_takes_our_shape() -> None:
    assert show("<div>a<div>b</div>c</div>").html == "<p>a</p><p>b</p><p>c</p>"
    assert show("<h1>a</h1><h5>b</h5>").html == "<h2>a</h2><h4>b</h4>"
    assert show("a <b>b</b> <i>c</i>").html == "<p>a <strong>b</strong> <em>c</em></p>"
    assert show("<li>alone</li>").html == "<p>alone</p>"
    assert show("<strong><p>a</p></strong>").html == "<p>a</p>"
    assert show("<p></p><p><br></p><p>a<br></p>").html == "<p>a</p>"


def test_links_say_where_they_lead() -> None:
    html = show(
        "<a href='https://other.example/'>a</a><a href='https://ours.example/x/'>b</a><a href='/p/1/'>c</a>"
        "<a href='//other.example'>d</a><a href='mailto:a@b.example'>e</a>",
        own_hosts={"ours.example"},
    ).html
    assert html.count('rel="nofollow ugc noopener"') == 2
    assert '<a href="https://ours.example/x/">b</a><a href="/p/1/">c</a>' in html
    assert '<a href="https://other.example" rel=' in html


def test_an_external_picture_becomes_a_link() -> None:
    html = show("<figure><img src='https://t.example/pixel.gif' alt='A boat'></figure>").html
    assert html == '<p><a href="https://t.example/pixel.gif" rel="nofollow ugc noopener">A boat</a></p>'


def test_a_known_picture_is_measured() -> None:
    picture = Picture(f"/media/{PICTURE}/960", 960, 640, "Deck", f"/media/{PICTURE}/480 480w", "100vw")
    result = show(f"<img src='/media/{PICTURE}/full' onload=x>", pictures={PICTURE: picture})
    assert result.attachment_ids == [PICTURE]
    for part in ('width="960"', 'height="640"', 'alt="Deck"', "480w", 'loading="lazy"'):
        assert part in result.html


def test_somebody_elses_picture_is_left_out() -> None:
    result = show(f"<p>a <img src='/media/{PICTURE}/960' alt='theirs'></p>", pictures={})
    assert (result.html, result.attachment_ids) == ("<p>a theirs</p>", [])


def test_mentions_link_those_who_exist() -> None:
    result = show("<p>@Bob. and @Élodie.K, @nobody, me@bob.example</p><pre>@bob</pre><a href='/x/'>@bob</a>")
    assert result.html.startswith('<p><a href="/members/bob/" class="mention">@Bob</a>. and <a')
    assert result.html.count("mention") == 2
    assert result.mentions == ["bob", "elodie.k"]


PEOPLE = {
    key: f"/members/{key}/" for key in ("bob", "petra", "a", "b", "jean_paul", "__ines__", "ольга", "c_")
}


@pytest.mark.parametrize("fmt", ["markdown", "html"])
@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("@a/@b", ["a", "b"]),
        ("(@a/@b/@petra)", ["a", "b", "petra"]),
        ("@petra@example.org", []),
        ("petra@example.org, me@petra.example", []),
        ("https://example.org/@petra and example.org/@bob", []),
        ("“@petra”, (@bob): @a! @b?", ["petra", "bob", "a", "b"]),
        ("@jean_paul and @__ines__ and @c_ too", ["jean_paul", "__ines__", "c_"]),
        ("@petra. @bob- @a’s @b…", ["petra", "bob", "a", "b"]),
        ("@ОЛЬГА @Pétra", ["ольга", "petra"]),
        ("`@petra`" + " <code>@bob</code>", []),
        ("@@petra a@bob @", []),
        ("@petra @petra @PETRA", ["petra"]),
    ],
)
def test_who_is_named(fmt: Literal["html", "markdown"], written: str, told: list[str]) -> None:
    source = f"<p>{written.replace('`@petra`', '')}</p>" if fmt == "html" else written
    if fmt == "markdown" and "<code>" in written:
        source = "`@petra`\n\n    @bob\n"
    people = {fold(key): address for key, address in PEOPLE.items()}
    named = render(source, fmt=fmt, mentions=people).mentions
    assert sorted(named) == sorted(fold(key) for key in told)
    assert {fold(key) for key in told} <= references(source).handle_keys


def test_whom_a_quotation_names_is_not_spoken_to() -> None:
    """But whom it quotes is: their name stands alone on its first line."""
    result = render(
        "> @petra\n>\n> I asked @bob\n> > @a\n> > older\n\nI agree, @b\n\n> so says @c_",
        fmt="markdown",
        mentions=PEOPLE | {"c_": "/members/c_/"},
    )
    assert result.mentions == ["petra", "b"]
    assert result.quoted == ["bob", "a", "c_"]
    assert result.html.count('class="mention"') == 5


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>Press <kbd>Ctrl</kbd>, <mark>here</mark>, <q>so</q>.</p>",) * 2,
        ("<p><samp>x</samp> <var>n</var> <tt>t</tt></p>", "<p><code>x</code> <em>n</em> <code>t</code></p>"),
        ("<details><summary>More</summary><p>inside</p></details>",) * 2,
        (
            "<details><summary>More</summary>inside</details>",
            "<details><summary>More</summary><p>inside</p></details>",
        ),
        ("<details><p>inside</p></details>", "<p>inside</p>"),
        ("<dl><dt>Bight</dt><dd>a loop</dd></dl>",) * 2,
        (
            "<dl><div><dt>A</dt><dd><p>x</p><p>y</p></dd></div></dl>",
            "<dl><dt>A</dt><dd><p>x</p><p>y</p></dd></dl>",
        ),
        ("<dt>A</dt><dd>x</dd>", "<p>A</p><p>x</p>"),
        (
            "<table><caption>Loads</caption><tr><td>1</td></tr></table>",
            "<table><caption>Loads</caption><tbody><tr><td>1</td></tr></tbody></table>",
        ),
        (
            "<ul><li><input type=checkbox checked> cut</li><li><input type=checkbox>splice</li></ul>",
            f"<ul>{DONE} cut</label></li>{TO_DO} splice</label></li></ul>",
        ),
        ("<input type=text value=x>a", "<p>a</p>"),
        # A list in a list, however it is written, adds no empty bullet.
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li><p>a</p><ul><li>b</li></ul></li></ul>"),
        ("<ul><li>a</li><li><ol><li>b</li></ol></li></ul>", "<ul><li><p>a</p><ol><li>b</li></ol></li></ul>"),
        ("<ul><li><ul><li>b</li></ul></li></ul>", "<ul><li>b</li></ul>"),
        ("<ul><ul><li>b</li></ul><li>c</li></ul>", "<ul><li>b</li><li>c</li></ul>"),
        ('<p dir="rtl">שלום</p>', '<p dir="rtl">שלום</p>'),
        ('<div dir="rtl"><p>שלום</p><p dir=ltr>a</p></div>', '<p dir="rtl">שלום</p><p dir="ltr">a</p>'),
        ('<ul dir="rtl"><li dir="auto">x</li></ul>',) * 2,
        ('<p dir="up">a <bdo dir=rtl>b</bdo></p>', '<p>a <bdi dir="rtl">b</bdi></p>'),
        ("<pre><code>a &lt;kbd&gt;</code></pre>",) * 2,
    ],
)
def test_what_has_a_meaning_keeps_it(written: str, kept: str) -> None:
    assert show(written).html == kept
    assert show(kept).html == kept


def test_a_list_of_things_to_do() -> None:
    assert show("- [ ] cut\n- [x] splice\n- [link](/x/)\n", "markdown").html == (
        f'<ul>{TO_DO} cut</label></li>{DONE} splice</label></li><li><a href="/x/">link</a></li></ul>'
    )


def test_a_false_mention_is_linked_to_the_real_page() -> None:
    html = show(
        "<a class='mention' href='https://evil.example'>@bob</a> <a class=mention href=/x/>me</a>"
    ).html
    assert html == '<p><a href="/members/bob/" class="mention">@bob</a> me</p>'


def test_references_are_found_before_rendering() -> None:
    found = references(f"Hi @Bob. See /media/{PICTURE}/960 and a@b.example")
    assert found.handle_keys == {"bob", "bob."}
    assert found.attachment_ids == {PICTURE}


def test_a_long_text_is_refused_with_its_size() -> None:
    assert show("a" * MAX_CHARACTERS).text
    with pytest.raises(TextTooLong, match="100,001"):
        show("a" * (MAX_CHARACTERS + 1))


def test_deep_markup_is_flattened() -> None:
    html = show("<b>" * 5000 + "<blockquote>" * 5000 + "core").html
    assert "core" in html
    assert len(html) < 3000


def test_unwritable_characters_are_dropped() -> None:
    assert show("<p>a\x00b\ud800c\x1b</p>").html == "<p>ab?c</p>"


def test_blank_texts_are_recognised() -> None:
    assert is_blank(show("<p> <br></p><p>&nbsp;</p>").html)
    assert not is_blank(show("<p>a</p>").html)
    assert not is_blank(show(f"<img src=/media/{PICTURE}/960>").html)


def test_a_quotation_names_its_author_and_nests_nothing() -> None:
    quote = quote_html(
        "Ann <b>", "/p/7/", "<blockquote><p>old</p></blockquote><p>new <img src=x></p>", post_id=7
    )
    html = show(quote).html
    assert html == (
        '<blockquote cite="/p/7/" class="cite" data-post="7">'
        '<p class="by"><a href="/p/7/">Ann &lt;b&gt; wrote</a></p>'
        "<p>new</p></blockquote>"
    )


def test_headings_get_addresses() -> None:
    html, contents = with_anchors("<h2>Été <em>ici</em></h2><p>x</p><h3>Été ici</h3><h2>…</h2>")
    assert [heading.anchor for heading in contents] == ["s-ete-ici", "s-ete-ici-2", "s-3"]
    assert '<h3 id="s-ete-ici-2">Été ici</h3>' in html
    assert with_anchors(html)[0] == html


@pytest.mark.parametrize(
    "piece", ["http://a", "//a.b/", "http://a.b/((", "a.com/((", "a.com (", "ftp://a.b/[{(", "@a.b"]
)
def test_a_text_made_of_addresses_is_read_at_once(piece: str) -> None:
    """Each of these took up to seventy seconds while bare addresses were looked for without a limit."""
    assert grows_evenly(lambda size: show(piece * (size // len(piece)), fmt="markdown"), MAX_CHARACTERS)


def test_addresses_in_a_long_text_are_still_links() -> None:
    shown = show("See https://example.org/knots for more. " * 900, fmt="markdown")
    assert shown.html.count('<a href="https://example.org/knots"') == 900


@pytest.mark.parametrize("piece", ["<b>", "<p>", "<br>", "<ul><li>"])
def test_a_text_made_of_tags_is_refused(piece: str) -> None:
    with pytest.raises(TextTooLong, match="too many parts"):
        show(piece * (MAX_CHARACTERS // len(piece)))


def test_equal_headings_are_numbered_at_once() -> None:
    assert grows_evenly(lambda count: with_anchors("<h2>Knots</h2>" * count), 7_000)
    html, headings = with_anchors("<h2>Knots</h2>" * 7_000)
    assert [heading.anchor for heading in headings[:3]] == ["s-knots", "s-knots-2", "s-knots-3"]
    assert html.count('id="s-knots-7000"') == 1
