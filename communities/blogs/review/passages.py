"""An article cut into the paragraphs that notes stand beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from django.utils.safestring import SafeString

from communities.blogs.review.models import LONGEST_PASSAGE, ReviewNote
from communities.content.models import Post
from communities.content.templatetags.content import body, part_of
from communities.content.text.extracts import plain_text
from communities.content.text.markup import Element, parse, serialise


@dataclass
class Passage:
    """One block of a text: a paragraph, a list, a picture. `number` counts from 1."""

    number: int
    html: SafeString
    text: str
    notes: list[ReviewNote] = field(default_factory=list)

    @property
    def key(self) -> str:
        """By what a note knows it again."""
        return self.text[:LONGEST_PASSAGE]

    @property
    def mark(self) -> str:
        """By what the form beside it knows it again."""
        return f"{crc32(self.text.encode()):08x}"


def passages_of(post: Post, features: frozenset[str]) -> list[Passage]:
    """The blocks of a text, in order; one without words (a line between two parts) belongs to the one before it."""
    found: list[Passage] = []
    for node in parse(str(body(post, features))).children:
        html = serialise([node])
        words = " ".join(plain_text(html, covers=True).split()) if isinstance(node, Element) else node.strip()
        if words or not found:
            found.append(Passage(len(found) + 1, part_of(html), words))
        else:
            found[-1].html = part_of(found[-1].html + html)
    return found


def put_beside(passages: Sequence[Passage], notes: Iterable[ReviewNote]) -> list[ReviewNote]:
    """Give each note to the passage that it is about; those that are about none, or about words that have changed
    since, are answered."""
    by_key = {one.key: one for one in reversed(passages)}
    others: list[ReviewNote] = []
    for note in notes:
        place = by_key.get(note.passage) if note.passage else None
        if place is None and note.about:
            place = next((one for one in passages if note.about in one.text), None)
        (place.notes if place is not None else others).append(note)
    return others
