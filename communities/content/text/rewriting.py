"""Turns markup of any origin into our content model: blocks of phrases, lists of items, tables of cells."""

from __future__ import annotations

from communities.content.text.foreign_spoilers import cover_brackets
from communities.content.text.framing import framed, paragraph
from communities.content.text.markup import (
    FOREIGN,
    SPOILER,
    SPOILERS,
    Element,
    Node,
    is_spoiler,
    merge_text,
    parse,
    serialise,
)
from communities.content.text.nodes import has_blocks, is_block, is_empty, loose, phrases, trim
from communities.content.text.sanitising import (
    ATTRIBUTES,
    CALLED,
    CAPTION,
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
    file_at,
    is_own,
    strip_all_else,
    strip_foreign,
)
from communities.content.text.spoilers import covering, hides, spoiler, unreached
from communities.content.text.ticking import joined, sign_of, ticked

# What is nothing but a cover, where it is one.
_COVERING = CONTAINERS | FOREIGN | {"mark", "p", "blockquote"}


class Rewriter:
    """Turns the tree of the first pass into one that follows our content model."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def rewrite(self, html: str) -> list[Node]:
        """The top-level blocks of `html`."""
        root = parse(strip_foreign(html))
        if "[/spoiler]" in html.lower():
            cover_brackets(root)
        return self._flow(self._nodes(root.children, in_link=False))

    def _nodes(self, nodes: list[Node], *, in_link: bool) -> list[Node]:
        result: list[Node] = []
        for node in nodes:
            result.extend([node] if isinstance(node, str) else self._element(node, in_link=in_link))
        return merge_text(result)

    def _element(self, node: Element, *, in_link: bool) -> list[Node]:
        tag = RENAMED.get(node.tag, node.tag)
        if is_spoiler(node) and tag not in _COVERING:
            bare = Element(node.tag, _uncovered(node), node.children)
            return covering({"class": SPOILER}, self._element(bare, in_link=in_link))
        if tag == "img":
            return self._picture(node, in_link=in_link)
        if tag == "br":
            return [Element("br")]
        if tag == "hr":
            return [Element("hr")]
        if tag == "input":
            return [sign_of(node)] if node.attrs.get("type") == "checkbox" else []
        if tag == "a":
            return self._link(node, in_link=in_link)
        children = self._nodes(node.children, in_link=in_link)
        if is_spoiler(node):
            return covering({**_kept(node, "mark"), "class": SPOILER}, children)
        if tag in FOREIGN:
            return children
        if tag in INLINE:
            # A phrase cannot hold paragraphs; the paragraphs matter more.
            keep = not has_blocks(children) and not is_empty(children)
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
            return [Element(tag, _kept(node, tag), self._flow(children))] if not is_empty(children) else []
        if tag == "figure":
            return framed(children)
        if tag == "pre":
            return _preformatted(children)
        if tag in PARTS:
            return [Element(tag, _kept(node, tag), children)]
        if tag == "div" and any(isinstance(one, Element) and one.tag in {"dt", "dd"} for one in children):
            # It only groups them.
            return children
        # Paragraphs, headings and foreign containers: one block of phrases, or the blocks inside.
        children = loose(children)
        if has_blocks(children):
            return _turned(self._flow(children), _kept(node, tag).get("dir"))
        children = trim(children)
        if is_empty(children):
            return []
        attrs = _kept(node, tag)
        return [
            paragraph(attrs, children) if tag in CONTAINERS or tag == "p" else Element(tag, attrs, children)
        ]

    def _flow(self, nodes: list[Node]) -> list[Node]:
        """A sequence of blocks: stray phrases become paragraphs, parts of lists and tables are freed."""
        blocks: list[Node] = []
        words: list[Node] = []
        for node in [*loose(nodes), None]:
            if node is not None and not is_block(node):
                words.append(node)
                continue
            words = trim(merge_text(words))
            if not is_empty(words):
                blocks.append(paragraph({}, words))
            words = []
            if node is not None:
                blocks.append(node)
        return blocks

    def _list(self, node: Element, tag: str, children: list[Node]) -> list[Node]:
        items: list[Element] = []
        for child in children:
            is_item = isinstance(child, Element) and child.tag == "li"
            inside = joined(loose(child.children if is_item and isinstance(child, Element) else [child]))
            is_task, inside = ticked(self._flow(inside) if has_blocks(inside) else trim(inside))
            if is_empty(inside):
                continue
            if not all(isinstance(one, Element) and one.tag in {"ul", "ol"} for one in inside):
                attrs = dict(child.attrs) if is_item and isinstance(child, Element) else {}
                attrs.pop("class", "")
                items.append(Element("li", ({"class": "task"} if is_task else {}) | attrs, inside))
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
                inside = loose(child.children)
                if child.tag == "dt":
                    inside = trim(phrases(inside))
                else:
                    inside = self._flow(inside) if has_blocks(inside) else trim(inside)
                if not is_empty(inside):
                    parts.append(Element(child.tag, child.attrs, inside))
            elif not is_empty([child]):
                before.append(child)
        return [*before, Element("dl", _kept(node, "dl"), parts)] if parts else before

    def _fold(self, node: Element, children: list[Node]) -> list[Node]:
        """What is shown once somebody asks for it, under the words that say what it is."""
        summaries = [one for one in children if isinstance(one, Element) and one.tag == "summary"]
        said = trim(phrases(summaries[0].children)) if summaries else []
        inside = self._flow([one for one in children if not summaries or one is not summaries[0]])
        if is_empty(said) or is_empty(inside):
            return [*([Element("p", {}, said)] if not is_empty(said) else []), *inside]
        summary = Element("summary", {}, unreached(said))
        return [Element("details", _kept(node, "details"), [summary, *inside])]

    def _link(self, node: Element, *, in_link: bool) -> list[Node]:
        address = clean_address(node.attrs.get("href", ""))
        children = self._nodes(node.children, in_link=True)
        number = file_at(address, self.policy.media_prefixes)
        if number and self.policy.files is not None:
            file = self.policy.files.get(number)
            if file is None or in_link:
                return children
            # Whatever is written in it, it says what it leads to.
            link = Element("a", {"href": file.address, "data-size": str(file.size)}, [file.name])
        # A mention is linked anew from its text, so that a made-up one cannot stay.
        elif (
            in_link or not address or "mention" in node.classes or has_blocks(children) or is_empty(children)
        ):
            return children
        else:
            link = Element("a", self._link_attrs(address), children)
        # What is reached by the Tab key cannot stand in a link: the whole link is covered.
        return [spoiler({"class": SPOILER}, [link])] if hides(children) else [link]

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
        # Where there is no place for it, the last pass takes it away.
        said = {CAPTION: node.attrs[CAPTION]} if node.attrs.get(CAPTION) else {}
        return [Element("img", attrs | {"loading": "lazy", "decoding": "async"} | said)]


def _kept(node: Element, tag: str) -> dict[str, str]:
    """The attributes of a block or phrase that stay: each has a form it must follow."""
    attrs: dict[str, str] = {}
    if tag in CLASSES and (names := [name for name in map(_called, node.classes) if name in CLASSES[tag]]):
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


def _uncovered(node: Element) -> dict[str, str]:
    """The attributes of what covers what it holds, without the classes that say so."""
    classes = " ".join(name for name in node.classes if name not in SPOILERS)
    return {**node.attrs, "class": classes}


def _called(name: str) -> str:
    """A class by the name that we use for the same language."""
    start, dash, language = name.partition("-")
    return f"{start}{dash}{CALLED.get(language, language)}"


def _turned(blocks: list[Node], direction: str | None) -> list[Node]:
    """The direction of a container that does not stay is that of its blocks."""
    for block in blocks:
        if direction and isinstance(block, Element):
            block.attrs = dict(sorted({"dir": direction, **block.attrs}.items()))
    return blocks


def _items_of(part: Element) -> list[Element]:
    return [item for item in part.children if isinstance(item, Element)]


def _table(children: list[Node]) -> list[Node]:
    """A table of rows and cells only; anything else inside stands before it, as browsers would do."""
    before: list[Node] = []
    sections: list[Node] = []
    caption: list[Node] = []
    for child in children:
        if isinstance(child, Element) and child.tag == "caption" and not caption:
            words = trim(phrases(child.children))
            caption = [] if is_empty(words) else [Element("caption", child.attrs, words)]
        elif isinstance(child, Element) and child.tag in {"thead", "tbody", "tr"}:
            rows = [child] if child.tag == "tr" else child.children
            cells = [_row(row, before) for row in rows if isinstance(row, Element) and row.tag == "tr"]
            kept: list[Node] = [row for row in cells if row.children]
            if kept:
                sections.append(Element("thead" if child.tag == "thead" else "tbody", {}, kept))
        elif not is_empty([child]):
            before.append(child)
    if not sections:
        return [*before, *loose(caption)]
    return [*before, Element("table", {}, [*caption, *sections])]


def _row(row: Element, before: list[Node]) -> Element:
    cells: list[Node] = []
    for cell in row.children:
        if isinstance(cell, Element) and cell.tag in {"th", "td"}:
            inside = loose(cell.children)
            cells.append(Element(cell.tag, cell.attrs, inside if has_blocks(inside) else trim(inside)))
        elif not is_empty([cell]):
            before.append(cell)
    return Element("tr", {}, cells)


def _preformatted(children: list[Node]) -> list[Node]:
    children = merge_text(phrases(children))
    holder = children
    if len(children) == 1 and isinstance(children[0], Element) and children[0].tag == "code":
        holder = children[0].children
    # The parser drops a line break at the start of `pre`; dropped here, a second reading changes nothing.
    if holder and isinstance(holder[0], str):
        holder[0] = holder[0].lstrip("\r\n")
    return [Element("pre", {}, children)] if not is_empty(children) else []


def _is_number(value: str | None) -> bool:
    return bool(value and NUMBER.fullmatch(value))


def write(nodes: list[Node]) -> str:
    """The final text of a rewritten tree."""
    return strip_all_else(serialise(nodes))
