"""Covers as other forums write them, read as ours: `[spoiler]so[/spoiler]`, over several paragraphs too, `>!so!<`, and
the elements by whose class they know one.

What is covered there must not be shown here, so that where a sign is half right the cover is rather too large: one that
is not closed covers all to the end of its block, one that is closed in another block all that stands between.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from itertools import accumulate

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.paragraph import paragraph
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from communities.content.text.markup import SPOILER, Element, Node

# What opens one, with its title. No title runs over the next bracket: else a text of openings takes quadratic time.
_OPENING = r"\[spoiler(?:\]|=([^\[\]\n]*)(?:\]|(?=\[(?!/?spoiler))))"
_OPENS = re.compile(_OPENING, re.IGNORECASE)
# What opens or closes one, or is code, where neither does.
_EITHER = re.compile(
    rf"(?P<code>(?<![`\\])`[^`\n]+`(?!`))|(?<!\\)(?:{_OPENING}|(?P<closes>\[/spoiler\]))", re.IGNORECASE
)
_CLOSES = re.compile(r"\[/spoiler\][ \t]*$", re.IGNORECASE)
_OPEN, _BEGINS, _ENDS = "[spoiler]", ">!", "!<"
_END = re.compile(_ENDS)
_BLANK_LINE = re.compile(r"\n[ \t>]*(?=\n)")


def add_foreign_spoilers(parser: MarkdownIt) -> None:
    parser.inline.add_terminator_char("[")
    parser.inline.add_terminator_char(">")
    parser.inline.ruler.before("link", "spoiler_brackets", _in_brackets)
    parser.inline.ruler.before("link", "spoiler_angles", _in_angles)
    ends: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("blockquote", "spoiler_lines", _lines_in_brackets, ends)
    parser.block.ruler.before("blockquote", "spoiler_angles", _lines_in_angles)
    parser.core.ruler.before("inline", "spoiler_blocks", _carry_on)


def _in_brackets(state: StateInline, silent: bool) -> bool:
    opening = _OPENS.match(state.src, state.pos, state.posMax)
    if opening is None:
        return False
    closing = _closings(state).get(state.pos)
    is_closed = closing is not None and closing.end() <= state.posMax
    end, after = closing.span() if closing is not None and is_closed else (state.posMax, state.posMax)
    if not silent:
        if title := (opening[1] or "").strip(" \"'"):
            state.push("text", "", 0).content = f"{title} "
        _cover(state, opening.end(), end)
    state.pos = after
    return True


def _in_angles(state: StateInline, silent: bool) -> bool:
    """None within another, so that no text is looked through again and again."""
    if not state.src.startswith(_BEGINS, state.pos) or state.env.get(_ENDS):
        return False
    start = state.pos + len(_BEGINS)
    end = _next(state, _END, start)
    if not start < end <= state.posMax - len(_ENDS) or not state.src[start:end].strip():
        return False
    if not silent:
        state.env[_ENDS] = True
        _cover(state, start, end)
        state.env[_ENDS] = False
    state.pos = end + len(_ENDS)
    return True


def _next(state: StateInline | StateBlock, sign: re.Pattern[str], start: int) -> int:
    """Where a sign stands next, or where the text ends. All of them are looked for once in a text."""
    known: dict[tuple[str, str], list[int]] = state.env.setdefault("signs", {})
    key = (sign.pattern, state.src)
    if key not in known:
        known[key] = [found.start() for found in sign.finditer(state.src)]
    at = bisect_left(known[key], start)
    return known[key][at] if at < len(known[key]) else len(state.src)


def _cover(state: StateInline, start: int, end: int) -> None:
    state.push("spoiler_open", "mark", 1).attrs = {"class": SPOILER}
    state.pos, most, state.posMax = start, state.posMax, end
    state.md.inline.tokenize(state)
    state.posMax = most
    state.push("spoiler_close", "mark", -1)


def _closings(state: StateInline | StateBlock) -> dict[int, re.Match[str]]:
    """What closes each that is opened, by where it is opened: others may stand within. Looked for once in a text."""
    known: dict[str, dict[int, re.Match[str]]] = state.env.setdefault("spoilers", {})
    if state.src not in known:
        known[state.src], opened = {}, []
        for mark in _EITHER.finditer(state.src):
            if mark["code"]:
                continue
            if not mark["closes"]:
                opened.append(mark.start())
            elif opened:
                known[state.src][opened.pop()] = mark
    return known[state.src]


def _lines_in_brackets(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """One that stands at the beginning of a line, and is closed at the end of another."""
    start = state.bMarks[first] + state.tShift[first]
    opening = _OPENS.match(state.src, start, state.eMarks[first])
    # Of what stands too deep nothing would be read any more.
    if opening is None or state.is_code_block(first) or state.level + 2 > state.md.options.maxNesting:
        return False
    closing = _closings(state).get(start)
    if closing is None or not state.eMarks[first] < closing.end() <= state.eMarks[end - 1]:
        return False
    last = bisect_left(state.eMarks, closing.end(), first, end)
    if not _CLOSES.match(state.src, closing.start(), state.eMarks[last]):
        return False
    if not silent:
        _cover_lines(state, (first, last), opening, closing.start())
    return True


def _cover_lines(state: StateBlock, lines: tuple[int, int], opening: re.Match[str], end: int) -> None:
    first, last = lines
    former = (state.bMarks[first], state.tShift[first], state.eMarks[last], state.lineMax)
    if title := (opening[1] or "").strip(" \"'"):
        state.push("paragraph_open", "p", 1)
        said = state.push("inline", "", 0)
        said.content, said.children = title, []
        state.push("paragraph_close", "p", -1)
    state.push("spoiler_block_open", "div", 1).attrs = {"class": SPOILER}
    state.bMarks[first], state.tShift[first], state.eMarks[last], state.lineMax = (
        opening.end(),
        0,
        end,
        last + 1,
    )
    state.md.block.tokenize(state, first, last + 1)
    state.bMarks[first], state.tShift[first], state.eMarks[last], state.lineMax = former
    state.push("spoiler_block_close", "div", -1)
    state.line = last + 1


def _lines_in_angles(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """Where a quotation would begin otherwise."""
    begins = state.bMarks[first] + state.tShift[first]
    if not state.src.startswith(_BEGINS, begins):
        return False
    start = begins + len(_BEGINS)
    stop = _next(state, _END, start)
    if (
        stop >= min(state.eMarks[end - 1], _next(state, _BLANK_LINE, start))
        or not state.src[start:stop].strip()
    ):
        return False
    last = bisect_left(state.eMarks, stop, first, end)
    if last == first:
        return paragraph(state, first, end, silent)
    if not silent:
        # However its lines begin, they are words of one paragraph: parted, none of them would be covered.
        state.push("paragraph_open", "p", 1)
        said = state.push("inline", "", 0)
        said.content = state.getLines(first, last + 1, state.blkIndent, False).strip()
        said.children, said.map = [], [first, last + 1]
        state.push("paragraph_close", "p", -1)
        state.line = last + 1
    return True


def _carry_on(state: StateCore) -> None:
    """What is opened in one block and closed in another is opened anew in each block between."""
    closed, passed = _across(state.tokens)
    if not closed:
        return
    tokens: list[Token] = []
    for at, (token, is_passed) in enumerate(zip(state.tokens, accumulate(passed), strict=False)):
        if token.type == "inline":
            token.content = _OPEN * (closed[at] + bool(is_passed)) + token.content
        if is_passed and token.type in {"fence", "code_block"}:
            tokens += [
                Token("spoiler_block_open", "div", 1, {"class": SPOILER}, block=True),
                token,
                Token("spoiler_block_close", "div", -1, block=True),
            ]
        else:
            tokens.append(token)
    state.tokens = tokens


def _across(tokens: list[Token]) -> tuple[Counter[int], list[int]]:
    """How many are closed in each block that were opened in one before; and by how many more pass it from there on."""
    opened: list[int] = []
    closed: Counter[int] = Counter()
    passed = [0] * (len(tokens) + 1)
    for at, token in enumerate(tokens):
        for mark in _EITHER.finditer(token.content) if token.type == "inline" else ():
            if mark["code"]:
                continue
            if not mark["closes"]:
                opened.append(at)
            elif opened and (began := opened.pop()) < at:
                closed[at] += 1
                passed[began + 1] += 1
                passed[at] -= 1
    return closed, passed


def cover_brackets(element: Element) -> None:
    """Reads pairs of brackets in a tree, each among what one element holds, as covers. What is code stays so."""
    element.children = _covered(element.children)
    for one in element.children:
        if isinstance(one, Element) and one.tag not in {"code", "pre"}:
            cover_brackets(one)


def _covered(nodes: list[Node]) -> list[Node]:
    levels: list[list[Node]] = [[]]
    for node in nodes:
        if isinstance(node, Element):
            levels[-1].append(node)
            continue
        at = 0
        for mark in _EITHER.finditer(node):
            if mark["code"] or (mark["closes"] and len(levels) == 1):
                continue
            levels[-1].append(node[at : mark.start()])
            at = mark.end()
            if not mark["closes"]:
                levels.append([mark[0]])
                continue
            inside = levels.pop()
            if title := (_OPENS.match(str(inside[0])) or mark)[1]:
                levels[-1].append(f"{title} ")
            levels[-1].append(Element("span", {"class": SPOILER}, _bare(inside[1:])))
        levels[-1].append(node[at:])
    return [node for level in levels for node in level]


def _bare(nodes: list[Node]) -> list[Node]:
    """Without covers of their own: as deep as they might stand, nothing could be read."""
    bare: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and node.tag == "span" and SPOILER in node.classes:
            bare += node.children
        else:
            bare.append(node)
    return bare
