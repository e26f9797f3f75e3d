"""Pictures in frames: one with its caption, or several side by side."""

from __future__ import annotations

from dataclasses import dataclass, field

from communities.content.text.markup import Element, Node, is_spoiler
from communities.content.text.nodes import is_block, is_empty, loose, phrases, trim
from communities.content.text.sanitising import CAPTION

GALLERY = "gallery"


@dataclass
class _Found:
    """What stands in a frame: pictures with their captions, the words of all of them, and what else there is."""

    frames: list[Node] = field(default_factory=list)
    caption: list[Node] = field(default_factory=list)
    rest: list[Node] = field(default_factory=list)


def framed(children: list[Node]) -> list[Node]:
    """What a figure becomes. Nothing of it is lost: what is no picture and no caption stands behind it."""
    found = _found(children)
    if not found.frames:
        return loose(children)
    only = found.frames[0]
    if len(found.frames) == 1 and isinstance(only, Element):
        if len(only.children) == 1 and not is_empty(found.caption):
            only.children.append(Element("figcaption", {}, found.caption))
            found.caption = []
        whole = only
    else:
        whole = Element("figure", {"class": GALLERY}, found.frames)
    said: list[Node] = [] if is_empty(found.caption) else [Element("p", {}, found.caption)]
    return [whole, *said, *found.rest]


def paragraph(attrs: dict[str, str], inside: list[Node]) -> Element:
    """A paragraph; where it is made of pictures alone, and they are several or say what is under them, their frames."""
    pictures = _pictures_alone(inside)
    if pictures and (len(pictures) > 1 or pictures[0].attrs.get(CAPTION)):
        frames = [_frame(picture) for picture in pictures]
        return frames[0] if len(frames) == 1 else Element("figure", {"class": GALLERY}, [*frames])
    return Element("p", attrs, inside)


def _pictures_alone(inside: list[Node]) -> list[Element]:
    pictures: list[Element] = []
    for node in inside:
        if isinstance(node, str):
            if node.strip():
                return []
        elif node.tag == "img":
            pictures.append(node)
        elif node.tag != "br":
            return []
    return pictures


def _frame(picture: Element) -> Element:
    caption = " ".join(picture.attrs.pop(CAPTION, "").split())
    return Element("figure", {}, [picture, Element("figcaption", {}, [caption])] if caption else [picture])


def _found(children: list[Node]) -> _Found:
    found = _Found()
    for child in children:
        if not isinstance(child, Element):
            found.rest += [Element("p", {}, [child.strip()])] if child.strip() else []
        elif child.tag == "figcaption" and is_empty(found.caption):
            found.caption = trim(phrases(child.children))
        elif child.tag == "figure":
            inner = [one for one in child.children if isinstance(one, Element) and one.tag == "figure"]
            found.frames += inner or [child]
        elif _covers_pictures(child):
            found.rest += _as_blocks(child)
        else:
            found.frames += [_frame(one) for one in child.walk() if one.tag == "img"]
            found.rest += _without_pictures(child)
    return found


def _without_pictures(node: Element) -> list[Node]:
    """What is left of something in a figure, as blocks; nothing where it only held pictures."""
    _drop_pictures(node)
    if node.tag == "img" or is_empty([node]):
        return []
    return _as_blocks(node)


def _as_blocks(node: Element) -> list[Node]:
    return [one if is_block(one) else Element("p", {}, [one]) for one in loose([node])]


def _covers_pictures(node: Element) -> bool:
    """Whether a picture in it is covered: a frame would show it."""
    return any(one.tag == "img" for cover in node.walk() if is_spoiler(cover) for one in cover.walk())


def _drop_pictures(node: Element) -> None:
    node.children = [one for one in node.children if isinstance(one, str) or one.tag != "img"]
    for child in node.children:
        if isinstance(child, Element):
            _drop_pictures(child)
