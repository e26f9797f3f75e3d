"""Reads WordPress exports (WXR 1.0 to 1.2) as a stream of authors, terms and posts."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from communities.calendar import every_clock_shows
from communities.transfer.exceptions import UnreadableExport
from communities.transfer.readers.safe_xml import stream_records
from communities.transfer.readers.wordpress_records import (
    WxrAuthor,
    WxrComment,
    WxrPost,
    WxrRecord,
    WxrRepaired,
    WxrSite,
    WxrTerm,
    WxrUnknown,
)
from members.addresses import fold_address

# The version in the address does not change what the elements mean, and some exporters write https.
WP_NAMESPACE = re.compile(r"https?://wordpress\.org/export/\d+(?:\.\d+)*/")
NAMESPACES = {
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "": "",
}


def read_wordpress(path: Path) -> Iterator[WxrRecord]:
    """Everything of the export in the order of the file; the site comes first.

    Raises UnreadableExport (a sentence with the line) for a file that is broken, unsafe or no such export.
    """
    head: dict[str, str] = {}
    site_given = False
    repaired = 0
    for element, source in stream_records(path, depth=2):
        repaired = source.characters_removed
        name = plain_name(element.tag)
        if name in ("rss", "rdf:RDF") and not head:
            head["root"] = name
            continue
        if "root" not in head:
            raise UnreadableExport(_not_wordpress(path))
        reader = READERS.get(name)
        if reader is None:
            head.setdefault(name, (element.text or "").strip())
            continue
        if not site_given:
            site_given = True
            yield _site(head)
        yield reader(element)
    if not site_given:
        if "wp:wxr_version" not in head and "title" not in head:
            raise UnreadableExport(_not_wordpress(path))
        yield _site(head)
    if repaired:
        yield WxrRepaired(repaired)


@lru_cache(maxsize=512)
def plain_name(tag: str) -> str:
    """`wp:status` whatever version or scheme the namespace names; "?" for a namespace that is not ours."""
    if not tag.startswith("{"):
        return tag
    namespace, _sep, local = tag[1:].partition("}")
    match = WP_NAMESPACE.match(namespace)
    if match is None:
        prefix = NAMESPACES.get(namespace.replace("https://", "http://"), "?")
        return f"{prefix}:{local}" if prefix else local
    return f"excerpt:{local}" if namespace.endswith("/excerpt/") else f"wp:{local}"


def _not_wordpress(path: Path) -> str:
    return _("%(file)s is not a WordPress export (WXR).") % {"file": path.name}


def _site(head: dict[str, str]) -> WxrSite:
    address = (head.get("wp:base_blog_url") or head.get("link", "")).rstrip("/")
    try:
        urlsplit(address)
    except ValueError:
        address = ""  # no address anybody could have asked for: no link leads there
    return WxrSite(
        title=head.get("title", ""),
        address=address,
        language=head.get("language", ""),
        version=head.get("wp:wxr_version", ""),
        tagline=head.get("description", ""),
    )


def _texts(element: Element) -> dict[str, str]:
    """The text of each child by plain name; the first one counts: a second namespace cannot overrule it."""
    texts: dict[str, str] = {}
    for child in element:
        texts.setdefault(plain_name(child.tag), child.text or "")
    return texts


def _author(element: Element) -> WxrAuthor:
    texts = _texts(element)
    login = author_key(texts.get("wp:author_login", ""))
    return WxrAuthor(
        login=login,
        email=fold_address(texts.get("wp:author_email", "")),
        display_name=texts.get("wp:author_display_name", "").strip() or login,
        number=texts.get("wp:author_id", "").strip(),
    )


def author_key(login: str) -> str:
    """The login as authors are matched: without the blanks and brackets that some exports leave around it."""
    return login.strip().strip("<>").strip()


def _category(element: Element) -> WxrTerm:
    texts = _texts(element)
    slug = texts.get("wp:category_nicename", "").strip()
    name = texts.get("wp:cat_name", "").strip() or slug
    return WxrTerm(
        "category",
        slug,
        name,
        texts.get("wp:category_parent", "").strip(),
        _id(texts),
        texts.get("wp:category_description", ""),
    )


def _id(texts: dict[str, str]) -> str:
    return texts.get("wp:term_id", "").strip()


def _tag(element: Element) -> WxrTerm:
    texts = _texts(element)
    slug = texts.get("wp:tag_slug", "").strip()
    return WxrTerm(
        "post_tag",
        slug,
        texts.get("wp:tag_name", "").strip() or slug,
        "",
        _id(texts),
        texts.get("wp:tag_description", ""),
    )


def _term(element: Element) -> WxrTerm:
    texts = _texts(element)
    slug = texts.get("wp:term_slug", "").strip()
    name = texts.get("wp:term_name", "").strip() or slug
    return WxrTerm(
        texts.get("wp:term_taxonomy", "").strip(),
        slug,
        name,
        texts.get("wp:term_parent", "").strip(),
        _id(texts),
    )


def _item(element: Element) -> WxrPost | WxrUnknown:
    texts = _texts(element)
    title = texts.get("title", "").strip()
    kind = texts.get("wp:post_type", "").strip()
    key = _first(texts, "wp:post_id", "guid", "link")
    if not kind or not key:
        return WxrUnknown(title)
    return WxrPost(
        key=key,
        kind=kind,
        title=title,
        link=texts.get("link", "").strip(),
        guid=texts.get("guid", "").strip(),
        author=author_key(texts.get("dc:creator", "") or texts.get("wp:author", "")),
        content=texts.get("content:encoded", ""),
        excerpt=texts.get("excerpt:encoded", "").strip(),
        slug=texts.get("wp:post_name", "").strip(),
        status=texts.get("wp:status", "").strip(),
        published_at=_moment(texts),
        password=texts.get("wp:post_password", "").strip(),
        parent=texts.get("wp:post_parent", "").strip().lstrip("0"),
        pinned=texts.get("wp:is_sticky", "").strip() == "1",
        comments_open=texts.get("wp:comment_status", "open").strip() == "open",
        attachment_address=texts.get("wp:attachment_url", "").strip(),
        thumbnail=_meta(element, "_thumbnail_id"),
        terms=tuple(_item_terms(element)),
        comments=tuple(_comment(child) for child in element if plain_name(child.tag) == "wp:comment"),
        modified_at=_stamp(texts.get("wp:post_modified_gmt", ""))
        or _stamp(texts.get("wp:post_modified", "")),
        fields=tuple(_fields(element)),
    )


def _first(texts: dict[str, str], *names: str) -> str:
    return next((text for name in names if (text := texts.get(name, "").strip()) not in ("", "0")), "")


def _item_terms(element: Element) -> Iterator[WxrTerm]:
    seen: set[tuple[str, str]] = set()
    for child in element:
        if child.tag != "category" or "nicename" not in child.attrib:
            continue  # WXR 1.0 names each term twice, once without its slug
        taxonomy = child.get("domain", "category").replace("post_tag", "tag").replace("tag", "post_tag")
        slug = child.get("nicename", "").strip()
        if (taxonomy, slug) not in seen:
            seen.add((taxonomy, slug))
            yield WxrTerm(taxonomy, slug, (child.text or "").strip() or slug)


def _meta(element: Element, key: str) -> str:
    return next((value.strip() for name, value in _fields(element) if name == key), "")


def _fields(element: Element) -> Iterator[tuple[str, str]]:
    for child in element:
        if plain_name(child.tag) == "wp:postmeta":
            texts = _texts(child)
            yield texts.get("wp:meta_key", "").strip(), texts.get("wp:meta_value", "")


def _comment(element: Element) -> WxrComment:
    texts = _texts(element)
    content = texts.get("wp:comment_content", "")
    return WxrComment(
        key=texts.get("wp:comment_id", "").strip() or sha256(content.encode()).hexdigest()[:16],
        author_name=texts.get("wp:comment_author", "").strip(),
        author_email=fold_address(texts.get("wp:comment_author_email", "")),
        author_id=texts.get("wp:comment_user_id", "").strip().lstrip("0"),
        written_at=_stamp(texts.get("wp:comment_date_gmt", "")) or _stamp(texts.get("wp:comment_date", "")),
        content=content,
        approved=texts.get("wp:comment_approved", "1").strip(),
        kind=texts.get("wp:comment_type", "").strip(),
        parent=texts.get("wp:comment_parent", "").strip().lstrip("0"),
    )


def _moment(texts: dict[str, str]) -> datetime | None:
    """GMT first; drafts have only a local date, whose zone the file does not name: taken as UTC."""
    stamp = _stamp(texts.get("wp:post_date_gmt", "")) or _stamp(texts.get("wp:post_date", ""))
    if stamp is not None:
        return stamp
    try:
        parsed = parsedate_to_datetime(texts.get("pubDate", "").strip())
    except ValueError:
        return None
    return parsed.astimezone(UTC) if every_clock_shows(parsed) else None


def _stamp(text: str) -> datetime | None:
    try:
        moment = datetime.strptime(text.strip(), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if every_clock_shows(moment) else None


READERS: dict[str, Callable[[Element], WxrRecord]] = {
    "wp:author": _author,
    "wp:category": _category,
    "wp:tag": _tag,
    "wp:term": _term,
    "item": _item,
}
