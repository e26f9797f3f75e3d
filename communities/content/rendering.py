"""placeholder until the text branch lands"""
from dataclasses import dataclass, field

import nh3
from markdown_it import MarkdownIt


@dataclass(frozen=True)
class Rendered:
    html: str
    text: str
    mentions: tuple[str, ...] = ()
    attachment_ids: tuple[str, ...] = ()
    is_blank: bool = False


def render(source, *, fmt, mentions=None, media_prefixes=()):
    html = MarkdownIt("js-default").render(source) if fmt == "markdown" else source
    html = nh3.clean(html)
    text = nh3.clean(html, tags=set())
    return Rendered(html, text, is_blank=not text.strip())
