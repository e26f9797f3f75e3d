"""White space that only lays out a template is gone; everything else of it stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import html5lib
import pytest
from django.conf import settings
from django.template import Engine, TemplateSyntaxError
from django.template.loader import get_template
from hypothesis import given
from hypothesis import strategies as st

from config.template_loaders import SPACE, squeezed

TEMPLATES = Path(settings.BASE_DIR) / "templates"
WORDS = st.sampled_from(["one", "two,", "(three)", "4 < 5", "&amp;", "{{ name }}"])
GAPS = st.sampled_from(["", " ", "\n", "\n    ", "\n\n  ", SPACE, f"\n  {SPACE}\n  "])
INLINE = st.sampled_from(["a", "b", "span", "i"])
BLOCKS = st.sampled_from(["div", "section", "blockquote", "article"])
KEPT = st.sampled_from(["<pre>\n one\n  two\n</pre>", "<textarea>\n\n  x\n y</textarea>"])


def elements(content: st.SearchStrategy[str], names: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    parts = st.lists(st.tuples(GAPS, content).map("".join), max_size=4).map("".join)
    return st.tuples(names, GAPS, parts, GAPS).map(
        lambda one: f"<{one[0]}>{one[1]}{one[2]}{one[3]}</{one[0]}>"
    )


PHRASES = st.recursive(WORDS, lambda inner: elements(inner, INLINE), max_leaves=5)
PAGES = st.recursive(PHRASES | KEPT, lambda inner: elements(inner, BLOCKS), max_leaves=12)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ('<a>\n  {% icon "x" %}\n  {% translate "Y" %}\n</a>', '<a>{% icon "x" %}{% translate "Y" %}</a>'),
        ("<b>x</b> <i>y</i>", "<b>x</b> <i>y</i>"),
        ("<b>x</b>\n<i>y</i>", "<b>x</b><i>y</i>"),
        (f"<b>x</b>\n{SPACE}\n<i>y</i>", "<b>x</b> <i>y</i>"),
        (f"{{{{ a }}}}{SPACE}{{{{ b }}}}", "{{ a }} {{ b }}"),
        ("<p>\n  one\n  two <b>three</b>\n  four\n</p>", "<p>one two <b>three</b> four</p>"),
        ("{% if x %}\n  , {{ x }}\n{% endif %}", "{% if x %} , {{ x }}{% endif %}"),
        ("one\n{# not said #}\n<div>\n", "one<div>"),
        ("{% comment %}\nIt.\n{% endcomment %}\n<p>", "<p>"),
        ("{% blocktranslate %}a\n  b{% endblocktranslate %}\n", "{% blocktranslate %}a\n  b{% endblocktranslate %}"),
        ("<textarea>\n a\n  b\n</textarea>\n<p>", "<textarea>\n a\n  b\n</textarea><p>"),
        ("<script>\n let a\n</script>", "<script>\n let a\n</script>"),
        ("<!-- a > b\n -->\n<b>", "<!-- a > b\n --><b>"),
        ("a < b\n{x} <3", "a < b {x} <3"),
    ],
)  # fmt: skip
def test_white_space_between(written: str, sent: str) -> None:
    assert squeezed(written) == sent


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ('<a\n  href="x"\n  {% if x %}hidden{% endif %}\n>', '<a href="x"{% if x %} hidden{% endif %}>'),
        ("<a {% if x %}b{% else %}c{% endif %} d>", "<a{% if x %} b{% else %} c{% endif %} d>"),
        ("<a {% if x %}b{% endif %}{% if y %}c{% endif %}>", "<a{% if x %} b{% endif %}{% if y %} c{% endif %}>"),
        ('<a title="a > b\n c" {{ more }}>', '<a title="a > b\n c" {{ more }}>'),
        ("<a data-{{ name }}={{ value }}>", "<a data-{{ name }}={{ value }}>"),
        ('<a title="{% translate "A" %}"  b>', '<a title="{% translate "A" %}" b>'),
        ("<a {% if a > b %}c{% endif %}>", "<a{% if a > b %} c{% endif %}>"),
        ('<use href="x" />', '<use href="x"/>'),
        ("<br>", "<br>"),
    ],
)  # fmt: skip
def test_white_space_in_a_tag(written: str, sent: str) -> None:
    assert squeezed(written) == sent


@given(page=PAGES)
def test_nothing_but_white_space_goes(page: str) -> None:
    small = squeezed(page)
    assert squeezed(small) == small
    assert len(small) <= len(page)
    assert _outline(small) == _outline(page)


@given(page=PAGES)
def test_white_space_within_a_line_stays(page: str) -> None:
    line = page.replace("\n", "").replace(SPACE, " ")
    assert squeezed(line) == line


def test_every_template_is_squeezed_once() -> None:
    for path in TEMPLATES.rglob("*.html"):
        small = squeezed(path.read_text())
        assert squeezed(small) == small, path
        get_template(str(path.relative_to(TEMPLATES)))


def test_plain_text_keeps_its_lines() -> None:
    path = TEMPLATES / "mail" / "base.txt"
    assert "\n\n" in path.read_text()
    template: Any = get_template("mail/base.txt")
    assert template.template.source == path.read_text()


def test_a_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>\n</p>\n{% if x %}\n")
    loaders = [("config.template_loaders.Filesystem", [str(tmp_path)])]
    with pytest.raises(TemplateSyntaxError, match="line 3"):
        Engine(loaders=loaders, debug=True).get_template("page.html")


def _outline(source: str) -> list[str]:
    """Elements and texts in their order, without white space where it may be laid out."""
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parseFragment(source)
    return list(_said(tree, kept=False))


def _said(element: Any, *, kept: bool) -> list[str]:
    said = [str(element.tag), _text(element.text, kept=kept)]
    for child in element:
        said += [*_said(child, kept=kept or child.tag in ("pre", "textarea")), _text(child.tail, kept=kept)]
    return [*said, "/"]


def _text(text: str | None, *, kept: bool) -> str:
    return (text or "") if kept else "".join((text or "").split())
