"""What is covered until somebody wants to read it: `||so||` in Markdown, a mark of its own in a stored text.

A stored one can be reached by the Tab key and by a finger, and what it covers stands in an element that is not drawn
until then, so that it is neither read aloud nor found by the browser before. No script is needed for it.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import Delimiter, StateInline

from communities.content.text.markup import Element, Node, merge_text

SPOILER = "spoiler"
# What stands for it where nothing can be uncovered: in mails, feeds and lists. It is read the same in all languages.
COVER = "[…]"
_TAG, _SIGN = "mark", "|"
_STORED = re.compile(r'<mark\b(?=[^>]*\bclass="spoiler")[^>]*>(.*?)</mark>', re.DOTALL)


def covered(html: str) -> str:
    """A stored text for readers that cannot uncover anything."""
    return _STORED.sub(COVER, html) if SPOILER in html else html


def is_spoiler(node: Element) -> bool:
    return node.tag == _TAG and SPOILER in node.classes


def spoiler(attrs: dict[str, str], inside: list[Node]) -> Element:
    """As it is stored. One within another says nothing more."""
    return Element(_TAG, {**attrs, "tabindex": "0"}, [Element("span", {}, _bare(inside))])


def _bare(nodes: list[Node]) -> list[Node]:
    bare: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            bare.append(node)
        elif node.tag == _TAG or (node.tag == "span" and not node.attrs):
            bare += _bare(node.children)
        else:
            bare.append(Element(node.tag, node.attrs, _bare(node.children)))
    return merge_text(bare)


def add_spoilers(parser: MarkdownIt) -> None:
    """`||words||`, where words begin and end: the “or” of a program has blanks on both sides, or stands in code."""
    parser.inline.add_terminator_char(_SIGN)
    parser.inline.ruler.before("emphasis", SPOILER, _read)
    parser.inline.ruler2.before("emphasis", SPOILER, _settle)


def _read(state: StateInline, silent: bool) -> bool:
    if silent or state.src[state.pos] != _SIGN:
        return False
    run = state.scanDelims(state.pos, False)
    token = state.push("text", "", 0)
    token.content = _SIGN * run.length
    state.pos += run.length
    if run.length == 2:
        at = len(state.tokens) - 1
        state.delimiters.append(Delimiter(ord(_SIGN), 0, at, -1, run.can_open, run.can_close))
    return True


def _settle(state: StateInline) -> None:
    for found in [
        state.delimiters,
        *(meta["delimiters"] for meta in state.tokens_meta if meta and "delimiters" in meta),
    ]:
        for opening in found:
            if opening.marker == ord(_SIGN) and opening.end != -1:
                first, last = state.tokens[opening.token], state.tokens[found[opening.end].token]
                first.type, first.tag, first.nesting, first.content = "spoiler_open", _TAG, 1, ""
                first.attrs = {"class": SPOILER}
                last.type, last.tag, last.nesting, last.content = "spoiler_close", _TAG, -1, ""
