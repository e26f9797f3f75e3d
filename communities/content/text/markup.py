"""A small tree of HTML elements, read from and written back to text that nh3 has already cleaned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import TypeAlias

# Deeper markup than any person writes is flattened, so that walking the tree can recurse safely.
MAX_DEPTH = 40

VOID = frozenset({"br", "hr", "img", "input"})
SPOILER = "spoiler"
# By what classes others cover something, whatever the element.
SPOILERS = frozenset(
    {
        SPOILER,
        "bb-spoiler",
        "bbCodeBlock--spoiler",
        "bbCodeInlineSpoiler",
        "bbCodeSpoiler",
        "bbc_spoiler",
        "ipsSpoiler",
        "md-spoiler-text",
        "spoiled",
        "tg-spoiler",
    }
)
# Elements of others that say nothing, but may cover something.
FOREIGN = frozenset({"span", "font", "small", "big", "abbr", "tg-spoiler"})
# A fold covers by itself what it holds.
_FOLD = "details"


@dataclass
class Element:
    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return self.attrs.get("class", "").split()

    def walk(self) -> Iterator[Element]:
        """This element and all below it, in the order of the text."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


Node: TypeAlias = Element | str


def is_spoiler(node: Element) -> bool:
    """Ours, or that of others, as long as it was not read as ours."""
    return node.tag == "tg-spoiler" or (node.tag != _FOLD and not SPOILERS.isdisjoint(node.classes))


class _TreeBuilder(HTMLParser):
    """Builds the tree. The input is well formed because nh3 wrote it; unmatched end tags are ignored."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        # What is open, from the outside in, and of each tag whether it was not too deep to keep.
        self._open: list[Element] = [self.root]
        self._kept: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        is_kept = tag in VOID or len(self._open) <= MAX_DEPTH or self._is_needed(element)
        if is_kept:
            self._open[-1].children.append(element)
        if tag not in VOID:
            self._kept.append(is_kept)
            self._open += [element] if is_kept else []

    def _is_needed(self, element: Element) -> bool:
        """What covers something is kept however deep it stands: without it, its words would be shown."""
        return is_spoiler(element) and not any(map(is_spoiler, self._open))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self._kept and self._kept.pop():
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def parse(html: str) -> Element:
    """The tree of cleaned HTML, under a root element without a tag."""
    builder = _TreeBuilder()
    builder.feed(html)
    builder.close()
    return builder.root


def serialise(nodes: list[Node]) -> str:
    parts: list[str] = []
    for node in nodes:
        if isinstance(node, str):
            parts.append(escape(node, quote=False))
            continue
        attrs = "".join(f' {name}="{escape(value)}"' for name, value in node.attrs.items())
        parts.append(f"<{node.tag}{attrs}>")
        if node.tag not in VOID:
            parts.append(f"{serialise(node.children)}</{node.tag}>")
    return "".join(parts)


def merge_text(nodes: list[Node]) -> list[Node]:
    """The same nodes with neighbouring strings joined and empty ones dropped."""
    merged: list[Node] = []
    for node in nodes:
        if isinstance(node, str) and merged and isinstance(merged[-1], str):
            merged[-1] += node
        elif node != "":
            merged.append(node)
    return merged
