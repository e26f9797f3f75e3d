"""Listings get the colours of their language as they are stored, in a process of its own, within bounds."""

from __future__ import annotations

import subprocess
import sys

import pytest

from communities.content.text import listings
from communities.content.text.rendering import render


def show(source: str, fmt: str = "markdown") -> str:
    return render(source, fmt="html" if fmt == "html" else "markdown", mentions={}).html


def test_a_listing_is_marked_once_and_stays_so() -> None:
    html = show("```py\ndef tie(x):\n    return 'a<b'  # 40\n```")
    assert html == (
        '<pre><code class="language-python"><span class="t-k">def </span><span class="t-n">tie</span>(x):\n'
        '    <span class="t-k">return </span><span class="t-s">\'a&lt;b\'  </span><span class="t-c"># 40\n'
        "</span></code></pre>"
    )
    assert show(html, "html") == html


def test_no_process_that_serves_pages_loads_what_reads_languages() -> None:
    program = "import sys, communities.content.text.listings; sys.exit('pygments' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=listings._ROOT, check=False).returncode == 0


def test_what_was_put_in_and_taken_out_is_told_apart() -> None:
    html = show("```diff\n-old\n+new\n```")
    assert '<span class="t-d">-old\n</span><span class="t-i">+new\n</span>' in html


@pytest.mark.parametrize("language", ["klingon", "text", ""])
def test_an_unknown_language_is_plain(language: str) -> None:
    assert "<span" not in show(f"```{language}\nif x\n```")


def test_nobody_else_marks_anything() -> None:
    html = show('<p><span class="t-k">a</span></p><pre><span class="t-d">b</span></pre>', "html")
    assert html == "<p>a</p><pre>b</pre>"


def test_a_listing_that_takes_too_long_stays_as_it_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = "from communities.content.text import marking; marking.PROCESSOR = 1\n"
    endless += "def spin(*_given):\n    while True: pass\n"
    endless += "marking.parts_of = spin; marking.main()"
    monkeypatch.setattr(listings, "_PROGRAM", endless)
    assert show("```python\nif x: pass\n```") == (
        '<pre><code class="language-python">if x: pass\n</code></pre>'
    )


def test_what_is_longer_than_anybody_reads_is_not_coloured(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_wanted: object) -> list[listings.Parts]:
        raise AssertionError("it was to be read")

    monkeypatch.setattr(listings, "_marked_apart", never)
    assert "<span" not in show("```python\n" + "x = 1\n" * 4000 + "```")


def test_parts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listings, "MOST_PARTS", 2)
    html = show("```python\nif x: return\n```\n\n```python\npass\n```")
    assert html.count("<span") == 1
    assert '<span class="t-k">pass' in html


def test_a_reader_that_changes_the_words_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = 'import sys; sys.stdin.read(); print(\'[[["t-k", "other"]]]\')'
    monkeypatch.setattr(listings, "_PROGRAM", wrong)
    assert "<span" not in show("```python\nif x: pass\n```")


def test_where_no_process_starts_a_text_is_kept_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_arguments: object, **_options: object) -> None:
        raise OSError

    monkeypatch.setattr(subprocess, "run", fails)
    assert show("```py\nif x\n```") == '<pre><code class="language-python">if x\n</code></pre>'
