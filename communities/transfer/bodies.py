"""Bodies of imported messages: the same rendering and cleaning as for what members write."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.html import escape

from communities.content.addresses import MEDIA, ROOT, local_path
from communities.content.exceptions import TextTooLong
from communities.content.models import Thread
from communities.content.text.extracts import excerpt
from communities.content.text.rendering import is_blank, quote_html, render
from communities.content.text.sanitising import Picture
from communities.transfer.arrivals import NewPost
from communities.transfer.people import People

Placed = dict[str, tuple[int, NewPost, str]]
# Enough to know what is spoken of; on a phone, four lines.
QUOTED_CHARACTERS = 140


class BodyRenderer:
    """Renders messages of one import; `pictures` are those brought along, by attachment id."""

    def __init__(self, pictures: Mapping[str, Picture] | None = None) -> None:
        self.pictures = {} if pictures is None else pictures

    def render(self, message: NewPost, *, placed: Placed, thread: Thread, people: People) -> str | None:
        """The stored HTML, "" when there is nothing to read, None when it is longer than a text may be."""
        source = message.html
        if message.answers:
            source = quote_of(message, placed=placed, thread=thread, people=people) + source
        try:
            html = render(
                source, fmt="html", mentions={}, media_prefixes=[MEDIA], pictures=self.pictures, files={}
            ).html
        except TextTooLong:
            return None
        return "" if is_blank(html) else html


def quote_of(message: NewPost, *, placed: Placed, thread: Thread, people: People) -> str:
    """A short quotation of what a message replies to; "" if that is directly above it."""
    spoken_to = placed.get(message.answers)
    if spoken_to is None or stands_above(message, placed):
        return ""
    position, parent, html = spoken_to
    words = excerpt(html, QUOTED_CHARACTERS)
    return quote_html(
        people.name_of(parent.author) or "?", stored_address(thread, position), f"<p>{escape(words)}</p>"
    )


def stands_above(message: NewPost, placed: Placed) -> bool:
    """Whether nothing but other answers to the same message stands between them."""
    for key, (_position, other, _html) in reversed(placed.items()):
        if key == message.answers:
            return True
        if other.answers != message.answers:
            return False
    return False


def stored_address(thread: Thread, position: int = 1) -> str:
    """A post's address as stored texts say it, whatever prefix the community is reached by."""
    return ROOT + local_path(thread.url_of(position)).lstrip("/")
