"""From the HTML of the editor to the Markdown that texts are kept in, where Markdown can say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from communities.content.text.markup import Element, Node, merge_text, parse, serialise
from communities.content.text.nodes import is_block

_MARKS = {"strong": "**", "em": "*", "s": "~~"}
_HEADINGS = {"h2": "##", "h3": "###", "h4": "####"}
_SAID_OF = {"a": {"href", "rel"}, "code": {"class"}, "ol": {"start"}, "th": {"scope"}}
_FACT = re.compile(r"(\{[a-z_]{2,40}\})")
# What would mean something: wherever it stands, at the beginning of a line.
_ANYWHERE = re.compile(r"[\\`*\[<]|(?<!\w)_|_(?!\w)|~(?=~)|(?<=~)~|&(?=#?\w)")
_AT_START = re.compile(r"(?m)^(?=#{1,6}(?:\s|$)|[-+](?:\s|$)|-{2,}\s*$|={1,}\s*$|>|\|)")
_NUMBERED = re.compile(r"(?m)^(\d{1,9})([.)])(?=\s|$)")
_BLANKS = re.compile(r"[ \t\r\n]+")
_LINKED = re.compile(r"[^\s<>\"()\\]+")


class CannotSay(Exception):
    """Markdown has no way to say it."""


def as_markdown(html: str) -> str:
    """The Markdown of a rendered text. Whether it is read as the same text has to be asked of `same_text`. Raises
    CannotSay."""
    return _blocks(parse(html).children)


def same_text(one: str, other: str) -> bool:
    """Whether two rendered texts say the same, however their blanks and lines are spelled: the editor has a paragraph
    in each item and cell, Markdown where it must."""
    return _spelled(one) == _spelled(other)


def _spelled(html: str) -> str:
    return serialise(_even(parse(html).children))


def _even(nodes: Sequence[Node]) -> list[Node]:
    """Without what no reader sees: blanks around blocks and lines, the paragraph that an item or cell begins with."""
    made: list[Node] = []
    nodes = merge_text(list(nodes))
    for place, node in enumerate(nodes):
        if isinstance(node, str):
            text = _BLANKS.sub(" ", node)
            before, after = (
                nodes[place - 1] if place else None,
                nodes[place + 1] if place + 1 < len(nodes) else None,
            )
            text = text.lstrip(" ") if before is None or _ends_line(before) else text
            made.append(text.rstrip(" ") if after is None or _ends_line(after) else text)
        elif node.tag == "pre":
            made.append(Element("pre", {}, [node.text().rstrip("\n")]))
        else:
            inside = _even(node.children)
            first = inside[0] if inside else None
            if (
                node.tag in {"li", "td", "th"}
                and isinstance(first, Element)
                and first.tag == "p"
                and not first.attrs
            ):
                inside = [*first.children, *inside[1:]]
            made.append(Element(node.tag, dict(node.attrs), inside))
    return [node for node in made if node != ""]


def _ends_line(node: Node) -> bool:
    return isinstance(node, Element) and (node.tag == "br" or is_block(node))


def _blocks(nodes: Sequence[Node]) -> str:
    written: list[str] = []
    before: Element | None = None
    other = False
    for node in nodes:
        if isinstance(node, str):
            if node.strip():
                raise CannotSay
            continue
        # Two lists that follow each other would become one.
        other = before is not None and before.tag == node.tag and not other
        written.append(_block(node, other=other))
        before = node
    return "\n\n".join(written)


def _block(node: Element, *, other: bool) -> str:
    _refuse_more(node)
    if node.tag == "p":
        return _phrases(node.children)
    if node.tag in _HEADINGS:
        return f"{_HEADINGS[node.tag]} {_one_line(node.children)}"
    if node.tag in {"ul", "ol"}:
        return _list(node, other=other)
    if node.tag == "blockquote":
        return "\n".join(f"> {line}".rstrip() for line in _blocks(node.children).split("\n"))
    if node.tag == "hr":
        return "---"
    if node.tag == "pre":
        return _listing(node)
    if node.tag == "table":
        return _table(node)
    raise CannotSay


def _refuse_more(node: Element) -> None:
    if set(node.attrs) - _SAID_OF.get(node.tag, set()):
        raise CannotSay


def _list(node: Element, *, other: bool) -> str:
    items = [one for one in node.children if isinstance(one, Element)]
    number = int(node.attrs.get("start", "1"))
    inside: list[tuple[str, str]] = []
    for at, item in enumerate(items):
        _refuse_more(item)
        mark = (")" if other else ".") if node.tag == "ol" else ("*" if other else "-")
        mark = f"{number + at}{mark}" if node.tag == "ol" else mark
        inside.append((f"{mark} ", _item(item)))
    is_loose = any("\n\n" in said for _mark, said in inside)
    lines = [mark + said.replace("\n", "\n" + " " * len(mark)) for mark, said in inside]
    written = ("\n\n" if is_loose else "\n").join(lines)
    return re.sub(r"(?m)^ +$", "", written)


def _item(item: Element) -> str:
    """Its words, and the lists in it below them; other blocks with an empty line between."""
    words = [one for one in item.children if not (isinstance(one, Element) and is_block(one))]
    blocks = [one for one in item.children if isinstance(one, Element) and is_block(one)]
    if words and merge_text(words) != [] and item.children[: len(words)] != words:
        raise CannotSay
    first = (
        _phrases(words).strip()
        if any(one if not isinstance(one, str) else one.strip() for one in words)
        else ""
    )
    if not first and blocks and blocks[0].tag == "p":
        first, blocks = _block(blocks[0], other=False), blocks[1:]
    if not first:
        raise CannotSay
    if all(one.tag in {"ul", "ol"} for one in blocks) and len(blocks) < 2:
        return "\n".join([first, *(_block(one, other=False) for one in blocks)])
    return "\n\n".join([first, _blocks(blocks)])


def _listing(node: Element) -> str:
    (code,) = node.children if len(node.children) == 1 else (None,)
    if not isinstance(code, Element) or code.tag != "code":
        raise CannotSay
    words, language = code.text().rstrip("\n"), code.attrs.get("class", "").removeprefix("language-")
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", words)), default=0))
    return f"{fence}{language}\n{words}\n{fence}"


def _table(node: Element) -> str:
    """A first row that names the columns, as Markdown has it, and rows of phrases."""
    rows = [row for row in node.walk() if row.tag == "tr"]
    heads = [part for part in node.children if isinstance(part, Element)]
    if [part.tag for part in heads] not in (["thead", "tbody"], ["thead"]) or len(heads[0].children) != 1:
        raise CannotSay
    lines = [f"| {' | '.join(_cells(row))} |" for row in rows]
    columns = len(rows[0].children)
    return "\n".join([lines[0], "|" + " --- |" * columns, *lines[1:]])


def _cells(row: Element) -> list[str]:
    cells = [cell for cell in row.children if isinstance(cell, Element)]
    said = []
    for cell in cells:
        _refuse_more(cell)
        inside = [one for one in cell.children if not isinstance(one, str) or one.strip()]
        only = inside[0] if len(inside) == 1 else None
        words = only.children if isinstance(only, Element) and only.tag == "p" else cell.children
        said.append(_one_line(words).replace("|", "\\|"))
    return said


def _one_line(nodes: Sequence[Node]) -> str:
    words = _phrases(nodes)
    if "\n" in words:
        raise CannotSay
    return words


def _phrases(nodes: Sequence[Node]) -> str:
    """The words of a block; each of its lines is a line of the Markdown."""
    lines = [line.strip(" ") for line in "".join(map(_phrase, nodes)).split("\n")]
    if not all(lines):
        raise CannotSay
    return _NUMBERED.sub(r"\1\\\2", _AT_START.sub(r"\\", "\n".join(lines)))


def _phrase(node: Node) -> str:
    if isinstance(node, str):
        return _escaped(_BLANKS.sub(" ", node))
    _refuse_more(node)
    if node.tag == "br":
        return "\n"
    if node.tag == "code" and "class" not in node.attrs:
        return _code(node.text())
    inside = "".join(map(_phrase, node.children))
    if node.tag in _MARKS:
        return f"{_MARKS[node.tag]}{inside}{_MARKS[node.tag]}"
    if node.tag == "a":
        return _link(node, inside)
    raise CannotSay


def _link(node: Element, inside: str) -> str:
    address = node.attrs.get("href", "")
    if not _LINKED.fullmatch(address):
        raise CannotSay
    return address if node.text() == address and "://" in address else f"[{inside}]({address})"


def _code(words: str) -> str:
    if "\n" in words:
        raise CannotSay
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", words)), default=0))
    space = " " if words.startswith(("`", " ")) or words.endswith(("`", " ")) else ""
    return f"{fence}{space}{words}{space}{fence}"


def _escaped(text: str) -> str:
    """Words as words; the names of facts stay as they are."""
    parts: list[str] = _FACT.split(text)
    escape: Callable[[str], str] = lambda part: _ANYWHERE.sub(lambda match: f"\\{match[0]}", part)  # noqa: E731
    return "".join(part if _FACT.fullmatch(part) else escape(part) for part in parts)
