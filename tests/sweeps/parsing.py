"""The parser of the standard, with a shorter way through tags that are written as ours are.

Its tokenizer goes through a page character by character, by a state for each; to read a page so takes longer than to
draw it, and the sweeps read thousands. A tag of lower-case letters whose attributes stand in double quotes is one match
of an expression instead. Whatever is written otherwise, or runs over the end of what the stream has at hand, takes the
long way; what comes out is the same, tree and complaints (`test_parsing.py`).
"""

from __future__ import annotations

import re
from typing import Any

from html5lib import HTMLParser
from html5lib._tokenizer import HTMLTokenizer
from html5lib.constants import _ReparseException, tokenTypes

ATTRIBUTE = r"""[ \n]+([a-zA-Z_:@][a-zA-Z0-9_:@.-]*)(?:="([^"\0]*)")?"""
ATTRIBUTES = re.compile(ATTRIBUTE)
TAG = re.compile(rf"<([a-z][a-z0-9-]*)((?:{ATTRIBUTE.replace('([', '(?:[')})*)[ \n]*(/?)>")
END_TAG = re.compile(r"</([a-z][a-z0-9-]*)>")
REFERENCE = re.compile(r"&(amp|lt|gt|quot|#39|#x27);")
MEANT = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "#39": "'", "#x27": "'"}
START, END, CHARACTERS = (tokenTypes[name] for name in ("StartTag", "EndTag", "Characters"))


class _Tokenizer(HTMLTokenizer):
    def dataState(self) -> bool:
        """Called for what stands next between two tags."""
        stream = self.stream
        if stream.chunk.startswith("<", stream.chunkOffset):
            return self._short_way() or bool(super().dataState())
        if found := REFERENCE.match(stream.chunk, stream.chunkOffset):
            stream.chunkOffset = found.end()
            self.tokenQueue.append({"type": CHARACTERS, "data": MEANT[found[1]]})
            return True
        return bool(super().dataState())

    def _short_way(self) -> bool:
        """Whether the tag that stands next was one of ours; if not, nothing has been read."""
        stream = self.stream
        if found := END_TAG.match(stream.chunk, stream.chunkOffset):
            token: dict[str, Any] = {"type": END, "name": found[1], "data": [], "selfClosing": False}
        elif found := TAG.match(stream.chunk, stream.chunkOffset):
            attributes = _attributes(found[2]) if found[2] else {}
            if attributes is None:
                return False
            token = {
                "type": START,
                "name": found[1],
                "data": attributes,
                "selfClosing": bool(found[3]),
                "selfClosingAcknowledged": False,
            }
        else:
            return False
        stream.chunkOffset = found.end()
        self.currentToken = token
        self.tokenQueue.append(token)
        return True


def _attributes(written: str) -> dict[str, str] | None:
    """By their names; None where one stands twice, or a value refers to what is to be looked up."""
    found: dict[str, str] = {}
    for name, value in ATTRIBUTES.findall(written):
        name = name.lower()
        if name in found:
            return None
        if "&" in value:
            looked_up = value.count("&")
            value, known = REFERENCE.subn(_meant, value)
            if known < looked_up:
                return None
        found[name] = value
    return found


def _meant(reference: re.Match[str]) -> str:
    return MEANT[reference[1]]


class Parser(HTMLParser):
    """As html5lib’s, without namespaces for the elements of HTML."""

    def __init__(self) -> None:
        super().__init__(namespaceHTMLElements=False)

    def _parse(
        self,
        stream: Any,
        innerHTML: bool = False,
        container: str = "div",
        scripting: bool = False,
        **named: Any,
    ) -> None:
        self.innerHTMLMode, self.container, self.scripting = innerHTML, container, scripting
        self.tokenizer = _Tokenizer(stream, parser=self, **named)
        self.reset()
        try:
            self.mainLoop()
        except _ReparseException:
            self.reset()
            self.mainLoop()


def parse(page: str) -> Any:
    """The tree of a page."""
    return Parser().parse(page)
