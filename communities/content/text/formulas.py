"""Formulas in a text, `$…$` within a line and `$$…$$` alone, as MathML, which browsers draw by themselves.

What reads them runs in a process of its own, with bounds (`typesetting`). The source keeps what was typed; what cannot
be read stays so for readers, too. A text of which nothing is read, as one about prices, is never changed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import nh3

from communities.content.text.markup import Element, Node, parse, serialise

# Of one formula, and of all of a text, in characters; how many in a text.
LONGEST = 1_000
MOST = 20_000
MOST_FORMULAS = 200
PATIENCE = 30  # seconds by the clock; those of the processor are counted by the process itself

# As other programs read it: no blank inside of the signs, and no figure behind the second one.
FORMULA = re.compile(
    rf"\$\$(?P<block>(?:[^$`\\]|\\.){{1,{LONGEST}}}?)\$\$"
    rf"|(?<![\\$\w])\$(?=[^\s$])(?P<line>(?:[^$`\\\n]|\\.){{1,{LONGEST}}}?)(?<!\s)\$(?![\w$])",
    re.DOTALL,
)
# `$5 or more, in US$`: a price and what follows it.
_PROSE = re.compile(r"\d[\d.,]*\s+[^\W\d_]{2,}")
# New commands are read as often as they say: two lines of them are more than any machine can write.
_FORBIDDEN = re.compile(r"\\(?:def|newcommand)(?![A-Za-z])")
_SILENT = frozenset({"a", "code", "pre", "math", "kbd"})
_AS_TYPED = _SILENT - {"a"}
_SHOWN = re.compile(
    r'<span class="formula">(<math\b[^>]*>.*?</math>)</span>|<math\b[^>]*>.*?</math>', re.DOTALL
)
_SAID = re.compile(r'alttext="([^"]*)"')

# What browsers draw (MathML Core), and what says how.
ELEMENTS = frozenset(
    "math merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle msub"
    " msubsup msup mtable mtd mtext mtr munder munderover none".split()
)
_FOR_ALL = frozenset("displaystyle mathvariant scriptlevel".split())
ATTRIBUTES: dict[str, set[str]] = {name: set(_FOR_ALL) for name in ELEMENTS} | {
    "math": {"alttext", "display"},
    "mfrac": {*_FOR_ALL, "linethickness"},
    "mo": {*_FOR_ALL, "fence", "form", "lspace", "maxsize", "minsize", "movablelimits", "rspace", "separator"}
    | {"stretchy", "symmetric"},
    "mover": {*_FOR_ALL, "accent"},
    "mpadded": {*_FOR_ALL, "depth", "height", "lspace", "voffset", "width"},
    "mspace": {*_FOR_ALL, "depth", "height", "width"},
    "mtable": {*_FOR_ALL, "columnalign", "columnspacing", "rowspacing"},
    "mtd": {*_FOR_ALL, "columnalign", "columnspan", "rowspan"},
    "munder": {*_FOR_ALL, "accentunder"},
    "munderover": {*_FOR_ALL, "accent", "accentunder"},
}
_CLEANER = nh3.Cleaner(tags=set(ELEMENTS), attributes=ATTRIBUTES, link_rel=None, url_schemes=set())
_ROOT = Path(__file__).resolve().parents[3]
_PROGRAM = "from communities.content.text.typesetting import main; main()"

Wanted = tuple[str, bool]


def formula_at(text: str, at: int, end: int) -> re.Match[str] | None:
    """The formula that begins at this place, where there is one."""
    match = FORMULA.match(text, at, end)
    return match if match and not _is_prose(match) else None


def typeset(html: str) -> str:
    """A clean text whose formulas are shown; those that cannot be read stay as they were typed."""
    if "$" not in html:
        return html
    root = parse(html)
    _join_lines(root)
    found = list(dict.fromkeys(_wanted_in(root)))
    wanted = [one for one in found if not _FORBIDDEN.search(one[0])][:MOST_FORMULAS]
    if not found or sum(len(formula) for formula, _block in found) > MOST:
        return html
    shown = dict(zip(wanted, _typeset_apart(wanted), strict=False)) if wanted else {}
    nodes = {one: _as_node(mathml, block=one[1]) for one, mathml in shown.items() if mathml}
    if not nodes:
        return html
    _with_formulas(root, nodes)
    return serialise(root.children)


def with_dollars(html: str) -> str:
    r"""A text as its readers get it: `\$` is a dollar sign that begins no formula. Code stays as it was typed."""
    if "\\$" not in html:
        return html
    root = parse(html)
    _unescape(root)
    return serialise(root.children)


def _unescape(element: Element) -> None:
    for place, child in enumerate(element.children):
        if isinstance(child, str):
            element.children[place] = child.replace("\\$", "$")
        elif child.tag not in _AS_TYPED:
            _unescape(child)


def left_in(html: str) -> list[str]:
    """The formulas of a rendered text that could not be shown, as they were typed, each once."""
    if "$" not in html:
        return []
    found = _wanted_in(parse(html))
    return list(dict.fromkeys(f"$${formula}$$" if block else f"${formula}$" for formula, block in found))


def in_words(html: str) -> str:
    """A stored text for mails and feeds: each formula as it was typed."""
    return _SHOWN.sub(_as_typed, html) if "<math" in html else html


def _as_typed(match: re.Match[str]) -> str:
    said = _SAID.search(match[0])
    return f"<code>{said[1]}</code>" if said else ""


def _is_prose(match: re.Match[str]) -> bool:
    return bool(_PROSE.match(match["line"] or ""))


def _texts_of(element: Element) -> Iterator[str]:
    """The words of a text that may hold formulas."""
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif child.tag not in _SILENT:
            yield from _texts_of(child)


def _found_in(text: str) -> Iterator[re.Match[str]]:
    return (match for match in FORMULA.finditer(text) if not _is_prose(match))


def _wanted_in(root: Element) -> Iterator[Wanted]:
    for text in _texts_of(root):
        if "$" in text:
            yield from map(_wanted, _found_in(text))


def _wanted(match: re.Match[str]) -> Wanted:
    return (match["line"] or match["block"]).strip(), match["line"] is None


def _join_lines(element: Element) -> None:
    """A formula alone in its paragraph may be typed on several lines."""
    for child in element.children:
        if not isinstance(child, Element) or child.tag in _SILENT:
            continue
        parts = child.children
        if child.tag == "p" and all(isinstance(one, str) or one.tag == "br" for one in parts):
            text = "".join(one if isinstance(one, str) else "\n" for one in parts)
            if text.strip().startswith("$$") and FORMULA.fullmatch(text.strip()):
                child.children = [text.strip()]
        else:
            _join_lines(child)


def _with_formulas(element: Element, shown: Mapping[Wanted, Node]) -> None:
    """Puts each formula that could be read in the place of its words."""
    nodes: list[Node] = []
    for child in element.children:
        if isinstance(child, str):
            nodes += _split(child, shown)
            continue
        if child.tag not in _SILENT:
            _with_formulas(child, shown)
        nodes.append(child)
    element.children = nodes


def _split(text: str, shown: Mapping[Wanted, Node]) -> Iterator[Node]:
    at = 0
    for match in _found_in(text) if "$" in text else ():
        if formula := shown.get(_wanted(match)):
            yield from (text[at : match.start()], formula)
            at = match.end()
    yield text[at:]


def _as_node(mathml: str, *, block: bool) -> Node:
    """Through the list of what may be shown once more: it comes from another process."""
    (node,) = parse(_CLEANER.clean(mathml)).children
    return Element("span", {"class": "formula"}, [node]) if block else node


class _NotInTime(Exception):
    pass


def _typeset_apart(wanted: Sequence[Wanted]) -> Sequence[str | None]:
    """Each as MathML, None where it could not be read; nothing where they could not be in time."""
    try:
        return _shown_apart(tuple(wanted))
    except _NotInTime:
        return []


# Looked at, sent and looked through for what could not be read: within a minute the same text comes three times.
@lru_cache(maxsize=64)
def _shown_apart(wanted: tuple[Wanted, ...]) -> tuple[str | None, ...]:
    try:
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            input=json.dumps(wanted).encode(),
            capture_output=True,
            cwd=_ROOT,
            # What the server knows is none of its business.
            env={},
            timeout=PATIENCE,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        # Also where the machine starts no more processes: the text is kept all the same.
        raise _NotInTime from None
    if done.returncode:
        raise _NotInTime
    return tuple(json.loads(done.stdout))
