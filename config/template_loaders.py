"""White space is taken out of HTML templates once, when they are loaded, so that they may be written in lines.

What the rule is, and what it is not, stands in templates/README.md; why, in docs/decisions/0024-template-lines.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.template import Origin, Template
from django.template.loaders.app_directories import Loader as AppDirectoriesLoader
from django.template.loaders.base import Loader as BaseLoader
from django.template.loaders.filesystem import Loader as FilesystemLoader

_BLOCK_LEVEL = (
    "address article aside base blockquote body br caption col colgroup dd details dialog div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html legend li link main meta nav ol optgroup"
    " option p pre script section style summary table tbody td tfoot th thead title tr ul"
)
# Where these begin and end, browsers show no space anyway.
BLOCK_LEVEL = frozenset(_BLOCK_LEVEL.split())
# Written out where a space must stand between two tags that are on two lines.
SPACE = "&#32;"

_DJANGO = r"\{%.*?%\}|\{\{.*?\}\}"
_QUOTED = rf'"(?:{_DJANGO}|[^"])*"|\'(?:{_DJANGO}|[^\'])*\''
_SOURCE = re.compile(
    rf"""
      (?P<comment>\{{%\s*comment\b.*?%\}}(?s:.*?)\{{%\s*endcomment\s*%\}}|\{{\#.*?\#\}})
    | (?P<kept>\{{%\s*(?P<block>blocktranslate|blocktrans|verbatim)\b.*?%\}}(?s:.*?)\{{%\s*end(?P=block)\b.*?%\}}
        | <!--(?s:.*?)--> | <![^>]*>)
    | (?P<django>{_DJANGO})
    | (?P<tag></?(?P<name>[a-zA-Z][\w-]*)(?:{_DJANGO}|{_QUOTED}|[^>"'])*>)
    | (?P<space>(?:\s|&\#32;)+)
    | (?P<text>(?:(?!&\#32;|\{{[%{{\#]|<[/!a-zA-Z])\S)+)
    """,
    re.VERBOSE,
)
_INSIDE_A_TAG = re.compile(
    rf"(?P<comment>\{{#.*?#\}})|(?P<django>{_DJANGO})|(?P<space>\s+)|(?P<quoted>{_QUOTED})|(?P<rest>[^\s\"'{{]+|.)"
)
_TAG_NAME = re.compile(r"\{%\s*(\w+)")
_OPENS = frozenset({"if", "for", "with", "ifchanged", "block", "autoescape", "localize"})
_TURNS = frozenset({"elif", "else", "empty"})
# What stands between these is text to the browser, or nothing for it to lay out: it is left as it is written.
_VERBATIM = ("pre", "textarea", "script", "style")


class Piece(NamedTuple):
    kind: str
    text: str
    # Of an HTML tag, in small letters.
    name: str = ""

    @property
    def is_block_level(self) -> bool:
        return self.kind == "tag" and self.name in BLOCK_LEVEL


def squeezed(source: str) -> str:
    """A template without the white space that only lays out its source; squeezing twice changes nothing."""
    written: list[str] = []
    before: Piece | None = None
    gap = ""
    for piece in _pieces(source):
        if piece.kind == "comment":
            continue
        if piece.kind == "space":
            gap += piece.text
            continue
        written += [_between(before, gap, piece), piece.text]
        before, gap = piece, ""
    return "".join([*written, _between(before, gap, None)])


def _between(before: Piece | None, gap: str, after: Piece | None) -> str:
    """What is left of white space between two pieces; None is the beginning or the end of the file."""
    if not gap:
        return ""
    if SPACE in gap:
        return " "
    if "\n" not in gap:
        return gap
    neighbours = (before, after)
    if any(one is None or one.is_block_level for one in neighbours):
        return ""
    return " " if any(one is not None and one.kind == "text" for one in neighbours) else ""


def _pieces(source: str) -> Iterator[Piece]:
    place = 0
    while place < len(source):
        found = _SOURCE.match(source, place)
        if found is None:  # a lone "<" or "{"
            yield Piece("text", source[place])
            place += 1
            continue
        place = found.end()
        kind, text, name = found.lastgroup or "", found[0], (found["name"] or "").lower()
        if kind != "tag":
            yield Piece(kind, text)
            continue
        yield Piece("tag", squeezed_tag(text), name)
        if name in _VERBATIM and not text.startswith("</"):
            end = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(source, place)
            body = source[place : end.start() if end else len(source)]
            if body:
                yield Piece("kept", body)
            place += len(body)


@dataclass
class _Attributes:
    """The inside of a tag: one space before each attribute, none before a condition around one."""

    written: list[str] = field(default_factory=list)
    # Whether white space was seen since the last attribute; of the conditions around, what it was before them.
    apart: bool = False
    around: list[bool] = field(default_factory=list)

    def add(self, piece: str) -> None:
        self.written += [" ", piece] if self.apart else [piece]
        self.apart = False

    def add_django(self, piece: str) -> None:
        found = _TAG_NAME.match(piece)
        name = found[1] if found else ""
        if name in _OPENS:
            self.around.append(self.apart)
        elif name in _TURNS and self.around:
            self.apart = self.around[-1]
        elif name.removeprefix("end") in _OPENS and self.around:
            self.apart = self.around.pop() or self.apart
        else:
            self.add(piece)
            return
        self.written.append(piece)


def squeezed_tag(text: str) -> str:
    """`<a\\n  href="…"\\n  {% if x %}hidden{% endif %}\\n>` as `<a href="…"{% if x %} hidden{% endif %}>`."""
    attributes = _Attributes()
    for found in _INSIDE_A_TAG.finditer(text, 0, len(text) - 1):
        if found["space"]:
            attributes.apart = True
        elif found["django"]:
            attributes.add_django(found[0])
        elif not found["comment"]:
            attributes.add(found[0])
    return "".join(attributes.written).removesuffix(" /").removesuffix("/") + (
        "/>" if text.endswith("/>") else ">"
    )


class Filesystem(FilesystemLoader):
    """Templates of the project."""

    def get_contents(self, origin: Origin) -> str:
        return _squeezed_for(self, origin, super().get_contents(origin))


class AppDirectories(AppDirectoriesLoader):
    """Templates of installed packages."""

    def get_contents(self, origin: Origin) -> str:
        return _squeezed_for(self, origin, super().get_contents(origin))


def _squeezed_for(loader: BaseLoader, origin: Origin, source: str) -> str:
    """HTML only: what is read in other formats (mails in plain text) stays as it is written."""
    if not str(origin.template_name).endswith(".html"):
        return source
    if loader.engine.debug:
        # A mistake of syntax is told with the line in which it was written.
        Template(source, origin, str(origin.template_name), loader.engine)
    return squeezed(source)
