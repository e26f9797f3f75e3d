"""Turns markup of any origin into our content model: blocks of phrases, lists of items, tables of cells."""

from __future__ import annotations

import re

from communities.content.text.markup import Element, Node, merge_text, parse, serialise
from communities.content.text.sanitising import (
    ATTRIBUTES,
    BLOCKS,
    CLASSES,
    CONTAINERS,
    DIRECTIONS,
    INLINE,
    NUMBER,
    PARTS,
    POST_ID,
    RENAMED,
    UNSEEN,
    Policy,
    attachment_of,
    clean_address,
    is_own,
    strip_all_else,
    strip_foreign,
)

# What stands for a box to be ticked.
TO_DO, DONE = "☐ ", "☑ "
_BOX = re.compile(r"\A\[([ xX])\]\s+")


class Rewriter:
    """Turns the tree of the first pass into one that follows our content model."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def rewrite(self, html: str) -> list[Node]:
        """The top-level blocks of `html`."""
        return self._flow(self._nodes(parse(strip_foreign(html)).children, in_link=False))

    def _nodes(self, nodes: list[Node], *, in_link: bool) -> list[Node]:
        result: list[Node] = []
        for node in nodes:
            result.extend([node] if isinstance(node, str) else self._element(node, in_link=in_link))
        return merge_text(result)

    def _element(self, node: Element, *, in_link: bool) -> list[Node]:
        tag = RENAMED.get(node.tag, node.tag)
        if tag == "img":
            return self._picture(node, in_link=in_link)
        if tag == "br":
            return [Element("br")]
        if tag == "hr":
            return [Element("hr")]
        if tag == "input":
            return (
                [DONE if "checked" in node.attrs else TO_DO] if node.attrs.get("type") == "checkbox" else []
            )
        if tag == "a":
            return self._link(node, in_link=in_link)
        children = self._nodes(node.children, in_link=in_link)
        if tag in INLINE:
            # A phrase cannot hold paragraphs; the paragraphs matter more.
            keep = not _has_blocks(children) and not _is_empty(children)
            return [Element(tag, _kept(node, tag), children)] if keep else children
        return self._block(node, tag, children)

    def _block(self, node: Element, tag: str, children: list[Node]) -> list[Node]:
        if tag in {"ul", "ol"}:
            return self._list(node, tag, children)
        if tag == "table":
            return _table(children)
        if tag == "dl":
            return self._definitions(node, children)
        if tag == "details":
            return self._fold(node, children)
        if tag == "blockquote":
            return [Element(tag, _kept(node, tag), self._flow(children))] if not _is_empty(children) else []
        if tag == "figure":
            return _figure(children)
        if tag == "pre":
            return _preformatted(children)
        if tag in PARTS:
            return [Element(tag, _kept(node, tag), children)]
        if tag == "div" and any(isinstance(one, Element) and one.tag in {"dt", "dd"} for one in children):
            # It only groups them.
            return children
        # Paragraphs, headings and foreign containers: one block of phrases, or the blocks inside.
        children = _loose(children)
        if _has_blocks(children):
            return _turned(self._flow(children), _kept(node, tag).get("dir"))
        children = _trim(children)
        if _is_empty(children):
            return []
        return [Element("p" if tag in CONTAINERS else tag, _kept(node, tag), children)]

    def _flow(self, nodes: list[Node]) -> list[Node]:
        """A sequence of blocks: stray phrases become paragraphs, parts of lists and tables are freed."""
        blocks: list[Node] = []
        phrases: list[Node] = []
        for node in [*_loose(nodes), None]:
            if node is not None and not _is_block(node):
                phrases.append(node)
                continue
            phrases = _trim(merge_text(phrases))
            if not _is_empty(phrases):
                blocks.append(Element("p", {}, phrases))
            phrases = []
            if node is not None:
                blocks.append(node)
        return blocks

    def _list(self, node: Element, tag: str, children: list[Node]) -> list[Node]:
        items: list[Element] = []
        for child in children:
            is_item = isinstance(child, Element) and child.tag == "li"
            inside = _loose(child.children if is_item and isinstance(child, Element) else [child])
            inside = _ticked(self._flow(inside) if _has_blocks(inside) else _trim(inside))
            if _is_empty(inside):
                continue
            if not all(isinstance(one, Element) and one.tag in {"ul", "ol"} for one in inside):
                attrs = child.attrs if is_item and isinstance(child, Element) else {}
                items.append(Element("li", attrs, inside))
            elif items:
                # A list between items, or alone in one, belongs to the item before it.
                items[-1].children = self._flow([*items[-1].children, *inside])
            else:
                items += [one for part in inside if isinstance(part, Element) for one in _items_of(part)]
        return [Element(tag, _kept(node, tag), [*items])] if items else []

    def _definitions(self, node: Element, children: list[Node]) -> list[Node]:
        """Terms and what they mean; anything else inside stands before the list."""
        before: list[Node] = []
        parts: list[Node] = []
        for child in children:
            if isinstance(child, Element) and child.tag in {"dt", "dd"}:
                inside = _loose(child.children)
                if child.tag == "dt":
                    inside = _trim(_phrases(inside))
                else:
                    inside = self._flow(inside) if _has_blocks(inside) else _trim(inside)
                if not _is_empty(inside):
                    parts.append(Element(child.tag, child.attrs, inside))
            elif not _is_empty([child]):
                before.append(child)
        return [*before, Element("dl", _kept(node, "dl"), parts)] if parts else before

    def _fold(self, node: Element, children: list[Node]) -> list[Node]:
        """What is shown once somebody asks for it, under the words that say what it is."""
        summaries = [one for one in children if isinstance(one, Element) and one.tag == "summary"]
        said = _trim(_phrases(summaries[0].children)) if summaries else []
        inside = self._flow([one for one in children if not summaries or one is not summaries[0]])
        if _is_empty(said) or _is_empty(inside):
            return [*([Element("p", {}, said)] if not _is_empty(said) else []), *inside]
        return [Element("details", _kept(node, "details"), [Element("summary", {}, said), *inside])]

    def _link(self, node: Element, *, in_link: bool) -> list[Node]:
        address = clean_address(node.attrs.get("href", ""))
        children = self._nodes(node.children, in_link=True)
        # A mention is linked anew from its text, so that a made-up one cannot stay.
        unwrap = in_link or not address or "mention" in node.classes
        if unwrap or _has_blocks(children) or _is_empty(children):
            return children
        return [Element("a", self._link_attrs(address), children)]

    def _link_attrs(self, address: str) -> dict[str, str]:
        attrs = {"href": address}
        if not is_own(address, self.policy.own_hosts) and not address.lower().startswith("mailto:"):
            attrs["rel"] = "nofollow ugc noopener"
        return attrs

    def _picture(self, node: Element, *, in_link: bool) -> list[Node]:
        src = UNSEEN.sub("", node.attrs.get("src", ""))
        alt = " ".join(node.attrs.get("alt", "").split())
        attachment = attachment_of(src, self.policy.media_prefixes)
        if not attachment:
            address = clean_address(src)
            if in_link or not address or address.startswith(("#", "mailto:")):
                return [alt] if alt else []
            return [Element("a", self._link_attrs(address), [alt or address])]
        if self.policy.pictures is None:
            attrs = {"src": src, "alt": alt}
            for name in ("width", "height"):
                if _is_number(node.attrs.get(name)):
                    attrs[name] = node.attrs[name]
        elif picture := self.policy.pictures.get(attachment):
            attrs = {"src": picture.src, "alt": alt or picture.alt}
            attrs |= {"width": str(picture.width), "height": str(picture.height)}
            attrs |= {"srcset": picture.srcset, "sizes": picture.sizes} if picture.srcset else {}
        else:
            return [alt] if alt else []
        return [Element("img", attrs | {"loading": "lazy", "decoding": "async"})]


def _kept(node: Element, tag: str) -> dict[str, str]:
    """The attributes of a block or phrase that stay: each has a form it must follow."""
    attrs: dict[str, str] = {}
    if tag in CLASSES and (names := [name for name in node.classes if name in CLASSES[tag]]):
        attrs["class"] = names[0]
    if node.attrs.get("dir", "").lower() in DIRECTIONS:
        attrs["dir"] = node.attrs["dir"].lower()
    if tag == "blockquote":
        if cite := clean_address(node.attrs.get("cite", "")):
            attrs["cite"] = cite
        if POST_ID.fullmatch(node.attrs.get("data-post", "")):
            attrs["data-post"] = node.attrs["data-post"]
    for name in ATTRIBUTES.get(tag, set()) & {"start", "colspan", "rowspan"}:
        if _is_number(node.attrs.get(name)) and node.attrs[name] != "1":
            attrs[name] = node.attrs[name]
    if tag == "th" and node.attrs.get("scope") in {"col", "row"}:
        attrs["scope"] = node.attrs["scope"]
    return dict(sorted(attrs.items()))


def _turned(blocks: list[Node], direction: str | None) -> list[Node]:
    """The direction of a container that does not stay is that of its blocks."""
    for block in blocks:
        if direction and isinstance(block, Element):
            block.attrs = dict(sorted({"dir": direction, **block.attrs}.items()))
    return blocks


def _items_of(part: Element) -> list[Element]:
    return [item for item in part.children if isinstance(item, Element)]


def _ticked(nodes: list[Node]) -> list[Node]:
    """The box at the beginning of an item, as Markdown writes it, as a sign."""
    if not nodes:
        return nodes
    first = nodes[0]
    if isinstance(first, str):
        return [_BOX.sub(lambda box: DONE if box[1] != " " else TO_DO, first), *nodes[1:]]
    if first.tag == "p":
        first.children = _ticked(first.children)
    return nodes


def _table(children: list[Node]) -> list[Node]:
    """A table of rows and cells only; anything else inside stands before it, as browsers would do."""
    before: list[Node] = []
    sections: list[Node] = []
    caption: list[Node] = []
    for child in children:
        if isinstance(child, Element) and child.tag == "caption" and not caption:
            words = _trim(_phrases(child.children))
            caption = [] if _is_empty(words) else [Element("caption", child.attrs, words)]
        elif isinstance(child, Element) and child.tag in {"thead", "tbody", "tr"}:
            rows = [child] if child.tag == "tr" else child.children
            cells = [_row(row, before) for row in rows if isinstance(row, Element) and row.tag == "tr"]
            kept: list[Node] = [row for row in cells if row.children]
            if kept:
                sections.append(Element("thead" if child.tag == "thead" else "tbody", {}, kept))
        elif not _is_empty([child]):
            before.append(child)
    if not sections:
        return [*before, *_loose(caption)]
    return [*before, Element("table", {}, [*caption, *sections])]


def _row(row: Element, before: list[Node]) -> Element:
    cells: list[Node] = []
    for cell in row.children:
        if isinstance(cell, Element) and cell.tag in {"th", "td"}:
            inside = _loose(cell.children)
            cells.append(Element(cell.tag, cell.attrs, inside if _has_blocks(inside) else _trim(inside)))
        elif not _is_empty([cell]):
            before.append(cell)
    return Element("tr", {}, cells)


def _figure(children: list[Node]) -> list[Node]:
    """A picture with its caption; without a picture of ours there is nothing to frame."""
    pictures = [node for child in children if isinstance(child, Element) for node in child.walk()]
    pictures = [node for node in pictures if node.tag == "img"]
    captions = [child for child in children if isinstance(child, Element) and child.tag == "figcaption"]
    if not pictures:
        return _loose(children)
    caption = _trim(_phrases(captions[0].children)) if captions else []
    figure = Element("figure", {}, [pictures[0]])
    if not _is_empty(caption):
        figure.children.append(Element("figcaption", {}, caption))
    return [figure]


def _preformatted(children: list[Node]) -> list[Node]:
    children = merge_text(_phrases(children))
    holder = children
    if len(children) == 1 and isinstance(children[0], Element) and children[0].tag == "code":
        holder = children[0].children
    # The parser drops a line break at the start of `pre`; dropped here, a second reading changes nothing.
    if holder and isinstance(holder[0], str):
        holder[0] = holder[0].lstrip("\r\n")
    return [Element("pre", {}, children)] if not _is_empty(children) else []


def _phrases(nodes: list[Node]) -> list[Node]:
    """The nodes without any block around them."""
    result: list[Node] = []
    for node in nodes:
        if _is_block(node) and isinstance(node, Element):
            result.extend(_phrases(node.children))
        else:
            result.append(node)
    return merge_text(result)


def _loose(nodes: list[Node]) -> list[Node]:
    """Parts of lists, figures and tables that lost their whole become paragraphs or their own content."""
    result: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and node.tag in PARTS:
            inside = _loose(node.children)
            if _has_blocks(inside):
                result.extend(inside)
            elif not _is_empty(inside):
                result.append(Element("p", {}, _trim(inside)))
        else:
            result.append(node)
    return merge_text(result)


def _trim(nodes: list[Node]) -> list[Node]:
    """Phrases without blanks and line breaks at either end."""
    nodes = merge_text(list(nodes))
    for end, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while nodes:
            node = nodes[end]
            if isinstance(node, str):
                nodes[end] = strip(node, " \t\r\n")
                if nodes[end]:
                    break
            elif node.tag != "br":
                break
            del nodes[end]
    return nodes


def _is_block(node: Node) -> bool:
    return isinstance(node, Element) and node.tag in BLOCKS


def _has_blocks(nodes: list[Node]) -> bool:
    return any(_is_block(node) for node in nodes)


def _is_empty(nodes: list[Node]) -> bool:
    return not any(
        node.strip() if isinstance(node, str) else node.tag in {"img", "hr"} or not _is_empty(node.children)
        for node in nodes
    )


def _is_number(value: str | None) -> bool:
    return bool(value and NUMBER.fullmatch(value))


def write(nodes: list[Node]) -> str:
    """The final text of a rewritten tree."""
    return strip_all_else(serialise(nodes))
