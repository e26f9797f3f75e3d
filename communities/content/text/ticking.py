"""What is to be done: items of lists with a box, ticked or not.

In a stored text the words of such an item are the label of its box, which nobody can press; so it is read aloud as what
it is, in whatever language the page speaks. Boxes anywhere else are signs.
"""

from __future__ import annotations

import re

from communities.content.text.markup import Element, Node, merge_text
from communities.content.text.nodes import is_block, is_empty

# What stands for a box until it is known where it is.
TO_DO, DONE = "☐ ", "☑ "
# As Markdown writes it, or as a sign.
_BOX = re.compile(r"\A\s*(?:\[([ xX])\][ \t\r\n]+|([☐☑☒])\s*)")
_WRITTEN = re.compile(r'<label><input type="checkbox"( checked="")? disabled=""> (.*?)</label>', re.DOTALL)


def with_signs(html: str) -> str:
    """A stored text for mails and feeds, whose readers leave boxes out: each as a sign."""
    return _WRITTEN.sub(lambda found: f"{DONE if found[1] else TO_DO}{found[2]}", html)


def sign_of(box: Element) -> str:
    """The sign of a box of a form."""
    return DONE if "checked" in box.attrs else TO_DO


def joined(inside: list[Node]) -> list[Node]:
    """What is in an item, a box that stands before its first paragraph put into that: so other editors write it."""
    first = inside[0] if inside else ""
    if not isinstance(first, str) or not (found := _BOX.match(first)) or first[found.end() :].strip():
        return inside
    rest = inside[1:]
    if not rest or not isinstance(rest[0], Element) or rest[0].tag != "p":
        return inside
    words = Element("p", rest[0].attrs, merge_text([first, *rest[0].children]))
    return [words, *rest[1:]]


def ticked(inside: list[Node]) -> tuple[bool, list[Node]]:
    """Whether an item is something to be done, and what is in it then; nothing where it has a box and no words."""
    first = inside[0] if inside else ""
    if isinstance(first, Element):
        if first.tag != "p":
            return False, inside
        is_task, words = ticked(first.children)
        if not is_task:
            return False, inside
        rest = inside[1:]
        return True, [Element("p", first.attrs, words), *rest] if words else rest
    found = _BOX.match(first)
    if found is None or any(map(is_block, inside)):
        return False, inside
    words = [first[found.end() :], *inside[1:]]
    if is_empty(words):
        return True, []
    attrs = (
        {"type": "checkbox"} | ({} if (found[1] or found[2]) in " ☐" else {"checked": ""}) | {"disabled": ""}
    )
    return True, [Element("label", {}, merge_text([Element("input", attrs), " ", *words]))]
