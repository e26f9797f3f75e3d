"""For whom posts are rendered."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from django.http import HttpRequest

from communities.models import Community, Membership


@dataclass(frozen=True)
class Reading:
    """Who reads posts, and what the page around them offers."""

    community: Community
    membership: Membership | None = None
    features: frozenset[str] = frozenset()
    own_address: str = "?"  # what a link to the same page with something more begins with
    may_quote: bool = False
    menu_of: str = ""  # the short id of the post whose menu is drawn with it, for those without scripts
    accepted_id: int | None = None
    accept_url: str = ""  # ends before the post's number; empty for those who may not accept
    unaccept_url: str = ""
    confirmed_by: str = ""
    read_to: int | None = None  # the last position read; a line is drawn after it
    unread_text: str = ""
    is_sorted: bool = False  # not by date: each text that was not read has the line, and comments stand apart
    comments: str = ""  # markup to stand before the first comment, where they do
    solution: str = ""  # markup to stand after the first post
    under: Mapping[int, str] = field(default_factory=dict)  # markup to stand under replies, by their numbers
    moved: tuple[tuple[int, str], ...] = ()  # lines that say what stands elsewhere, each before a place
    helped_id: int | None = None  # the answer that helps, on this page
    helped: str = ""  # markup to stand under it


def short_id(public_id: uuid.UUID) -> str:
    """As twenty links to menus on a page name their posts: the same number in 22 signs instead of 36."""
    return base64.urlsafe_b64encode(public_id.bytes)[:22].decode()


def asked_menu(request: HttpRequest) -> str:
    """Of which post the menu is asked for, by its short id; links from elsewhere may have the whole one."""
    asked = request.GET.get("menu", "")
    try:
        return short_id(uuid.UUID(asked))
    except ValueError:
        return asked


def own_address(asked: str, address: str, page: int, order: str = "") -> str:
    """How links to more on a page begin, as short as they can be: relative to it, unless what was asked for has
    another address, as an act that was refused has. `order` is the query that asked for one."""
    start = "" if asked == address else address
    start = f"{start}?{escape(order)}&amp;" if order else f"{start}?"
    return f"{start}page={page}&amp;" if page > 1 else start


def number_in(value: str | None) -> int | None:
    """The number of a post in an address; None for anything else."""
    return int(value) if value and value.isdecimal() and len(value) < 19 else None
