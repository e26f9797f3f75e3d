"""Pictures that a text shows from other sites: it shows none of theirs until its writer has brought them in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from typing import NamedTuple
from urllib.parse import unquote

from communities.content.text.markup import parse
from communities.content.text.rendering import to_html
from communities.content.text.sanitising import strip_foreign

# In Markdown: ![what it shows](address "what stands under it"). In HTML: <img … src="address">.
_IN_MARKDOWN = re.compile(
    r"(!\[(?:[^\[\]\\]|\\.){0,400}\]\(\s{0,9}<?)(https?://[^\s<>]{1,2000}?)(?=>?\s*(?:\)|\s[\"'(]))"
)
_IN_HTML = re.compile(
    r"(<img\b[^<>]{0,4000}?\bsrc=[\"'])(https?://[^\"'<>\s]{1,2000})(?=[\"'])", re.IGNORECASE
)


class Remote(NamedTuple):
    """A picture of another site: where it is, and what the text calls it."""

    address: str
    name: str


def remote_pictures(source: str, fmt: str) -> list[Remote]:
    """Those that a source shows and that can be put in their place, each once, in the order of the text."""
    if "://" not in source or ("![" not in source and "<img" not in source.lower()):
        return []
    written = {_key(unescape(match[2]) if fmt == "html" else match[2]) for match in _found(source, fmt)}
    shown: dict[str, Remote] = {}
    for element in parse(strip_foreign(to_html(source, "html" if fmt == "html" else "markdown"))).walk():
        address = element.attrs.get("src", "") if element.tag == "img" else ""
        if _key(address) in written:
            name = (
                " ".join(element.attrs.get("alt", "").split())
                or unquote(address).rpartition("/")[2]
                or address
            )
            shown.setdefault(_key(address), Remote(address, name[:60]))
    return list(shown.values())


def with_own_pictures(source: str, fmt: str, own: Mapping[str, str]) -> str:
    """A source that shows our pictures in the place of those of other sites, by their addresses."""
    places = {_key(address): ours for address, ours in own.items()}

    def put(match: re.Match[str]) -> str:
        ours = places.get(_key(unescape(match[2]) if fmt == "html" else match[2]))
        if ours is None:
            return match[0]
        return f"{match[1]}{escape(ours) if fmt == 'html' else ours}"

    return (_IN_HTML if fmt == "html" else _IN_MARKDOWN).sub(put, source)


def _found(source: str, fmt: str) -> Iterator[re.Match[str]]:
    return (_IN_HTML if fmt == "html" else _IN_MARKDOWN).finditer(source)


def _key(address: str) -> str:
    """An address however its signs are spelled."""
    return unquote(address)
