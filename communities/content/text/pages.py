"""What a page of another site, or the provider of a film, says of itself: its title and where its picture is."""

from __future__ import annotations

import codecs
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

from communities.content.text.cards import LONGEST_TITLE
from communities.fields import can_be_stored, one_line
from communities.outbound import Fetched

# What a page says of itself stands at its beginning.
_HEAD = 256 * 1024  # bytes
_CHARSET = re.compile(r"charset=[\"']?([\w.:-]{1,40})", re.ASCII | re.IGNORECASE)
# These write names of hosts: no page, and read in the square of its length.
_OF_NAMES = ("idna", "punycode")
_TITLES = ("og:title", "twitter:title")
_PICTURES = ("og:image:secure_url", "og:image", "twitter:image")


@dataclass(frozen=True)
class Said:
    """A title on one line, and the address of a picture; "" for what is not said."""

    title: str = ""
    picture: str = ""


def said_by_page(answer: Fetched) -> Said:
    """What a page says in its head; nothing where the answer is no page."""
    kind = answer.headers.get("content-type", "").lower()
    if answer.status != 200 or not kind.startswith(("text/html", "application/xhtml")):
        return Said()
    head = answer.body[:_HEAD]
    reader = _Head()
    # What it cannot make sense of, it says by an assertion; what stood before that is read by then.
    with suppress(AssertionError):
        reader.feed(_read(head, kind))
    title = next((reader.meta[name] for name in _TITLES if reader.meta.get(name)), "".join(reader.title))
    picture = next((reader.meta[name] for name in _PICTURES if reader.meta.get(name)), "")
    return Said(_title(title), _whole(picture, answer.address))


def _read(head: bytes, kind: str) -> str:
    found = _CHARSET.search(kind) or _CHARSET.search(head[:2048].decode("ascii", "replace"))
    try:
        charset = codecs.lookup(found[1]).name if found else "utf-8"
        return head.decode("utf-8" if charset in _OF_NAMES else charset, "replace")
    except (LookupError, ValueError):
        return head.decode("utf-8", "replace")


def said_by_provider(answer: Fetched) -> Said:
    """What a provider says of a film (oEmbed); nothing where the answer is none."""
    try:
        told = json.loads(answer.body) if answer.status == 200 else {}
    except (ValueError, RecursionError):
        return Said()
    if not isinstance(told, dict):
        return Said()
    title, picture = (told.get(name) for name in ("title", "thumbnail_url"))
    return Said(
        _title(title if isinstance(title, str) else ""),
        _whole(picture if isinstance(picture, str) else "", answer.address),
    )


def _title(said: str) -> str:
    title = one_line(said[: LONGEST_TITLE * 10])
    if not can_be_stored(title):
        return ""
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"


def _whole(picture: str, address: str) -> str:
    try:
        return urljoin(address, picture.strip()) if picture.strip() else ""
    except ValueError:
        return ""


class _Head(HTMLParser):
    """The title and what `meta` says, the first of each, up to the body."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.meta: dict[str, str] = {}
        self.title: list[str] = []
        self._in_title = self._is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_over = self._is_over or tag == "body"
        if tag == "meta" and not self._is_over:
            said = {name: value or "" for name, value in attrs}
            self.meta.setdefault(
                (said.get("property") or said.get("name") or "").lower(), said.get("content", "")
            )
        self._in_title = tag == "title" and not self._is_over and not self.title

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
