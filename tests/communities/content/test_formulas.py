"""Formulas between dollar signs, where a community shows them: read in a process of their own, and never lost."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from communities.archive.coming.cleaning import clean
from communities.content.models import Post
from communities.content.text import formulas
from communities.content.text.extracts import plain_text
from communities.content.text.formulas import ATTRIBUTES, ELEMENTS, in_words, left_in, typeset, with_dollars
from communities.content.text.rendering import render
from communities.memory import forget_all
from communities.models import Community
from tests import factories
from tests.conftest import Cast

SQUARE = '<math alttext="$x^2$"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'


def show(source: str, fmt: str = "markdown") -> str:
    return typeset(
        render(source, fmt="html" if fmt == "html" else "markdown", mentions={}, formulas=True).html
    )


def test_a_formula_is_shown_and_said_as_it_was_typed() -> None:
    html = show(
        "So $x^2$, and `$x^2$`.\n\n$$\n\\begin{aligned} a_1 &= *b* \\\\ c &< \\{d\\} \\end{aligned}\n$$"
    )
    assert html.startswith(f"<p>So {SQUARE}, and <code>$x^2$</code>.</p><p>")
    assert '<span class="formula"><math display="block"' in html
    assert "<mtable" in html
    assert left_in(html) == []
    assert "So $x^2$, and $x^2$." in plain_text(html)
    assert in_words(html).startswith("<p>So <code>$x^2$</code>, and")
    assert "<math" not in in_words(html)
    assert clean(html) == html, "it travels"
    lines = show("<p>$$<br>x^2<br>$$</p><pre>$x^2$</pre>", "html")
    assert (lines.count("<math"), "<pre>$x^2$</pre>" in lines) == (1, True)


@pytest.mark.parametrize(
    "prose",
    [
        "It costs $5 and $6.",
        "$5 or more, in US$",
        "From $5-$6, say 5$ or 6$",
        "A jib for US$1$ or x$y$",
        "$ x $",
        "$$",
        "a $`b`$ c",
    ],
)
def test_prices_stay_prose(prose: str) -> None:
    assert "<math" not in show(prose)
    assert left_in(show(prose)) == []


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"Pay \$x\$ or $x^2$", f"<p>Pay $x$ or {SQUARE}</p>"),
        (r"*\$a\$* and [\$b\$](/x)", '<p><em>$a$</em> and <a href="/x">$b$</a></p>'),
        (r"`\$a\$`", r"<p><code>\$a\$</code></p>"),
        (r"$a\$b$", "<math"),
    ],
)
def test_an_escaped_dollar_is_a_dollar(source: str, shown: str) -> None:
    html = show(source)
    assert shown in with_dollars(html)
    assert left_in(html) == [], "nobody is told of a formula that was not meant"


def test_the_editor_escapes_dollars_as_markdown_does(here: Cast) -> None:
    Community.objects.filter(pk=here.community.pk).update(settings={"formulas": True})
    forget_all()
    body = r"<p>Pay \$x\$, or $x^2$.</p><pre>\$HOME</pre>"
    with here.scope():
        post = factories.make_thread(here.forum, by=here.member, body=body).opening()
    assert post.body_html == f"<p>Pay $x$, or {SQUARE}.</p><pre>\\$HOME</pre>"
    assert post.body_source == body
    told = here.sign_in(here.member).post(
        here.url("/preview/"), {"body": body, "body_format": "html"}, headers={"X-Editor": "1"}
    )
    assert "Not shown as a formula" not in told.content.decode()


@pytest.mark.parametrize(
    "wrong", [r"$\frac{1$", r"$\nosuch{x}$", "$x^2^3$", r"$\def\a{xx}\a$", f"${'{' * 90}x{'}' * 90}$"]
)
def test_what_cannot_be_read_stays_as_it_was_typed(wrong: str) -> None:
    html = show(f"{wrong} and $x^2$")
    assert SQUARE in html
    assert left_in(html) == [wrong]


def test_nothing_of_a_formula_can_act() -> None:
    html = show(
        r"$\href{javascript:alert(1)}{x}$ $\text{<script>a</script>}$ $\style{color:red}{x}$ $\class{a}{x}$"
        r' $\text{" onclick="a}$ $\hspace{1px;onload=a}$'
    )
    assert html.count("<math") >= 5
    tags = set(re.findall(r"<(\w+)", html)) - {"p"}
    assert tags <= ELEMENTS
    names = set(re.findall(r'<\w+((?: \w+="[^"]*")*)>', html))
    found = {name for one in names for name in re.findall(r' (\w+)="', one)}
    assert found <= set().union(*ATTRIBUTES.values())
    assert "javascript" not in re.sub(r'alttext="[^"]*"', "", html)


def test_no_text_takes_more_than_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    many = " ".join(f"$x_{{{number}}}$" for number in range(formulas.MOST_FORMULAS + 50))
    assert show(many).count("<math") == formulas.MOST_FORMULAS
    long = " ".join(f"${'x' * 990}{number}$" for number in range(25))
    assert "<math" not in show(long)
    endless = "from communities.content.text import typesetting; typesetting.PROCESSOR = 1\n"
    endless += "def spin(*_given, **_named):\n    while True: pass\n"
    endless += "typesetting.mathml_of = spin; typesetting.main()"
    monkeypatch.setattr(formulas, "_PROGRAM", endless)
    assert show("$never^{read}$") == "<p>$never^{read}$</p>"


def test_no_process_that_serves_pages_loads_what_reads_formulas() -> None:
    program = "import sys, communities.content.text.formulas; sys.exit('latex2mathml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=formulas._ROOT, check=False).returncode == 0


def test_a_community_shows_them_where_it_says_so_and_tells_their_writer(here: Cast) -> None:
    source = r"$x^2$ and $\nosuch$"
    with here.scope():
        thread = factories.make_thread(here.forum, by=here.member, body="<p>$x^2$</p>")
        path = f"{thread.get_absolute_url()}reply/"
        assert "<math" not in Post.objects.get(thread=thread, position=1).body_html, (
            "off, where nothing is said"
        )
    Community.objects.filter(pk=here.community.pk).update(settings={"formulas": True})
    forget_all()
    client = here.sign_in(here.member)
    preview = here.url("/preview/")
    fields = {"body": source, "body_format": "markdown"}
    seen = client.post(preview, fields, headers={"x-editor": "1"}).content.decode()
    assert ("<msup>" in seen, "cannot be read" in seen) == (True, True)
    opened = client.post(preview, fields, headers={"x-editor": "1", "x-unasked": "1"}).content.decode()
    assert source in opened, "the editor opens what was typed"
    page = client.post(here.url(path), fields, follow=True).content.decode()
    assert "cannot be read: \u2068$\\nosuch$\u2069" in page
    with here.scope():
        reply = Post.objects.get(thread=thread, position=2)
    assert (SQUARE in reply.body_html, reply.body_source) == (True, source)
    feed = here.sign_in(None).get(here.url(f"{thread.get_absolute_url()}feed.xml")).content.decode()
    assert ("alttext" in feed, "$x^2$" in feed) == (False, True)
