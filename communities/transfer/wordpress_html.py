"""Turns the HTML of a WordPress article, as WordPress stores it, into HTML that stands by itself.

WordPress keeps blank lines and adds the paragraphs when it shows an article; it keeps block comments,
shortcodes, players and links to itself. The result still goes through the sanitiser like members’ words.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import nh3

from communities.transfer.blocks import with_blocks
from communities.transfer.old_site import OldSite, is_picture, path_in
from communities.transfer.shortcodes import expand_shortcodes, short_label

BLOCK_NAMES = (
    "address article aside blockquote center dd div dl dt details fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre section summary table caption colgroup"
    " col tbody td tfoot th thead tr ul"
)
BLOCKS = frozenset(BLOCK_NAMES.split())
VOID_NAMES = "area base br col embed hr img input link meta param source track wbr"
VOID = frozenset(VOID_NAMES.split())
# Text directly in these becomes paragraphs, in the loose ones only where it has a blank line.
PARENT_NAMES = "address article aside blockquote center div details main section"
PARAGRAPH_PARENTS = frozenset(PARENT_NAMES.split())
LOOSE_PARENTS = frozenset({"dd", "li", "td"})
RAW = frozenset({"pre"})
DROPPED = frozenset({"script", "style", "noscript", "form", "select", "textarea", "button"})
PLAYERS = frozenset({"iframe", "embed", "object", "video", "audio"})
BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
LINE_BREAK = re.compile(r"(<br\s*/?>)\s*\n|\s*\n", re.IGNORECASE)
TAG = re.compile(r"(<[^<>]*>)")
# An address in a text, without the stop or the bracket behind it. It is escaped already.
BARE = re.compile(r"(?<![\w@/.=])https?://(?:[^\s<>\"'&]|&amp;)+(?<![.,;:!?)\]])")
# A file that somebody uploaded: with an ending that is none of a page.
UPLOADED = re.compile(r"/(?:uploads|files)/.*\.(?!html?$|php$)\w{2,5}$", re.IGNORECASE)
GUTENBERG = "<!-- wp:"
# Four times what a text may be here, for the marks that fall away; the longer ones are refused as they are.
LONGEST_SOURCE = 400_000
# The parser below takes quadratic time for broken markup, so that is repaired first. What may stand in a
# body is decided by the renderer, later; this list only keeps what the rewriting looks at.
_KEPT_ATTRIBUTES = {
    "a": {"href"},
    "audio": {"src"},
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


@dataclass(frozen=True, slots=True)
class Converted:
    """The finished HTML and what could not be kept: a loss code with how often it happened."""

    html: str
    losses: Counter[str] = field(default_factory=Counter)


def convert_wordpress(text: str, *, site: OldSite, keep_picture: KeepPicture, key: str = "") -> Converted:
    """The article as plain HTML: paragraphs, figures and links that lead to the new addresses.

    `keep_picture` gets the old address of a picture and gives its new one, or None where there is no file. `key` is
    the number of the article, for the pictures that were uploaded for it.
    """
    losses: Counter[str] = Counter()
    if len(text) > LONGEST_SOURCE:
        return Converted(text, losses)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = with_blocks(text, site.blocks, losses)
    own = site.galleries.get(key, ())
    expanded = expand_shortcodes(text, attachments=site.attachments, losses=losses, own=own)
    parser = _Rewriter(site, keep_picture, losses, paragraphs=GUTENBERG not in text)
    parser.feed(_WELL_FORMED.clean(expanded))
    parser.close()
    return Converted(parser.finish(), losses)


class _Rewriter(HTMLParser):
    """One pass over the tokens: `out` holds finished blocks, `run` the inline text before its block ends."""

    def __init__(
        self, site: OldSite, keep_picture: KeepPicture, losses: Counter[str], *, paragraphs: bool
    ) -> None:
        super().__init__(convert_charrefs=False)
        self.site = site
        self.keep_picture = keep_picture
        self.losses = losses
        self.paragraphs = paragraphs
        self.out: list[str] = []
        self.run: list[str] = []
        self.blocks: list[str] = []
        self.links = 0
        self.dropping = 0
        self.playing: list[str] = []
        self.player_linked = False

    def finish(self) -> str:
        self._flush()
        return "".join(self.out).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in DROPPED:
            self.dropping += tag not in VOID
            if tag == "form":
                self.losses["form"] += 1
        elif tag in PLAYERS or (tag == "source" and self.playing):
            self._player(tag, dict(attrs))
        elif self.dropping or self.playing:
            return
        elif tag in BLOCKS:
            self._open_block(tag, attrs)
        elif tag == "img":
            self._picture(dict(attrs))
        else:
            self.links += tag == "a"
            self.run.append(self._tag(tag, attrs))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in DROPPED:
            self.dropping = max(0, self.dropping - 1)
        elif tag in PLAYERS:
            if self.playing and tag == self.playing[-1]:
                self.playing.pop()
        elif self.dropping or self.playing or tag in VOID:
            return
        elif tag in BLOCKS:
            self._close_block(tag)
        else:
            self.links = max(0, self.links - (tag == "a"))
            self.run.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self.dropping or self.playing:
            return
        container = self.blocks[-1] if self.blocks else None
        if self._is_raw() or not self.paragraphs or not self._makes_paragraphs(container):
            self.run.append(data)
            return
        first, *others = BLANK_LINE.split(data)
        self.run.append(first)
        for part in others:
            self._flush()
            self.run.append(part)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def _open_block(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._flush()
        if tag in ("p", "li") and self.blocks and self.blocks[-1] == tag:
            self._close_block(tag)  # the end tag was left out
        self.out.append(self._tag(tag, attrs))
        if tag not in VOID:
            self.blocks.append(tag)

    def _close_block(self, tag: str) -> None:
        self._flush()
        if tag in self.blocks:
            while self.blocks and (closed := self.blocks.pop()) != tag:
                self.out.append(f"</{closed}>\n")
            self.out.append(f"</{tag}>\n")

    def _makes_paragraphs(self, container: str | None) -> bool:
        return container is None or container in PARAGRAPH_PARENTS

    def _is_raw(self) -> bool:
        return any(block in RAW for block in self.blocks)

    def _flush(self) -> None:
        """Ends the inline text: as a paragraph where paragraphs stand, else as it is."""
        text = "".join(self.run)
        self.run.clear()
        if self._is_raw():
            self.out.append(text)
            return
        container = self.blocks[-1] if self.blocks else None
        if not text.strip():
            return
        text = linked(text.strip("\n"))
        if self._makes_paragraphs(container):
            self.out.append(f"<p>{self._broken(text.strip())}</p>\n")
        elif self.paragraphs and container in LOOSE_PARENTS and BLANK_LINE.search(text):
            parts = BLANK_LINE.split(text.strip())
            self.out.extend(f"<p>{self._broken(part)}</p>\n" for part in parts)
        else:
            self.out.append(self._broken(text) if container == "p" else text)

    def _broken(self, text: str) -> str:
        """Single line ends as line breaks, as WordPress shows them; in block articles they mean nothing."""
        if not self.paragraphs:
            return text
        return LINE_BREAK.sub(lambda match: f"{match.group(1) or '<br>'}\n", text)

    def _tag(self, tag: str, attrs: list[tuple[str, str | None]]) -> str:
        parts = [tag]
        for name, value in attrs:
            if name == "href" and tag == "a":
                value = self._link(value or "")
            parts.append(name if value is None else f'{name}="{escape(value)}"')
        return f"<{' '.join(parts)}>"

    def _link(self, address: str) -> str:
        address = address.strip()
        try:
            kept = self.site.new_address(address)
            if kept is None and is_picture(address):
                kept = self.keep_picture(address)
            if kept is None and self.site.owns(address) and UPLOADED.search(path_in(address)):
                self.losses["file"] += 1
            if kept is None and address.startswith("/") and not address.startswith("//"):
                # A path of the old site would lead into the community: name the old site in full.
                return self._absolute(address)
        except ValueError:
            return ""
        return kept or address

    def _absolute(self, address: str) -> str:
        parts = urlsplit(self.site.address)
        return f"{parts.scheme}://{parts.netloc}{address}" if parts.netloc else address

    def _picture(self, attrs: dict[str, str | None]) -> None:
        """A picture whose file we have, or a link to where it lay, named by what it showed."""
        address = (attrs.get("src") or "").strip()
        alt = (attrs.get("alt") or "").strip()
        if not address or address.startswith("data:"):
            if address:
                self.losses["picture"] += 1
            return
        kept = self.keep_picture(address)
        name = alt or attrs.get("title") or PurePosixPath(unquote(path_in(address))).name or address
        if kept:
            self.run.append(f'<img src="{escape(kept)}" alt="{escape(alt)}">')
            return
        self.losses["picture"] += 1
        if self.links:
            self.run.append(escape(name))
        else:
            full = (
                self._absolute(address)
                if address.startswith("/") and not address.startswith("//")
                else address
            )
            self.run.append(f'<a href="{escape(full)}">{escape(name)}</a>')

    def _player(self, tag: str, attrs: dict[str, str | None]) -> None:
        """A film or sound of another site becomes a link to it: nothing of strangers loads by itself.

        Older players are nested (an embed in an object, sources in a video); the first address counts.
        """
        if self.dropping:
            return
        if not self.playing:
            self.losses["player"] += 1
            self.player_linked = False
        if tag in PLAYERS and tag not in VOID:
            self.playing.append(tag)
        address = (attrs.get("src") or attrs.get("data") or "").strip()
        address = f"https:{address}" if address.startswith("//") else address
        if not self.player_linked and address.startswith(("http://", "https://")):
            self.player_linked = True
            self.run.append(f'<a href="{escape(address)}">{escape(short_label(address))}</a>')


def linked(text: str) -> str:
    """Inline HTML with its bare addresses as links, as WordPress shows those of films and of comments."""
    parts, inside = TAG.split(text), 0
    for number, part in enumerate(parts):
        if number % 2:
            name = part.strip("</>").split()[0].lower() if part.strip("</> ") else ""
            if name in ("a", "code"):
                inside = max(0, inside + (-1 if part.startswith("</") else 1))
        elif not inside and "://" in part:
            parts[number] = BARE.sub(r'<a href="\g<0>">\g<0></a>', part)
    return "".join(parts)
