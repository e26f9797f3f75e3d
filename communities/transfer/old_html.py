"""Links, pictures and files in the texts of an old site: what they become here, whatever system it was."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Protocol
from urllib.parse import unquote, urlsplit

import nh3

from communities.content.text.sanitising import TooManyTags, clean_bounded
from communities.transfer.old_site import file_name, is_file, is_picture, path_in
from communities.transfer.report import ImportReport

BLOCK_NAMES = (
    "address article aside blockquote center dd div dl dt details fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre section summary table caption colgroup"
    " col tbody td tfoot th thead tr ul"
)
BLOCKS = frozenset(BLOCK_NAMES.split())
DROPPED = frozenset({"script", "style", "noscript", "form", "select", "textarea", "button"})
PLAYERS = frozenset({"iframe", "embed", "object", "video", "audio"})
TAG = re.compile(r"(<[^<>]*>)")
# An address in a text, without the stop or the bracket behind it. It is escaped already.
BARE = re.compile(r"(?<![\w@/.=])https?://(?:[^\s<>\"'&]|&amp;)+(?<![.,;:!?)\]])")
# The parsers of old texts take quadratic time for broken markup, so that is repaired first. What may stand in a
# body is decided by the renderer, later; this list only keeps what the rewriting looks at.
_KEPT_ATTRIBUTES = {
    "*": {"dir"},
    "a": {"href"},
    "audio": {"src"},
    "blockquote": {"cite"},
    "code": {"class"},
    "embed": {"src"},
    "iframe": {"src"},
    "img": {"src", "alt", "title"},
    "object": {"data"},
    "ol": {"start"},
    "source": {"src"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "video": {"src"},
}
_PHRASES = "a b br code del em i img ins kbd mark q s small source strike strong sub sup tt u var"
_WELL_FORMED = nh3.Cleaner(
    tags=set(BLOCKS | DROPPED | PLAYERS | set(_PHRASES.split())) - {"script", "style"},
    clean_content_tags={"script", "style"},
    attributes=_KEPT_ATTRIBUTES,
    url_schemes={"http", "https", "mailto", "data"},
    link_rel=None,
)

KeepPicture = Callable[[str], str | None]
Attrs = Mapping[str, str | None]


class FormerSite(Protocol):
    """What a text must know of the site that it comes from."""

    @property
    def address(self) -> str: ...
    def owns(self, address: str) -> bool: ...
    def new_address(self, address: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Converted:
    """The finished HTML and what could not be kept: how often, by the code of the loss, and which, if it has a name."""

    html: str
    losses: Counter[str] = field(default_factory=Counter)
    named: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def tell(self, report: ImportReport, example: str) -> None:
        """Say in the report what is lost; `example` is what the text is called."""
        for code, count in self.losses.items():
            names = self.named.get(code, ())
            for name in names:
                report.lose(code, f"{example}: {name}" if example else name)
            report.lose(code, example, count=max(count - len(names), 0))


def well_formed(html: str) -> str:
    """With each tag closed; of a text of which a parser would make far more than stands in it, the words alone."""
    try:
        return clean_bounded(html, _WELL_FORMED, f"{__name__}:_WELL_FORMED")
    except TooManyTags:
        return f"<p>{escape(unescape(TAG.sub(' ', html)))}</p>"


class OldHtml:
    """Rewrites what one text refers to. What is lost is counted in `losses`, and `named` where it has a name.

    `keep_picture` gets the old address of a picture and gives its new one, or None where there is no file.
    """

    def __init__(self, site: FormerSite, keep_picture: KeepPicture, losses: Counter[str]) -> None:
        self.site = site
        self.keep_picture = keep_picture
        self.losses = losses
        self.named: dict[str, list[str]] = {}

    def is_lost_file(self, address: str) -> bool:
        """A file of the old site other than a picture has no place here; it is told once for each text."""
        address = address.strip()
        try:
            if not (self.site.owns(address) and is_file(address)):
                return False
            if self.site.new_address(address) is not None:
                return False
        except ValueError:
            return False
        self._lose("file", unquote(path_in(address)))
        return True

    def link(self, address: str) -> str:
        """Where a link leads now."""
        address = address.strip()
        try:
            kept = self.site.new_address(address)
            if kept is None and is_picture(address):
                kept = self.keep_picture(address)
                if kept is None and self.site.owns(address):
                    self._lose("picture", unquote(path_in(address)))
            if kept is None and address.startswith("/") and not address.startswith("//"):
                # A path of the old site would lead into the community: name the old site in full.
                return self._absolute(address)
        except ValueError:
            return ""
        return kept or address

    def picture(self, attrs: Attrs, *, in_link: bool) -> str:
        """A picture whose file we have, or a link to where it lay, named by what it showed."""
        address = (attrs.get("src") or "").strip()
        alt = (attrs.get("alt") or "").strip()
        if not address or address.startswith("data:"):
            self.losses["picture"] += bool(address)
            return ""
        kept = self.keep_picture(address)
        if kept:
            return f'<img src="{escape(kept)}" alt="{escape(alt)}">'
        name = alt or attrs.get("title") or file_name(address) or address
        self._lose("picture", unquote(path_in(address)) if self.site.owns(address) else address)
        if in_link:
            return escape(name)
        is_path = address.startswith("/") and not address.startswith("//")
        full = self._absolute(address) if is_path else address
        return f'<a href="{escape(full)}">{escape(name)}</a>'

    def linked(self, text: str) -> str:
        """Inline HTML with its bare addresses as links, as most systems show those of films and of comments."""

        def link(match: re.Match[str]) -> str:
            address = unescape(match.group(0))
            if self.is_lost_file(address):
                return escape(file_name(address), quote=False)
            return f'<a href="{match.group(0)}">{match.group(0)}</a>'

        parts, inside = TAG.split(text), 0
        for number, part in enumerate(parts):
            if number % 2:
                name = part.strip("</>").split()[0].lower() if part.strip("</> ") else ""
                if name in ("a", "code"):
                    inside = max(0, inside + (-1 if part.startswith("</") else 1))
            elif not inside and "://" in part:
                parts[number] = BARE.sub(link, part)
        return "".join(parts)

    def _absolute(self, address: str) -> str:
        parts = urlsplit(self.site.address)
        return f"{parts.scheme}://{parts.netloc}{address}" if parts.netloc else address

    def _lose(self, code: str, name: str) -> None:
        names = self.named.setdefault(code, [])
        if name not in names:
            names.append(name)
            self.losses[code] += 1


class OpenLinks:
    """The links that are open at a place of a text; those to files that are lost leave their words and a name."""

    def __init__(self, html: OldHtml) -> None:
        self.html = html
        self._open: list[str] = []
        self._words: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._open)

    def open(self, attrs: Attrs) -> str:
        """The beginning of a link, or nothing."""
        address = attrs.get("href")
        is_lost = bool(address) and self.html.is_lost_file(address or "")
        self._open.append(file_name(address or "") if is_lost else "")
        self._words.append("")
        if address is None or is_lost:
            return "" if is_lost else "<a>"
        return f'<a href="{escape(self.html.link(address))}">'

    def show(self, attrs: Attrs) -> str:
        """A picture at this place."""
        shown = self.html.picture(attrs, in_link=bool(self))
        self.hear("" if shown.startswith("<") else shown)
        return shown

    def hear(self, words: str) -> None:
        if self._words:
            self._words[-1] += words

    def close(self) -> str:
        """The end of a link; of a file that is lost its name, unless the words say it."""
        if not self._open:
            return ""
        name, words = self._open.pop(), unescape(self._words.pop()).strip()
        if not name:
            return "</a>"
        if name.lower() in words.lower():
            return ""
        return escape(f" ({name})" if words else name, quote=False)
