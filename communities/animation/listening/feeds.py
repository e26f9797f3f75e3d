"""Feeds as others write them: RSS 0.9 to 2.0 and Atom, read without believing anything in them."""

from __future__ import annotations

import datetime
import html
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError

import nh3
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from communities.animation.listening.exceptions import NotAFeed
from communities.content.text.extracts import shorten
from communities.fields import one_line

# Entries of one feed that are looked at: its newest, as all feeds have them first.
MOST_ENTRIES = 200
LONGEST_TITLE, LONGEST_EXCERPT, LONGEST_LINK, LONGEST_AUTHOR = 300, 600, 1000, 120
# What no XML may hold and many feeds do.
_CONTROLS = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0D})
_TAG = re.compile(r"/?[a-zA-Z][^\s/]*")
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")


@dataclass(frozen=True)
class Said:
    """One thing that a source tells: plain text, and where it stands. `identity` is what the source calls it."""

    identity: str
    title: str
    excerpt: str = ""
    link: str = ""
    author: str = ""
    said_at: datetime.datetime | None = None


def plain(text: str, longest: int) -> str:
    """Words without markup, on one line, cut between words."""
    # Scripts and styles go with what is in them.
    bare = html.unescape(nh3.clean(_bare(text[: longest * 50])[: longest * 20], tags=set()))
    return shorten(one_line(bare.replace("\0", "")), longest)


def _bare(text: str) -> str:
    """The tags without what is said in them, comments left out, other signs as signs; tags part words.

    A parser makes up for tags that are not closed, each with all that is said in it: of 30 kB of them it makes
    millions, and takes all there is of memory. Of tags that say the same it knows three.
    """
    first, *commented = text.split("<!--")
    first, *rest = (first + "".join(one.partition("-->")[2] for one in commented)).split("<")
    parts = [first]
    for one in rest:
        tag, closed, after = one.partition(">")
        name = _TAG.match(tag)
        if closed and name:
            parts.append(f" <{name.group()}>{after}")
        else:
            parts.append(after if closed and one[0] in "!?/" else f"&lt;{one}")
    return "".join(parts)


def web_link(text: str, base: str = "") -> str:
    """An address of the web; empty for any other, and for one that is too long to be kept."""
    try:
        link = urljoin(base, text.strip())
        parts = urlsplit(link)
    except ValueError:
        return ""
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and len(link) <= LONGEST_LINK
    return link if is_web and link.isprintable() and " " not in link else ""


def read_feed(body: bytes, address: str) -> list[Said]:
    """The entries of a feed, in its order. Raises NotAFeed."""
    clean = (
        body if body.startswith(_UTF16) else body.lstrip(b"\xef\xbb\xbf \t\r\n").translate(None, _CONTROLS)
    )
    try:
        root = fromstring(clean)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise NotAFeed from error
    if _name(root) not in ("rss", "feed", "rdf"):
        raise NotAFeed
    entries = [one for one in root.iter() if _name(one) in ("item", "entry")]
    return [said for one in entries[:MOST_ENTRIES] if (said := _said(one, address))]


def _said(entry: Element, address: str) -> Said | None:
    parts: dict[str, Element] = {}
    for part in entry:
        parts.setdefault(_name(part), part)
    link = _link(entry, address)
    excerpt = plain(_first(parts, "summary", "description", "encoded", "content"), LONGEST_EXCERPT)
    title = plain(_first(parts, "title"), LONGEST_TITLE) or shorten(excerpt, 80)
    identity = _first(parts, "guid", "id").strip() or link or title
    if not title:
        return None
    said_at = read_moment(_first(parts, "published", "pubdate", "date", "updated", "modified"))
    return Said(identity, title, excerpt, link, _author(parts), said_at)


def read_moment(text: str) -> datetime.datetime | None:
    """A moment as feeds write it (RFC 822 or ISO 8601); None for what is none. Without a zone it is UTC."""
    text = text.strip()[:60]
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):
            return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).astimezone(datetime.UTC)
    except (OverflowError, ValueError):
        return None


def _name(element: Element) -> str:
    """Without its namespace, which feeds have of many kinds; comments and instructions have no name."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _first(parts: dict[str, Element], *names: str) -> str:
    for name in names:
        part = parts.get(name)
        if part is not None and (text := "".join(part.itertext())).strip():
            return text
    return ""


def _link(entry: Element, address: str) -> str:
    for part in entry:
        is_link = _name(part) == "link" and part.get("rel", "alternate") == "alternate"
        if is_link and (found := web_link(part.get("href") or part.text or "", address)):
            return found
    for part in entry:
        # A guid is an address unless it says that it is none.
        if _name(part) == "guid" and part.get("isPermaLink", "true") != "false":
            return web_link(part.text or "")
    return ""


def _author(parts: dict[str, Element]) -> str:
    author = parts.get("author")
    if author is not None:
        named = next((one.text or "" for one in author if _name(one) == "name"), "")
        if named:
            return plain(named, LONGEST_AUTHOR)
    return plain(_first(parts, "creator", "author"), LONGEST_AUTHOR)
