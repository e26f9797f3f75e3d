"""Three hundred documents of all that a text may hold: stored, opened and stored again they are what they were."""

from __future__ import annotations

from html import escape
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from communities.content.addresses import MEDIA, to_shown, to_stored
from communities.content.text import listings
from communities.content.text.listings import Parts
from communities.content.text.marking import parts_of
from communities.content.text.rendering import render

PICTURE = f"{MEDIA}0192aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee/full"

SAID = "rope knot l’été & <b> “so” المرساة [ ] ☐ $x$ :tada: 👩\u200d🚀".split()
WORDS = st.lists(
    st.sampled_from([*SAID, "[ ]", "40 N"]),
    min_size=1,
    max_size=4,
).map(lambda words: escape(" ".join(words), quote=False))
MARKED = st.tuples(st.sampled_from("strong em s u code sup sub kbd mark q".split()), WORDS).map(
    lambda made: f"<{made[0]}>{made[1]}</{made[0]}>"
)
LINKED = WORDS.map(lambda words: f'<a href="https://example.org/x">{words}</a>')
PHRASES = st.lists(st.one_of(WORDS, MARKED, LINKED, st.just("<br>x")), min_size=1, max_size=3).map(" ".join)
IMG = st.builds(lambda alt: f'<img src="{PICTURE}" alt="{escape(alt)}">', st.text("abc “é", max_size=5))
CAPTION = st.one_of(st.just(""), PHRASES.map(lambda words: f"<figcaption>{words}</figcaption>"))
FIGURE = st.builds("<figure>{}{}</figure>".format, IMG, CAPTION)
GALLERY = st.lists(FIGURE, min_size=2, max_size=4).map(
    lambda frames: f'<figure class="gallery">{"".join(frames)}</figure>'
)
BOX = st.sampled_from(
    ["", "", '<input type="checkbox" disabled>', '<input type="checkbox" checked disabled>', "[ ] ", "[x] "]
)
LISTING = st.builds(
    '<pre><code class="language-{}">{}\n  {}</code></pre>'.format,
    st.sampled_from(["python", "py", "js", "text", "sql", "klingon"]),
    WORDS,
    WORDS,
)
PARAGRAPH = st.builds("<p{}>{}</p>".format, st.sampled_from(["", "", ' dir="rtl"']), PHRASES)
LEAVES = st.one_of(
    PARAGRAPH,
    st.builds("<h{0}>{1}</h{0}>".format, st.integers(2, 4), PHRASES),
    LISTING,
    FIGURE,
    GALLERY,
    IMG.map(lambda picture: f"<p>{picture} {picture}</p>"),
    st.just("<hr>"),
    st.builds("<dl><dt>{}</dt><dd>{}</dd></dl>".format, PHRASES, PARAGRAPH),
    st.builds(
        "<table><thead><tr><th>{}</th></tr></thead><tbody><tr><td>{}</td></tr></tbody></table>".format,
        PHRASES,
        PHRASES,
    ),
)


def around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3).map("".join)
    # As the editor writes an item, as others do, and as Markdown does.
    item = st.one_of(
        st.builds("<li>{}{}</li>".format, BOX, PHRASES),
        st.builds("<li>{}<p>{}</p>{}</li>".format, BOX, PHRASES, several),
        st.builds('<li class="task">{}<div>{}</div></li>'.format, BOX, PARAGRAPH),
    )
    return st.one_of(
        st.builds("<blockquote>{}</blockquote>".format, several),
        st.builds("<details><summary>{}</summary>{}</details>".format, PHRASES, several),
        st.builds(
            "<{0}>{1}</{0}>".format,
            st.sampled_from(["ul", "ol"]),
            st.lists(item, min_size=1, max_size=3).map("".join),
        ),
    )


DOCUMENTS = st.lists(st.recursive(LEAVES, around, max_leaves=4), min_size=1, max_size=3).map("".join)


def in_this_process(wanted: list[tuple[str, str]]) -> list[Parts]:
    return [parts_of(language, words) for language, words in wanted]


def stored(source: str) -> str:
    return render(source, fmt="html", mentions={}, media_prefixes=(MEDIA,)).html


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS)
def test_a_document_that_is_opened_and_stored_again_is_what_it_was(document: str) -> None:
    with patch.object(listings, "_marked_apart", in_this_process):
        first = stored(document)
        opened = to_shown(first)
        assert stored(to_stored(opened)) == first
