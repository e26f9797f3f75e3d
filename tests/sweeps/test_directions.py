"""What people write has a direction of its own: a text in Hebrew or Arabic reads from the right on a page in French.

Whatever shows somebody’s text as a block says so (`dir="auto"`), in templates and in rows that Python draws.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

from tests.conftest import Cast
from tests.factories import make_reply, make_thread

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# A rendered text, and lines that somebody typed.
WRITTEN = re.compile(r"\{\{[^}]*(?:\|body:|\|linebreaks|\.html\s*\}\})[^}]*\}?\}?")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
WORD = "מפרשית-written"


class Around(HTMLParser):
    """Each piece of writing, with whether an element around it leaves the direction to the text."""

    def __init__(self, written: re.Pattern[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.written = written
        self.open: list[tuple[str, bool]] = []
        self.found: list[tuple[int, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("dir") == "auto"))

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _auto in self.open]
        if tag in names:
            del self.open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        inside = "textarea" in {tag for tag, _auto in self.open}
        for _one in () if inside else self.written.finditer(data):
            self.found.append((self.getpos()[0], any(auto for _tag, auto in self.open)))


def around(source: str, written: re.Pattern[str]) -> list[tuple[int, bool]]:
    parser = Around(written)
    parser.feed(source)
    return parser.found


def test_templates_leave_the_direction_of_a_text_to_the_text() -> None:
    wrong, seen = [], 0
    for path in sorted(TEMPLATES.rglob("*.html")):
        # Without the tags of templates: what they choose between are elements all the same.
        source = re.sub(r"\{%.*?%\}", "", path.read_text(), flags=re.DOTALL)
        for line, auto in around(source, WRITTEN):
            seen += 1
            if not auto:
                wrong.append(f"{path.relative_to(TEMPLATES)}:{line}")
    assert seen > 30
    assert wrong == [], "somebody’s text, and no dir=auto around it"


@pytest.mark.django_db
def test_pages_leave_the_direction_of_a_text_to_the_text(here: Cast) -> None:
    body = f"<p>{WORD}</p>"
    with here.scope():
        thread = make_thread(here.forum, by=here.owner, body=body)
        reply = make_reply(thread, by=here.member, body=body)
        article = make_thread(here.blog, by=here.owner, body=body, kind="article")
        paths = [
            f"/forums/t/{thread.slug}/",
            f"/blogs/journal/{article.slug}/",
            f"/p/{reply.public_id}/delete/",
        ]
    client = here.sign_in(here.member)
    for path in paths:
        answer = client.get(here.url(path))
        assert answer.status_code == 200, path
        main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
        found = around(f"<main{main}", re.compile(WORD))
        assert found, path
        assert all(auto for _line, auto in found), (path, found)
