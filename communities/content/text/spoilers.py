"""What is covered until somebody wants to read it: `||so||` in Markdown, a mark of its own in a stored text.

A stored one can be reached by the Tab key and by a finger, and what it covers stands in an element that is not drawn
until then, so that it is neither read aloud nor found by the browser before. No script is needed for it.

On pages (`showing.covers`) it is a group with a name. A button would have to say whether it is pressed, which without
scripts nothing can keep up to date, and what stands in a button is no link and no paragraph any more; of a group it is
enough to know what it is, and that one is in it: being in it is what uncovers it. The summary of a fold is a button
already, so nothing in it can be reached by itself: what is covered there is uncovered while the fold is open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from linkify_it import LinkifyIt  # type: ignore[import-untyped]
from linkify_it.main import Match  # type: ignore[import-untyped]
from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import Delimiter, StateInline
from markdown_it.token import Token

from communities.content.text.foreign_spoilers import add_foreign_spoilers
from communities.content.text.markup import SPOILER, Element, Node, is_spoiler, merge_text
from communities.content.text.nodes import is_block, is_empty, phrases, trim

# What stands for it where nothing can be uncovered: in mails, feeds and lists. It is read the same in all languages.
COVER = "[…]"
_TAG, _SIGN = "mark", "|"
# The words of something to be done, with their box.
_TASK = "label"
# Two bars that may end a cover; within a word they are part of it. And the ends of what others write.
_END = re.compile(r"(?<!\|)\|\|(?![\w|])|\[/spoiler\]|!<", re.IGNORECASE)
# No address is looked for in a text that goes on for so long without a blank.
_LONGEST = 2048
_STORED = re.compile(r'<mark\b(?=[^>]*\bclass="spoiler")[^>]*>(.*?)</mark>', re.DOTALL)


def covered(html: str) -> str:
    """A stored text for readers that cannot uncover anything."""
    return _STORED.sub(COVER, html) if SPOILER in html else html


def hides(nodes: Sequence[Node]) -> bool:
    """Whether anything among these is covered."""
    return any(is_spoiler(one) for node in nodes if isinstance(node, Element) for one in node.walk())


def spoiler(attrs: dict[str, str], inside: list[Node]) -> Element:
    """As it is stored. One within another says nothing more."""
    return Element(_TAG, {**attrs, "tabindex": "0"}, [Element("span", {}, _bare(inside))])


def covering(attrs: dict[str, str], nodes: list[Node]) -> list[Node]:
    """`nodes` with all that they say covered; what is no phrase, from within, so that it stays what it is."""
    result: list[Node] = []
    said: list[Node] = []
    for node in [*nodes, None]:
        if isinstance(node, str) or (node is not None and not is_block(node) and node.tag != _TASK):
            said.append(node)
            continue
        result += said if is_empty(said) else [spoiler(attrs, said)]
        said = []
        if node is not None:
            result += _covered_within(attrs, node)
    return result


def _covered_within(attrs: dict[str, str], node: Element) -> list[Node]:
    if node.tag == "figure":
        # A frame holds pictures as they are.
        return [Element("p", {}, [spoiler(attrs, part)]) for part in _parts_of(node)]
    if node.tag == _TASK:
        box, words = node.children[:1], trim(node.children[1:])
        return [Element(_TASK, node.attrs, [*box, " ", *covering(attrs, words)])]
    inside = covering(attrs, node.children)
    return [Element(node.tag, node.attrs, unreached(inside) if node.tag == "summary" else inside)]


def _parts_of(frame: Element) -> Iterator[list[Node]]:
    """Its pictures, one by one, and what is said of them."""
    for child in frame.children:
        if isinstance(child, Element) and child.tag == "figure":
            yield from _parts_of(child)
        elif not is_empty([child]):
            yield phrases([child])


def unreached(nodes: list[Node]) -> list[Node]:
    """The same phrases, for the summary of a fold: what is covered in it is no stop of the Tab key."""
    for node in nodes:
        if isinstance(node, Element):
            for one in filter(is_spoiler, node.walk()):
                one.attrs.pop("tabindex", None)
    return nodes


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
    parser.linkify = _Addresses()
    parser.inline.ruler.before("emphasis", SPOILER, _read)
    parser.inline.ruler2.before("emphasis", SPOILER, _settle)
    add_foreign_spoilers(parser)


class _Addresses(LinkifyIt):  # type: ignore[misc]  # comes without types
    """Finds addresses that are typed as they are: one that stands in a cover ends where that does."""

    def match_at_start(self, text: str) -> Match | None:
        return super().match_at_start(_END.split(text[:_LONGEST], 1)[0])


def with_cover(picture: str, described_by: Sequence[Token] | None) -> str:
    """A picture of Markdown, covered as a whole where a part of what describes it is."""
    return f'<mark class="{SPOILER}">{picture}</mark>' if _holds_cover(described_by or []) else picture


def _holds_cover(tokens: Sequence[Token]) -> bool:
    return any(one.type == "spoiler_open" or _holds_cover(one.children or []) for one in tokens)


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
