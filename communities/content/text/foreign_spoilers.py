"""Covers as other forums write them, read as ours: `[spoiler]so[/spoiler]`, over several paragraphs too, `>!so!<`, and
the elements by whose class they know one.

What is covered there must not be shown here, so that where a sign is half right the cover is rather too large.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.paragraph import paragraph
from markdown_it.rules_inline import StateInline

from communities.content.text.markup import SPOILER

_OPENS = re.compile(r"\[spoiler(?:=([^\]\n]*))?\]", re.IGNORECASE)
_EITHER = re.compile(r"\[(/?)spoiler(?:=[^\]\n]*)?\]", re.IGNORECASE)
_CLOSES = re.compile(r"\[/spoiler\][ \t]*$", re.IGNORECASE)
_ENDS = "!<"
# Where a quotation would begin otherwise.
_ANGLED_LINE = re.compile(r">!(?=\S)(?!!<)[^\n]+?!<")


def add_foreign_spoilers(parser: MarkdownIt) -> None:
    parser.inline.add_terminator_char("[")
    parser.inline.add_terminator_char(">")
    parser.inline.ruler.before("link", "spoiler_brackets", _in_brackets)
    parser.inline.ruler.before("link", "spoiler_angles", _in_angles)
    ends: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("blockquote", "spoiler_lines", _lines_in_brackets, ends)
    parser.block.ruler.before("blockquote", "spoiler_angles", _line_in_angles)


def _in_brackets(state: StateInline, silent: bool) -> bool:
    opening = _OPENS.match(state.src, state.pos, state.posMax)
    closing = _closings(state).get(state.pos) if opening else None
    if opening is None or closing is None or closing.end() > state.posMax:
        return False
    if not silent:
        if title := (opening[1] or "").strip(" \"'"):
            state.push("text", "", 0).content = f"{title} "
        _cover(state, opening.end(), closing.start())
    state.pos = closing.end()
    return True


def _in_angles(state: StateInline, silent: bool) -> bool:
    """None within another, so that no text is looked through again and again."""
    start = state.pos + len(_ENDS)
    if not state.src.startswith(">!", state.pos) or state.env.get(_ENDS) or start > _last_end(state):
        return False
    end = state.src.find(_ENDS, start, state.posMax)
    inside = state.src[start:end] if end > start else ""
    if not inside or inside != inside.strip():
        return False
    if not silent:
        state.env[_ENDS] = True
        _cover(state, start, end)
        state.env[_ENDS] = False
    state.pos = end + len(_ENDS)
    return True


def _last_end(state: StateInline) -> int:
    known = state.env.setdefault("last ends", {})
    if state.src not in known:
        known[state.src] = state.src.rfind(_ENDS)
    return int(known[state.src])


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
            if not mark[1]:
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


def _line_in_angles(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    start = state.bMarks[first] + state.tShift[first]
    if not _ANGLED_LINE.match(state.src, start, state.eMarks[first]):
        return False
    return paragraph(state, first, end, silent)
