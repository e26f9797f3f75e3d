"""Texts of a file that anybody may have made: what is ours stays to the sign, and no parser is led astray."""

from __future__ import annotations

import resource

from communities.archive.coming.cleaning import clean
from communities.content.text.rendering import render, with_anchors


def test_what_an_installation_wrote_passes_unchanged() -> None:
    source = "## Title\n\n- [ ] a & b\n- [x] “c”\n\n```python\nif x: pass\n```"
    html = with_anchors(render(source, fmt="markdown", mentions={}).html)[0]
    assert 'class="task"' in html
    assert 'class="t-k"' in html
    assert clean(html) == html


def test_a_field_that_could_be_filled_in_becomes_a_box() -> None:
    assert clean('<p><input name="password" type="text"></p>') == '<p><input type="checkbox" disabled=""></p>'


def test_of_tags_that_are_never_closed_the_words_come_along() -> None:
    html = "<p>" + "".join(f"<b id={n}>" for n in range(3000)) + "<p>x &lt; y" * 4000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert clean(html).startswith("<p>x &lt; y x &lt; y ")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 100 * 1024, "kilobytes, of this process"
