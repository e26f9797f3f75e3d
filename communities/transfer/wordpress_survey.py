"""The first look at a WordPress export: everything is read once before anything is written.

So a broken file leaves nothing behind, links between articles know their target, and the progress bar knows its total.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.html import strip_tags

from communities.transfer.blocks import refs_in
from communities.transfer.memory_of_imports import stored_key
from communities.transfer.old_site import is_picture, old_path
from communities.transfer.readers.wordpress import read_wordpress
from communities.transfer.readers.wordpress_records import (
    WxrAuthor,
    WxrPost,
    WxrRepaired,
    WxrSite,
    WxrTerm,
    WxrUnknown,
)
from communities.transfer.report import ImportReport

KINDS = {"post": "article", "page": "page"}
# Never a person's published or planned words: the bin, what the editor keeps by itself, former versions.
REUSABLE = frozenset({"wp_block"})
SKIPPED_STATES = frozenset({"trash", "auto-draft", "inherit"})
KNOWN_VERSIONS = ("1.0", "1.1", "1.2")
TAXONOMIES = {"category": "category", "post_tag": "tag"}
# WordPress files what has no category under this one; it says nothing.
NO_CATEGORY = "uncategorized"


@dataclass(slots=True)
class Known:
    """What must be known of an article before the articles are written."""

    label: str
    slug: str
    title: str
    link: str
    guid: str
    is_public: bool


@dataclass
class Survey:
    site: WxrSite = field(default_factory=lambda: WxrSite("", "", "", ""))
    authors: dict[str, WxrAuthor] = field(default_factory=dict)
    terms: dict[tuple[str, str], WxrTerm] = field(default_factory=dict)
    articles: dict[str, Known] = field(default_factory=dict)
    attachments: dict[str, str] = field(default_factory=dict)
    # Their pages, each with what it was uploaded for.
    attachment_pages: dict[str, tuple[str, str]] = field(default_factory=dict)
    # Text that is kept once and shown in several articles.
    blocks: dict[str, str] = field(default_factory=dict)
    refs: set[str] = field(default_factory=set)
    # The words of what everybody could read.
    used: set[tuple[str, str]] = field(default_factory=set)
    galleries: dict[str, list[str]] = field(default_factory=dict)
    # What the old site has thrown away; and all comments, shown or not, by the key that is remembered.
    trashed: dict[str, Known] = field(default_factory=dict)
    comments: set[str] = field(default_factory=set)

    @property
    def base(self) -> str:
        """The path below which the old site lay, without a closing slash."""
        return urlsplit(self.site.address).path.rstrip("/")

    @property
    def source(self) -> str:
        parts = urlsplit(self.site.address)
        return f"wordpress:{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}"


def survey_wordpress(path: Path, report: ImportReport) -> Survey:
    """Read the whole file once and count it. Raises UnreadableExport."""
    survey = Survey()
    for record in read_wordpress(path):
        match record:
            case WxrSite():
                survey.site = record
                if record.tagline:
                    report.lose("tagline", record.tagline[:120])
                if record.version not in KNOWN_VERSIONS:
                    report.lose("version", record.version)
            case WxrAuthor():
                survey.authors.setdefault(record.login, record)
            case WxrTerm():
                _note_term(survey, record, report)
            case WxrPost():
                _note_post(survey, record, report)
            case WxrUnknown():
                report.lose("unknown_item", record.title)
            case WxrRepaired():
                report.lose("repaired", count=record.characters)
    for key in survey.blocks.keys() - survey.refs:
        report.lose("other_kind", f"wp_block: {key}")
    report.found["author"] = len(survey.authors)
    for taxonomy, label in TAXONOMIES.items():
        report.found[label] = sum(of == taxonomy for of, _slug in survey.terms)
    return survey


def articles_of(path: Path, survey: Survey) -> Iterator[WxrPost]:
    """The posts and pages that are brought in, in the order of the file."""
    for record in read_wordpress(path):
        if isinstance(record, WxrPost) and record.kind in KINDS and record.key in survey.articles:
            yield record


def sort_trash(survey: Survey, known: Container[str], report: ImportReport) -> None:
    """What was thrown away is not brought in; what is `known` from when it was not, follows."""
    for key, article in survey.trashed.items():
        if key in known:
            survey.articles.setdefault(key, article)
        elif key not in survey.articles:
            report.lose("trash", article.title)


def title_of(post: WxrPost) -> str:
    """The title as words: WordPress allows marks and entities in it."""
    return " ".join(strip_tags(unescape(post.title)).split())


def paths_of(key: str, known: Known, survey: Survey) -> list[tuple[str, str]]:
    """The old paths of an article as a browser asks for them: its link, and the short form by number."""
    paths = [asked_path(known.link), asked_path(known.guid) if _is_own(known.guid, survey) else ""]
    # Pages were asked for by ?page_id= as well; the look-up of former addresses knows both as ?p=.
    number = f"/?p={key}" if key.isdigit() else ""
    return [(path, "") for path in dict.fromkeys([*paths, number]) if path not in ("", "/")]


def asked_path(address: str) -> str:
    """An address as the path that a browser asks for, with its parameters."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return unquote(parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _is_own(address: str, survey: Survey) -> bool:
    return bool(survey.site.address) and address.startswith(survey.site.address)


def _note_term(survey: Survey, term: WxrTerm, report: ImportReport) -> None:
    if term.taxonomy not in TAXONOMIES:
        report.lose("term", f"{term.taxonomy}: {term.name}")
    elif term.slug:
        if term.text.strip():
            report.lose("term_words", term.name)
        survey.terms.setdefault((term.taxonomy, term.slug), term)


def _note_post(survey: Survey, post: WxrPost, report: ImportReport) -> None:
    if post.kind == "attachment":
        survey.attachments[post.key] = address = post.attachment_address or post.guid
        survey.attachment_pages[post.key] = (post.link, post.parent)
        if post.parent and is_picture(address):
            survey.galleries.setdefault(post.parent, []).append(address)
        if strip_tags(post.content + post.excerpt).strip():
            report.lose("file_words", title_of(post))
        return
    survey.refs |= refs_in(post.content)
    if post.kind in REUSABLE:
        survey.blocks[post.key] = post.content
        return
    if post.kind not in KINDS:
        report.lose("other_kind", f"{post.kind}: {title_of(post)}")
        return
    label = KINDS[post.kind]
    report.found[label] += 1
    report.found["comment"] += len(post.comments)
    report.found["ping"] += sum(comment.is_ping for comment in post.comments)
    known = Known(label, post.slug, title_of(post), post.link, post.guid, post.is_public)
    survey.comments |= {stored_key(comment.key) for comment in post.comments}
    if post.status in SKIPPED_STATES:
        survey.trashed[post.key] = known
        return
    if post.author:
        survey.authors.setdefault(post.author, WxrAuthor(post.author, "", post.author))
    for term in post.terms:
        if term.taxonomy in TAXONOMIES and term.slug:
            survey.terms.setdefault((term.taxonomy, term.slug), term)
            if post.is_public:
                survey.used.add((term.taxonomy, term.slug))
    survey.articles[post.key] = known


def link_keys(key: str, known: Known) -> list[str]:
    """How links in other articles may name this one, as `old_path` writes it."""
    keys = [old_path(known.link), old_path(known.guid), f"/?p={key}"]
    return [key for key in dict.fromkeys(keys) if key not in ("", "/")]
