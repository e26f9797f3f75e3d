"""Turns the HTML of a WordPress article, as WordPress stores it, into HTML that stands by itself.

WordPress keeps blank lines and adds the paragraphs when it shows an article; it keeps block comments,
shortcodes, players and links to itself. The result still goes through the sanitiser like members’ words.
"""

import re
from collections import Counter
from html import escape
from html.parser import HTMLParser

from communities.transfer.blocks import with_blocks
from communities.transfer.old_html import (
    BLOCKS,
    DROPPED,
    PLAYERS,
    Converted,
    KeepPicture,
    OldHtml,
    OpenLinks,
    well_formed,
)
from communities.transfer.old_site import OldSite
from communities.transfer.shortcodes import expand_shortcodes, short_label

VOID_NAMES = "area base br col embed hr img input link meta param source track wbr"
VOID = frozenset(VOID_NAMES.split())
# Text directly in these becomes paragraphs, in the loose ones only where it has a blank line.
PARENT_NAMES = "address article aside blockquote center div details main section"
PARAGRAPH_PARENTS = frozenset(PARENT_NAMES.split())
LOOSE_PARENTS = frozenset({"dd", "li", "td"})
RAW = frozenset({"pre"})
BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")
LINE_BREAK = re.compile(r"(<br\s*/?>)\s*\n|\s*\n", re.IGNORECASE)
GUTENBERG = "<!-- wp:"
# Four times what a text may be here, for the marks that fall away; the longer ones are refused as they are.
LONGEST_SOURCE = 400_000


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
    parser.feed(well_formed(expanded))
    parser.close()
    return Converted(parser.finish(), losses, parser.html.named)


class _Rewriter(HTMLParser):
    """One pass over the tokens: `out` holds finished blocks, `run` the inline text before its block ends."""

    def __init__(
        self, site: OldSite, keep_picture: KeepPicture, losses: Counter[str], *, paragraphs: bool
    ) -> None:
        super().__init__(convert_charrefs=False)
        self.html = OldHtml(site, keep_picture, losses)
        self.losses = losses
        self.paragraphs = paragraphs
        self.out: list[str] = []
        self.run: list[str] = []
        self.blocks: list[str] = []
        self.links = OpenLinks(self.html)
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
            self.run.append(self.links.show(dict(attrs)))
        elif tag == "a":
            self.run.append(self.links.open(dict(attrs)))
        else:
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
            self.run.append(self.links.close() if tag == "a" else f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self.dropping or self.playing:
            return
        self.links.hear(data)
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
        text = self.html.linked(text.strip("\n"))
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
            parts.append(name if value is None else f'{name}="{escape(value)}"')
        return f"<{' '.join(parts)}>"

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
            link = self.links.open({"href": address})
            self.run.append(f"{link}{escape(short_label(address)) if link else ''}{self.links.close()}")
