"""Whatever stands around a cover or in it, no word of it is published outside of one."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communities.content.showing.changes import drawn
from communities.content.showing.files import as_read
from communities.content.text.differences import difference
from communities.content.text.extracts import plain_text, stretches
from communities.content.text.rendering import render, to_html
from communities.content.text.sanitising import Picture, StoredFile, TooManyTags, strip_foreign
from communities.content.text.spoilers import COVER, covered

PICTURE = "0192aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee"
FILE = "0192aaaa-bbbb-7ccc-8ddd-ffffffffffff"
START, END = '<mark class="spoiler" tabindex="0"><span>', "</span></mark>"
VOID = {"br", "hr", "img", "input"}
WORD = re.compile(r"w\d+z")


class _Shown(HTMLParser):
    """The words of a text, by whether a cover is around them. It shares nothing with what is looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[bool] = []
        self.words: dict[bool, set[str]] = {True: set(), False: set()}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        for name in ("alt", "data-caption"):
            self.handle_data(said.get(name) or "")
        if tag not in VOID:
            self.open.append(tag == "mark" and said.get("class") == "spoiler")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.words[any(self.open)].update(WORD.findall(data))


def words_in(html: str) -> tuple[set[str], set[str]]:
    """Those in covers, and those outside of them."""
    reader = _Shown()
    reader.feed(html)
    reader.close()
    return reader.words[True], reader.words[False]


def published(source: str, fmt: str = "html") -> str:
    return render(
        source,
        fmt=fmt,  # type: ignore[arg-type]
        mentions={"bob": "/members/bob/"},
        pictures={PICTURE: Picture(f"/media/{PICTURE}/960.webp", 9, 6)},
        files={FILE: StoredFile(f"/media/{FILE}/file", "x.pdf", 9)},
    ).html


def assert_holds(source: str, fmt: str) -> None:
    try:
        hidden, _open = words_in(strip_foreign(to_html(source, fmt)))  # type: ignore[arg-type]
    except TooManyTags:
        return
    html = published(source, fmt)
    for shown in (html, as_read(html)):
        assert not hidden & words_in(shown)[1]
    for told in (covered(html), plain_text(html, covers=True)):
        assert not hidden & set(WORD.findall(told))
    assert published(html) == html


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        (
            f"[||x.pdf||](/media/{FILE}/file)",
            f'{START}<a href="/media/{FILE}/file" data-size="9">x.pdf</a>{END}',
        ),
        ("[||he dies||](chapter2)", f"{START}he dies{END}"),
        ("[so ||he dies||](chapter2)", f"so {START}he dies{END}"),
        (f"![||he dies||](/media/{PICTURE.replace('8ddd', '9ddd')}/1.webp)", f"{START}he dies{END}"),
        (
            "![a ||he dies||](https://e.org/)",
            f'{START}<a href="https://e.org/" rel="nofollow ugc noopener">a he dies</a>{END}',
        ),
    ],
)
def test_a_link_that_is_none_leaves_its_cover(typed: str, made: str) -> None:
    assert published(typed, "markdown") == f"<p>{made}</p>"


SPOILER = '<mark class="spoiler">'


@pytest.mark.parametrize(
    ("source", "made"),
    [
        (
            f'<p><a class="mention" href="/x/">{SPOILER}@bob</mark></a></p>',
            f'<p>{START}<a href="/members/bob/" class="mention">@bob</a>{END}</p>',
        ),
        (f'<a href="/x/"><p>{SPOILER}a</mark></p><p>b</p></a>', f"<p>{START}a{END}</p><p>b</p>"),
        (f"{SPOILER}a<p>b</p>c</mark>", f"<p>{START}a{END}</p><p>{START}b{END}</p><p>{START}c{END}</p>"),
        (
            f"{SPOILER}<ul><li><input type=checkbox> a</li></ul><h2>b</h2></mark>",
            f'<ul><li class="task"><label><input type="checkbox" disabled=""> {START}a{END}</label></li></ul>'
            f"<h2>{START}b{END}</h2>",
        ),
        (
            f"{SPOILER}<details><summary>a</summary><p>b</p></details></mark>",
            f'<details><summary><mark class="spoiler"><span>a{END}</summary><p>{START}b{END}</p></details>',
        ),
        (
            f"{'<b>' * 41}{SPOILER}a</mark>{'</b>' * 41}",
            f"<p>{'<strong>' * 39}{START}a{END}{'</strong>' * 39}</p>",
        ),
    ],
)
def test_what_stands_in_a_cover_stays_what_it_is(source: str, made: str) -> None:
    assert published(source) == made
    assert published(made) == made


def test_a_frame_shows_no_covered_picture() -> None:
    image = f'<img src="/media/{PICTURE}/960.webp" alt="he dies">'
    for source in (
        f"{SPOILER}<figure>{image}<figcaption>so</figcaption></figure></mark>",
        f"<figure>{SPOILER}{image}</mark><figcaption>{SPOILER}so</mark></figcaption></figure>",
    ):
        html = published(source)
        assert "<figure" not in html
        assert covered(html) == f"<p>{COVER}</p><p>{COVER}</p>"
        assert "<img" in html


TAGS = [
    *["p", "div", "b", "code", "mark", "ul", "li", "table", "tr", "td", "caption", "h2", "pre", "blockquote"],
    *["figure", "figcaption", "figure class=gallery", "details", "summary", "dl", "dt", "dd"],
    *["a href=/x/", "a href=chapter2", "a href=https://e.org/", "a class=mention href=/x/"],
    *[f"a href=/media/{FILE}/file", f"a href=/media/{FILE.replace('8ddd', '9ddd')}/file"],
]
COVERS = [SPOILER, SPOILER, SPOILER, "</mark>"]
WORDS = ["W ", "W", "@bob W"]
ALONE = [
    f"<img src=/media/{PICTURE}/9.webp alt=W data-caption=W>",
    "<img src=//e.org/x alt=W>",
    "<br>",
    "<hr>",
]
MARKS = [
    "||",
    "||W||",
    "||W",
    "W||",
    "**",
    "_",
    "`",
    "\n> ",
    "\n- ",
    "\n- [ ] ",
    "\n# ",
    "[",
    "](chapter2)",
    "](/x/)",
]
MORE = ["|", f"](/media/{FILE}/file)", "![", f"](/media/{PICTURE}/9.webp)", "\n\n", " ", "@bob"]


def numbered(parts: list[str]) -> str:
    """Each word of its own, so that it is known wherever it comes to stand."""
    count = iter(range(1000))
    return re.sub("W", lambda _found: f"w{next(count)}z", "".join(parts))


SOUP = st.lists(
    st.one_of(
        st.sampled_from([f"<{tag}>" for tag in TAGS]),
        st.sampled_from([f"</{tag.split()[0]}>" for tag in TAGS]),
        st.sampled_from(COVERS),
        st.sampled_from(WORDS),
        st.sampled_from([*ALONE, "<input type=checkbox>"]),
    ),
    max_size=16,
).map(numbered)


def _around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3).map("".join)
    tags = st.sampled_from([*TAGS, SPOILER.strip("<>"), SPOILER.strip("<>"), SPOILER.strip("<>")])
    return st.builds(lambda tag, inside: f"<{tag}>{inside}</{tag.split()[0]}>", tags, several)


TREES = st.recursive(st.sampled_from([*WORDS, *ALONE]), _around, max_leaves=8).map(
    lambda tree: numbered([tree])
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(SOUP, TREES))
def test_no_word_of_a_cover_is_shown_outside_of_one(source: str) -> None:
    assert_holds(source, "html")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*WORDS, *MARKS, *MORE]), max_size=14).map(numbered))
def test_no_word_between_two_bars_is_shown_outside_of_a_cover(source: str) -> None:
    assert_holds(source, "markdown")


BRACKETS = ["[spoiler]", "[SPOILER=title]", "[/spoiler]", "[/spoiler]"]
BETWEEN = ["\n\n", "\n\n", "\n", "\n- ", "\n> ", "\n# ", "\n\n1. ", " ", "**", "[", "](/x/)"]


def between_brackets(source: str) -> set[str]:
    """The words of a text that stand in a pair of brackets."""
    opened: list[int] = []
    found: set[str] = set()
    for mark in re.finditer(r"\[(/?)spoiler[^\]]*\]", source, re.IGNORECASE):
        if not mark[1]:
            opened.append(mark.end())
        elif opened:
            found.update(WORD.findall(source[opened.pop() : mark.start()]))
    return found


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*WORDS, *WORDS, *BRACKETS, *BETWEEN]), max_size=16).map(numbered))
def test_no_word_between_brackets_is_shown_outside_of_a_cover(source: str) -> None:
    assert not between_brackets(source) & words_in(published(source, "markdown"))[1]


@settings(max_examples=200, deadline=None)
@given(TREES, TREES)
def test_no_covered_word_of_a_version_is_shown_outside_of_a_cover(old: str, new: str) -> None:
    """What stood open in one of two versions may be read in it; what stood in covers in both never is."""
    try:
        versions = [published(one) for one in (old, new)]
    except TooManyTags:
        return
    shown = [words_in(one) for one in versions]
    covered_words, open_words = (set.union(*sides) for sides in zip(*shown, strict=True))
    html = drawn(difference(*map(stretches, versions)))
    assert not (covered_words - open_words) & words_in(html)[1]
    for one in versions:
        assert "".join(text for text, _is_covered in stretches(one)) == plain_text(one)


def test_a_change_in_a_cover_is_told_in_one() -> None:
    old, new = (published(f"<p>Who? {SPOILER}the {who} did it</mark>.</p>") for who in ("bosun", "cook"))
    assert drawn(difference(stretches(old), stretches(new))) == (
        'Who? <mark class="spoiler" tabindex="0" role="group" aria-label="Spoiler">'
        "<span>the <del>bosun</del> <ins>cook</ins> did it</span></mark>."
    )
    uncovered = drawn(difference(stretches(new), stretches("<p>Who? the cook did it.</p>")))
    assert "<ins>the cook did it</ins>" in uncovered
    assert "<span><del>the cook did it</del></span>" in uncovered
