"""What the editor gives back of a text: what it left alone is kept as it was, what it changed becomes Markdown again,
and what Markdown cannot say is kept all the same."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communities.content.text import listings
from communities.content.text.listings import Parts
from communities.content.text.marking import parts_of
from communities.content.text.markup import Element, Node, parse, serialise
from communities.content.text.nodes import is_block
from communities.demo.reading import SLUGS, read_brand
from communities.texts.markdown import as_markdown, same_text
from communities.texts.proposals import FOLDER
from communities.texts.rendering import as_kept, facts_named, opened

SAID = "rope l’été {publisher} {cookie_count} * _ ` [ ] < & &amp; \\ # ~~ 1. 2) - + > = | ! $x$ a_b_c @ines example.org"
WORDS = st.lists(st.sampled_from(SAID.split()), min_size=1, max_size=5).map(" ".join)
LINKS = st.sampled_from(["[here](https://example.org/x)", "https://example.org/a_b", "<https://example.org>"])
MARKED = st.builds(
    "{0}rope {1}{0}".format, st.sampled_from(["*", "**", "~~"]), st.sampled_from(["knot", "{place}"])
)
PHRASES = st.lists(st.one_of(WORDS, MARKED, LINKS, st.just("`a * {b}`")), min_size=1, max_size=4).map(
    " ".join
)
LINES = st.lists(PHRASES, min_size=1, max_size=2).map("\n".join)
LISTING = st.just("```python\nrope = '{publisher}'\n\n  knot\n```")
TABLE = st.builds(
    "| {} | b |\n| --- | --- |\n| 1 | {} |".format, st.just("a"), st.sampled_from(["*x*", "{place}"])
)
LEAVES = st.one_of(
    LINES, st.builds("{} {}".format, st.sampled_from(["##", "###"]), PHRASES), st.just("---"), LISTING, TABLE,
    st.just("{cookies}"),
)  # fmt: skip


def indented(text: str, by: int) -> str:
    return text.replace("\n", "\n" + " " * by)


def around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=2).map("\n\n".join)
    items = st.lists(st.one_of(PHRASES, several), min_size=1, max_size=3)
    return st.one_of(
        several.map(lambda text: "> " + text.replace("\n", "\n> ")),
        items.map(lambda made: "\n".join(f"- {indented(one, 2)}" for one in made)),
        items.map(lambda made: "\n\n".join(f"{n}. {indented(one, 3)}" for n, one in enumerate(made, 4))),
    )


TEXTS = st.lists(st.recursive(LEAVES, around, max_leaves=4), min_size=1, max_size=4).map("\n\n".join)


def in_this_process(wanted: list[tuple[str, str]]) -> list[Parts]:
    return [parts_of(language, words) for language, words in wanted]


def as_the_editor_writes(source: str) -> str:
    """What it makes of a text by opening it: a paragraph in each item and cell, no lines between."""
    return serialise(_written(parse(opened({"source": source})).children))


def _written(nodes: list[Node]) -> list[Node]:
    made: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            if node.strip("\n"):
                made.append(node.removeprefix("\n") if made and _is_break(made[-1]) else node)
            continue
        inside = _written(node.children)
        if node.tag == "pre":
            inside = node.children
        if node.tag in {"li", "td", "th"}:
            words = [one for one in inside if not is_block(one)]
            blocks = [one for one in inside if is_block(one)]
            inside = [*([Element("p", {}, words)] if words else []), *blocks]
        made.append(Element(node.tag, dict(node.attrs), inside))
    return made


def _is_break(node: Node) -> bool:
    return isinstance(node, Element) and node.tag == "br"


@settings(max_examples=80, deadline=None)
@given(TEXTS)
def test_a_text_that_the_editor_gives_back_says_what_it_said(source: str) -> None:
    with patch.object(listings, "_marked_apart", in_this_process):
        written = as_the_editor_writes(source)
        # Left alone, it is kept as it was.
        assert as_kept(written, "html", {"source": source}) == {"source": source}
        # Written anew, in Markdown or not, it says the same, names the same facts, and is stable from then on.
        kept = as_kept(written, "html")
        assert same_text(opened(kept), opened({"source": source}))
        assert facts_named(kept["source"]) == facts_named(opened({"source": source}))
        assert as_kept(opened(kept), "html", kept) == kept


def texts_there_are() -> Iterator[tuple[str, str]]:
    """All that is proposed, and all that the demos say."""
    for path in sorted(FOLDER.glob("*.md")):
        yield path.name, path.read_text(encoding="utf-8")
    for slug in SLUGS:
        said = read_brand(slug).community
        for kind in ("about", "welcome", "notice"):
            words = said["legal"].get(kind) if kind == "notice" else said[kind]
            for language, source in (words if isinstance(words, dict) else {"": words or ""}).items():
                yield f"{slug} {kind} {language}", str(source)


def without_fact(source: str) -> list[str]:
    return [word for word in source.split() if word != "{place}"]


def test_texts_that_there_are_come_back_word_for_word() -> None:
    for name, source in texts_there_are():
        written = as_the_editor_writes(source)
        assert as_kept(written, "html", {"source": source}) == {"source": source}, name
        assert as_markdown(opened({"source": source})).split() == source.split(), name
        kept = as_kept(written.replace("</p>", " {place}</p>", 1), "html", {"source": source})
        assert "format" not in kept, name
        assert without_fact(kept["source"]) == without_fact(source), name


@pytest.mark.parametrize(
    "html",
    [
        "<p>Rope <u>must</u> be dry.</p>",
        "<details><summary>Why</summary><p>It rots.</p></details>",
        "<table><tbody><tr><td><p>no</p></td><td><p>head</p></td></tr></tbody></table>",
        '<p dir="rtl">المرساة</p>',
        "<p>See example.org, which is no link.</p>",
    ],
)
def test_what_markdown_cannot_say_is_kept_as_it_was_written(html: str) -> None:
    kept = as_kept(html + "<script>alert(1)</script>", "html")
    assert kept["format"] == "html"
    assert same_text(opened(kept), html)
    assert "script" not in kept["source"]
