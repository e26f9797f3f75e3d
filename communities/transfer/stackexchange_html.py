"""Texts of a Stack Exchange site: they stand by themselves, but for what they link and show."""

from __future__ import annotations

from collections import Counter
from html import escape
from html.parser import HTMLParser

from communities.transfer.old_html import Converted, FormerSite, KeepPicture, OldHtml, OpenLinks, well_formed


def convert_stackexchange(text: str, *, site: FormerSite, keep_picture: KeepPicture) -> Converted:
    """The text with its pictures, and with links to what was brought along."""
    losses: Counter[str] = Counter()
    if "<a" not in text and "<img" not in text:
        return Converted(text, losses)
    html = OldHtml(site, keep_picture, losses)
    parser = _Rewriter(html)
    parser.feed(well_formed(text))
    parser.close()
    return Converted("".join(parser.out), losses, html.named)


class _Rewriter(HTMLParser):
    def __init__(self, html: OldHtml) -> None:
        super().__init__(convert_charrefs=False)
        self.html = html
        self.links = OpenLinks(html)
        self.out: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.out.append(self.links.open(dict(attrs)))
        elif tag == "img":
            self.out.append(self.links.show(dict(attrs)))
        else:
            said = (f' {name}="{escape(value)}"' for name, value in attrs if value is not None)
            self.out.append(f"<{tag}{''.join(said)}>")

    def handle_endtag(self, tag: str) -> None:
        self.out.append(self.links.close() if tag == "a" else f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.links.hear(data)
        self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")
