"""An address alone in its paragraph becomes a card: of a film, or of a page of another site, with what it calls itself.

A card is part of the text as readers get it. What its writer gave stays the address: the source knows no cards. It has
no words of ours, so that it reads alike in every language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from communities.content.text.films import film_of
from communities.content.text.markup import Element, Node, parse, serialise

CARD, FILM = "card", "film"
# What more than these are stay links: a list of addresses is a list.
MOST = 20
LONGEST_TITLE = 200
_REL = "nofollow ugc noopener"
_MAY_BE = re.compile(r'<p(?: dir="[a-z]+")?>(?:<a href=")?https?://|<figure class="(?:card|film)"')
_ADDRESS = re.compile(r"https?://[^\s<>\"]{3,1000}")
_SHOWN_BEFORE = re.compile(r"(?i)https?://(?:www\.)?")
_FILM = re.compile(rb'<figure class="film"><a href="([^"]+)"')


@dataclass(frozen=True)
class Card:
    """What is known of a page or a film: its title, and its picture, kept here, as an `img`; "" where there is none."""

    title: str
    picture: Mapping[str, str] | None = None


def addresses_alone(html: str) -> list[str]:
    """The web addresses that stand alone in a paragraph of a rendered text or have a card, each once."""
    if not _MAY_BE.search(html):
        return []
    found = (_alone(node) for node in parse(html).children)
    return list(dict.fromkeys(address for address in found if address))[:MOST]


def cards_in(html: str) -> dict[str, Card]:
    """The cards of a rendered text that have a title, by their addresses."""
    if not _MAY_BE.search(html):
        return {}
    return {
        _alone(node): _read(node) for node in parse(html).children if _is_card(node) and _read(node).title
    }


def carded(html: str, known: Mapping[str, Card]) -> str:
    """A rendered text with a card for each address alone in its paragraph of which something is known; of films, their
    address says enough."""
    if not _MAY_BE.search(html):
        return html
    may_be = set(addresses_alone(html))
    nodes = [_card_for(node, known) if _alone(node) in may_be else node for node in parse(html).children]
    return serialise(nodes)


def shows_films(html: str) -> bool:
    """Whether a rendered text shows the card of a film."""
    return '<figure class="film"' in html


def films_on(page: bytes) -> list[str]:
    """The addresses of the films of which a page shows a card."""
    if b'<figure class="film"' not in page:
        return []
    return [match.decode("utf-8", "replace").replace("&amp;", "&") for match in _FILM.findall(page)]


def _is_card(node: Node) -> bool:
    return isinstance(node, Element) and node.tag == "figure" and bool({CARD, FILM} & {*node.classes})


def _alone(node: Node) -> str:
    """The address that a block consists of, as texts keep it; "" for every other block."""
    if not isinstance(node, Element):
        return ""
    if _is_card(node):
        return next((one.attrs.get("href", "") for one in node.walk() if one.tag == "a"), "")
    address = _lone_link(node) if node.tag == "p" else ""
    film = film_of(address) if address else None
    return film.address if film else address


def _lone_link(block: Element) -> str:
    parts = [one for one in block.children if not isinstance(one, str) or one.strip()]
    if len(parts) != 1:
        return ""
    part = parts[0]
    if isinstance(part, str):
        return part.strip() if _ADDRESS.fullmatch(part.strip()) else ""
    address = part.attrs.get("href", "")
    # Words that its writer chose for it stay.
    is_bare = part.tag == "a" and all(isinstance(one, str) for one in part.children)
    said = _key(part.text().strip()) if is_bare else ""
    return address if said and said == _key(address) and _ADDRESS.fullmatch(address) else ""


def _key(address: str) -> str:
    """An address however its signs are spelled, and whether or not its beginning is said."""
    return unquote(_SHOWN_BEFORE.sub("", address, count=1)).rstrip("/")


def _card_for(node: Node, known: Mapping[str, Card]) -> Node:
    address = _alone(node)
    is_film = film_of(address) is not None
    card = known.get(address)
    if card is None and (_is_card(node) or not is_film):
        return node
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    picture = [Element("img", dict(card.picture))] if card and card.picture else []
    title = card.title if card else address
    link = Element("a", {"href": address, "rel": _REL}, [*picture, Element("strong", {}, [title])])
    return Element("figure", {"class": FILM if is_film else CARD}, [link, Element("figcaption", {}, [host])])


def _read(node: Node) -> Card:
    assert isinstance(node, Element)
    picture = next((one.attrs for one in node.walk() if one.tag == "img"), None)
    title = next((one.text() for one in node.walk() if one.tag == "strong"), "")
    # A film of which nothing was heard has its address for a title.
    return Card("" if title == _alone(node) else title, picture)
