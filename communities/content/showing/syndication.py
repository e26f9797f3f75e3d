"""Feeds: what is public, as Atom and RSS documents with absolute addresses.

A file of its own: views choose what a feed is about, this decides what a feed reader gets.
"""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from html import escape
from io import StringIO
from sys import getsizeof
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.xmlutils import SimplerXMLGenerator

from communities.content.addresses import absolute_address, community_root, to_shown
from communities.content.kinds import Kind
from communities.content.models import Post, Space, Tag, Thread
from communities.content.showing.rewards import label
from communities.content.text.extracts import excerpt
from communities.content.text.formulas import in_words
from communities.content.text.spoilers import covered
from communities.content.text.ticking import with_signs
from communities.content.viewers import Viewer, public_viewer, readable_spaces
from communities.launch.features import is_open
from communities.memory import Memory
from communities.models import Community

ENTRIES = 20
_EXCERPT = 600
# Entries as they were written, by all that they are made of, a digest standing for the text. Longer ones, which are
# whole texts, are written each time.
LARGEST_KEPT = 16 * 1024  # bytes
_kept: Memory[str] = Memory(lambda: "", size=512, lifetime=600.0, told=True)
# What XML 1.0 has no way to say.
_UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Source:
    """What a feed is about: its page, its own address, its words. `about` names that for good."""

    title: str
    address: str
    feed_address: str
    about: str
    description: str = ""
    language: str = "en"


class Entry(NamedTuple):
    """One entry of a feed; `html` is a stored text."""

    title: str
    address: str
    html: str
    author: str
    published_at: datetime.datetime
    updated_at: datetime.datetime
    # The public number of its text: programmes know an entry by it, under whatever title and address.
    number: uuid.UUID
    tags: tuple[str, ...] = ()


class AtomEntries(Atom1Feed):
    """Atom with the text as `content` where the community gives whole texts."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item.get("content"):
            handler.addQuickElement("content", item["content"], {"type": "html"})


class _Document(SyndicationFeed):
    """A feed whose entries are written already."""

    def write_items(self, handler: SimplerXMLGenerator) -> None:
        for item in self.items:
            # The one way in which a generator takes markup as it is.
            handler.ignorableWhitespace(item["written"])


Writer = type[Atom1Feed] | type[Rss201rev2Feed]


class AtomDocument(_Document, Atom1Feed):
    pass


class RssDocument(_Document, Rss201rev2Feed):
    pass


def thread_entry(
    community: Community, thread: Thread, body: Post | None, under: str = "", beside: Sequence[str] = ()
) -> Entry:
    """A thread by its first post; `under` is what stands under it, `beside` how others are called who sign it."""
    published: Any = thread.published_at
    first = [thread.author.display_name] if thread.author else []
    return Entry(
        title=thread.title,
        address=absolute_address(community, thread.get_absolute_url()),
        html=told_html(body) + under if body is not None else "",
        author=", ".join([*first, *beside]),
        published_at=published,
        updated_at=max(published, thread.edited_at or published, (body and body.edited_at) or published),
        number=body.public_id if body is not None else _number_of(community, f"thread {thread.pk}"),
        tags=tuple([name for name, _slug in getattr(thread, "tag_pairs", ())]),
    )


def post_entry(community: Community, thread: Thread, post: Post, under: str = "") -> Entry:
    """One post in the feed of its thread; `under` is what stands under it."""
    published: Any = post.published_at
    return Entry(
        title=thread.title,
        address=absolute_address(community, thread.url_of(post.position or 1)),
        html=told_html(post) + under,
        author=post.author.display_name if post.author else "",
        published_at=published,
        updated_at=post.edited_at or published,
        number=post.public_id,
    )


def told_html(post: Post) -> str:
    """The text; of one that was written for a reward, after the word that says so."""
    html = in_words(with_signs(covered(post.body_html)))
    if not post.rewarded:
        return html
    return f"<p><strong>{escape(label())}</strong></p>{html}"


def _number_of(community: Community, about: str) -> uuid.UUID:
    """A number that stays when names, addresses and domains change, and is nobody else’s."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{community.created_at.isoformat()} {community.pk} {about}")


def atom(community: Community, source: Source, entries: Sequence[Entry]) -> bytes:
    return _written(AtomDocument, AtomEntries, community, source, entries)


def rss(community: Community, source: Source, entries: Sequence[Entry]) -> bytes:
    return _written(RssDocument, Rss201rev2Feed, community, source, entries)


def _written(
    document: type[_Document],
    writer: Writer,
    community: Community,
    source: Source,
    entries: Sequence[Entry],
) -> bytes:
    feed = document(
        title=sayable(source.title),
        link=source.address,
        description=sayable(source.description),
        language=source.language,
        feed_url=source.feed_address,
        feed_guid=_number_of(community, source.about).urn,
        author_name=sayable(community.name),
    )
    way = _Way(
        writer is AtomEntries,
        community.settings.get("feed_texts") == "whole",
        community_root(community),
        is_open(community, None, "member_pages"),
    )
    for entry in entries:
        text = _kept_entry(writer, entry, way)
        feed.items.append({"pubdate": entry.published_at, "updateddate": entry.updated_at, "written": text})
    out = StringIO()
    feed.write(out, "utf-8")
    return out.getvalue().encode()


class _Way(NamedTuple):
    """What all entries of a feed have in common: Atom or RSS, whole texts or their beginnings, their addresses, and
    whether there are pages of members to link to."""

    is_atom: bool
    is_whole: bool
    root: str
    member_pages: bool


def _kept_entry(writer: Writer, entry: Entry, way: _Way) -> str:
    key = (way, entry._replace(html=blake2b(entry.html.encode(), digest_size=16).hexdigest()))
    text = _kept.peek(key)
    if text is None:
        text = _entry(writer, entry, way)
        if getsizeof(text) <= LARGEST_KEPT:
            _kept.put(key, text)
    return text


def _entry(writer: Writer, entry: Entry, way: _Way) -> str:
    alone = writer(title="", link="", description="")
    alone.add_item(
        title=sayable(entry.title),
        link=entry.address,
        unique_id=entry.number.urn,
        unique_id_is_permalink=False,
        author_name=sayable(entry.author) or None,
        pubdate=entry.published_at,
        updateddate=entry.updated_at,
        categories=[sayable(tag) for tag in entry.tags],
        **_texts(entry, way),
    )
    out = StringIO()
    alone.write_items(SimplerXMLGenerator(out, "utf-8", short_empty_elements=True))
    return out.getvalue()


def _texts(entry: Entry, way: _Way) -> dict[str, Any]:
    """The whole text or its beginning, as the community has set; Atom tells the two apart, RSS has one place."""
    short = sayable(escape(excerpt(entry.html, _EXCERPT)))
    if not way.is_whole:
        return {"description": short}
    whole = sayable(to_shown(entry.html, way.root, member_pages=way.member_pages))
    return {"description": short, "content": whole} if way.is_atom else {"description": whole}


def sayable(text: str) -> str:
    """Without the signs for which XML has no words."""
    return _UNSAYABLE.sub("", text)


def public_feed(community: Community, kind: Kind, space: Space | None = None) -> str:
    """The address of the feed of a space, or of all of a kind; "" where visitors, whose eyes a feed has, read none."""
    known = {one.pk for one in readable_spaces(community, public_viewer(community), kind.name)}
    return kind.feed_url(space) if (known if space is None else space.pk in known) else ""


def public_tag_feed(community: Community, tag: Tag, viewer: Viewer) -> str:
    """The address of the feed of a tag that this viewer finds; "" where visitors find no such tag."""
    if not is_open(community, None, "tags"):
        return ""
    public = public_viewer(community)
    if viewer.space_ids != public.space_ids and not Tag.objects.seen_by(public).filter(pk=tag.pk).exists():
        return ""
    return reverse("content:show-feed", kwargs={"tag": tag.slug, "suffix": "xml"})
