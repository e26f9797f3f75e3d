"""The short way through a page says what the long way says: the same tree, the same complaints at the same places."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from html5lib import HTMLParser

from tests.sweeps.hostility import SCRIPT
from tests.sweeps.parsing import Parser

PAGE = """<!doctype html>
<html lang="en" dir="ltr"><head><meta charset="utf-8"><title>Sails &amp; more &lt;b&gt;</title>
<script type="application/json">{"a": "</p>"}</script><style>p > a { color: red }</style></head>
<body class="a b" data-x='one'><p title="Say &quot;jib&quot; &#39;n&#x27; more">First<br>Second<br/>&nbsp;third</p>
<svg viewBox="0 0 1 1" aria-hidden="true"><use href="/icons.svg#jib" xlink:href="#a"/></svg>
<form method="post" action="?a=1&amp;b=2&lang=en"
      ><input name="a" required  disabled = "disabled"><select><option selected>One<option>Two</select>
<textarea name="b">
 <b>no tag</b> &amp; </textarea><button type=submit>Send</button></form><!-- a <p> -->
<custom-part a:b="c" @d="e">…</custom-part>
<table><tr><td colspan="2">A</table><math><mi>x</mi></math></body></html>
"""
WRITTEN = [
    '<p id="a" id="b">Twice</p>',
    '<p id="a"class="b">No space</p>',
    '<P CLASS="a">Large</P>',
    '<p a"b="c">A quote in a name</p>',
    "<p title=''>Simple quotes</p>",
    '<p title="&notit; &copy &#0; &#x110000; &amp">References</p>',
    '<p title="a\0b\0">&amp;\0</p\0>',
    '<p title="open',
    "<p",
    '</p x="y"></p/></ p></>',
    "<br/><p/>Not closed<div / >",
    "<title>a</titl></title><textarea></TEXTAREA >",
    "<script><!-- <script></script> --></script><p>",
    "<b><p>Crossed</b></p><a><a>",
    "<svg><p>Out</p><foreignObject><p>In</p></foreignObject><![CDATA[x]]></svg>",
    'a\r\nb\rc<p\r\nclass="d\r\ne">',
    "&lt;p&gt; & &amp &ampamp; &AMP;",
    SCRIPT,
    f'<p title="{SCRIPT}">{SCRIPT}</p>',
    # More than the stream has at hand at once.
    '<p class="a">b</p>\n' * 3_000,
]


def told(parser: HTMLParser, page: str) -> tuple[str, Any]:
    return ElementTree.tostring(parser.parse(page), encoding="unicode"), parser.errors


def both_ways(page: str) -> None:
    assert told(Parser(), page) == told(HTMLParser(namespaceHTMLElements=False), page), page[:2_000]


@pytest.mark.parametrize("page", [PAGE, *WRITTEN], ids=lambda page: page[:30])
def test_it_says_what_the_long_way_says(page: str) -> None:
    both_ways(page)
    both_ways(f"<!doctype html><title>T</title>{page}")


def test_and_so_where_anything_is_missing_or_stands_twice() -> None:
    for place in range(0, len(PAGE), 5):
        both_ways(PAGE[:place] + PAGE[place + 1 :])
        both_ways(PAGE[:place] + PAGE[place] + PAGE[place:])
