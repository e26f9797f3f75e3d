"""What a tree of a text is asked while it is turned into our content model, and the smallest changes to it."""

from __future__ import annotations

from communities.content.text.markup import Element, Node, merge_text
from communities.content.text.sanitising import BLOCKS, PARTS


def phrases(nodes: list[Node]) -> list[Node]:
    """The nodes without any block around them."""
    result: list[Node] = []
    for node in nodes:
        if is_block(node) and isinstance(node, Element):
            result.extend(phrases(node.children))
        else:
            result.append(node)
    return merge_text(result)


def loose(nodes: list[Node]) -> list[Node]:
    """Parts of lists, figures and tables that lost their whole become paragraphs or their own content."""
    result: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and node.tag in PARTS:
            inside = loose(node.children)
            if has_blocks(inside):
                result.extend(inside)
            elif not is_empty(inside):
                result.append(Element("p", {}, trim(inside)))
        else:
            result.append(node)
    return merge_text(result)


def trim(nodes: list[Node]) -> list[Node]:
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


def is_block(node: Node) -> bool:
    return isinstance(node, Element) and node.tag in BLOCKS


def has_blocks(nodes: list[Node]) -> bool:
    return any(is_block(node) for node in nodes)


def is_empty(nodes: list[Node]) -> bool:
    return not any(
        node.strip() if isinstance(node, str) else node.tag in {"img", "hr"} or not is_empty(node.children)
        for node in nodes
    )
