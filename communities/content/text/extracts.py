"""Plain text from rendered bodies: excerpts for lists and mails, highlighted extracts for search results."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import unquote

from communities.content.text.folding import akin, words_of
from communities.content.text.markup import Element, Node, is_spoiler, parse
from communities.content.text.spoilers import covered
from communities.content.text.ticking import sign_of
from communities.letters import fold, fold_character
from members.signs import boundary

_BREAKING = frozenset(
    [
        "p",
        "li",
        "blockquote",
        "pre",
        "h2",
        "h3",
        "h4",
        "hr",
        "figure",
        "figcaption",
        "caption",
        "summary",
        "details",
        "dt",
        "dd",
        "tr",
    ]
)
# A full stop and the like, then a capital: “4.5 mm” and “etc. and” are no ends. No-break spaces do not end either.
_SENTENCE_END = re.compile(r"(?<=[.!?…])[ ](?=[^\W\d_a-zà-ÿ])")
# A label of a host name in letters of other scripts, as the name system writes it.
_PUNYCODE = re.compile(r"\bxn--[a-zA-Z0-9-]+")
_CELLS = frozenset({"td", "th"})


_BLANK_OR_NOT = re.compile(r"\s+|\S+")


class _Edge(str):
    """Where a cover begins or ends: nothing, in a text; known again by being that very one."""


_COVERED, _OPEN = _Edge(), _Edge()


class Stretch(NamedTuple):
    """A stretch of a text that is covered, or is not. The text is not HTML."""

    text: str
    is_covered: bool


class Segment(NamedTuple):
    """A stretch of text for a template: `{% if segment.is_match %}<mark>…`. The text is not HTML."""

    text: str
    is_match: bool


def plain_text(html: str, *, quotes: bool = True, covers: bool = False) -> str:
    """The words of a rendered body, a line for each block. Pictures speak by their description.

    `covers`: what its author covered stays so. Who judges a text reads all of it; everybody else asks for it first.
    """
    parts: list[str] = []
    _collect(parse(covered(html) if covers else html).children, parts, quotes=quotes)
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def stretches(html: str) -> list[Stretch]:
    """All that `plain_text` says, by whether its author covered it: for pages that cover it anew."""
    parts: list[str] = []
    _collect(parse(html).children, parts, quotes=True)
    marked: list[tuple[str, bool]] = []
    is_covered = False
    for part in parts:
        if isinstance(part, _Edge):
            is_covered = part is _COVERED
        marked += ((character, is_covered) for character in part)
    return _joined(_settled(marked))


def _settled(marked: list[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """Blanks as `plain_text` leaves them: one between two words, or a line break; none at either end."""
    ends = [match.end() for match in _BLANK_OR_NOT.finditer("".join(character for character, _is in marked))]
    for start, end in pairwise([0, *ends]):
        run = marked[start:end]
        if not run[0][0].isspace():
            yield from run
        elif start and end < len(marked):
            # What stands between two covered words is covered with them.
            sign = "\n" if any(character == "\n" for character, _is in run) else " "
            yield sign, marked[start - 1][1] and marked[end][1]


def _joined(marked: Iterable[tuple[str, bool]]) -> list[Stretch]:
    by_cover = groupby(marked, key=itemgetter(1))
    return [Stretch("".join(character for character, _is in run), is_covered) for is_covered, run in by_cover]


def said_in(html: str) -> str:
    """Everything that a rendered body says: its words, and where its links and pictures lead, decoded."""
    root = parse(html)
    targets = (one.attrs.get(name, "") for one in root.walk() for name in ("href", "src", "cite"))
    return "\n".join([plain_text(html), *dict.fromkeys(decoded(target) for target in targets if target)])


def decoded(address: str) -> str:
    """An address in the letters that a reader knows it by: percent signs, also of percent signs, and host names."""
    for _time in range(3):
        address = unquote(address)
    return _PUNYCODE.sub(_letters_of, address)


def _letters_of(label: re.Match[str]) -> str:
    try:
        return label[0].lower().encode("ascii").decode("idna")
    except UnicodeError:
        return label[0]


def excerpt(html: str, length: int) -> str:
    """At most `length` characters of a body for a list, cut between words; what it quotes is left out."""
    text = plain_text(html, quotes=False, covers=True) or plain_text(html, covers=True)
    return shorten(text.replace("\n", " "), length)


def opening(text: str, length: int) -> str:
    """The first whole sentences of a text that fit in `length` characters; the first is cut where it is longer."""
    sentences = _SENTENCE_END.split(" ".join(text.split("\n\n", 1)[0].split()))
    said = sentences[0]
    for sentence in sentences[1:]:
        if len(said) + 1 + len(sentence) > length:
            break
        said = f"{said} {sentence}"
    return shorten(said, length)


def shorten(text: str, length: int) -> str:
    """`text`, cut between words with an ellipsis when it is longer than `length` characters."""
    if len(text) <= length:
        return text
    kept = text[:length]
    space = kept.rfind(" ")
    return text[: space if space > length // 2 else boundary(text, length - 1)].rstrip(" ,;:.–—-") + "…"


def highlight(text: str, words: Iterable[str], length: int | None = None) -> list[Segment]:
    """`text` cut into segments, the words that a search looked for marked.

    Accents, capitals, apostrophes and plain inflections make no difference. With `length`, only the stretch
    with most of the words is returned, an ellipsis where something is left out.
    """
    folded, places = _fold_with_places(text)
    wanted = [word for query in words for word, _, _ in words_of(fold(query)) if len(word) > 1]
    matches = []
    for word, start, end in words_of(folded):
        for index, other in enumerate(wanted):
            if akin(word, other):
                matches.append((places[start], places[end - 1] + 1, index))
                break
    first, last = (0, len(text)) if length is None else _best_window(text, matches, length)
    whole = ((boundary(text, start), _end_of_sign(text, end)) for start, end, _ in matches)
    shown = [(start, end) for start, end in whole if start >= first and end <= last]
    return _segments(text, shown, first, last)


def _end_of_sign(text: str, end: int) -> int:
    """Where the sign that holds the last character of a match ends: folding leaves marks out that belong to it."""
    while end < len(text) and boundary(text, end) < end:
        end += 1
    return end


def _collect(nodes: list[Node], parts: list[str], *, quotes: bool) -> None:
    for node in nodes:
        if isinstance(node, str):
            parts.append(node.replace("\n", " "))
        elif node.tag == "br":
            parts.append("\n")
        elif node.tag == "img":
            parts.append(f" {node.attrs.get('alt', '')} ")
        elif is_spoiler(node):
            parts.append(_COVERED)
            _collect(node.children, parts, quotes=quotes)
            parts.append(_OPEN)
        elif node.tag == "math":
            parts.append(node.attrs.get("alttext", ""))
        elif node.tag == "input":
            parts.append(sign_of(node).strip())
        elif node.tag == "q":
            parts.append("“")
            _collect(node.children, parts, quotes=quotes)
            parts.append("”")
        elif node.tag != "blockquote" or quotes or not _is_citation(node):
            parts.append("\n" if node.tag in _BREAKING else " " if node.tag in _CELLS else "")
            _collect(node.children, parts, quotes=quotes)
            parts.append("\n" if node.tag in _BREAKING else "")


def _is_citation(node: Element) -> bool:
    return "data-post" in node.attrs or "cite" in node.classes


def _fold_with_places(text: str) -> tuple[str, list[int]]:
    """Folded text and, for each of its characters, the place it had in the text."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for part in fold_character(character):
            folded.append(part)
            places.append(place)
    return "".join(folded), places


def _best_window(text: str, matches: list[tuple[int, int, int]], length: int) -> tuple[int, int]:
    """Where the stretch of `length` characters with most different words, then most matches, lies."""
    if len(text) <= length:
        return 0, len(text)
    best, best_score = 0, (0, 0)
    for number, (start, _, _) in enumerate(matches):
        inside = [match for match in matches[number : number + 40] if match[1] <= start + length * 3 // 4]
        score = (len({index for _, _, index in inside}), len(inside))
        if score > best_score:
            best, best_score = start, score
    # A quarter of the stretch leads up to the first match, so that it reads as a sentence.
    first = max(0, min(best - length // 4, len(text) - length))
    last = min(len(text), first + length)
    if first and (space := re.search(r"\s", text[first : best + 1])):
        first += space.end()
    if last < len(text) and (space_at := text.rfind(" ", first, last + 1)) > best:
        last = space_at
    return boundary(text, first), boundary(text, last)


def _segments(text: str, matches: list[tuple[int, int]], first: int, last: int) -> list[Segment]:
    segments = [Segment("… ", False)] if first else []
    at = first
    for start, end in matches:
        if start > at:
            segments.append(Segment(text[at:start], False))
        if start >= at:
            segments.append(Segment(text[start:end], True))
            at = end
    if at < last:
        segments.append(Segment(text[at:last], False))
    return [*segments, Segment(" …", False)] if last < len(text) else segments
