"""Files in texts, on pages that show them: each link says its type and size, in the language of whoever reads.

Stored texts hold the name and the number of bytes alone, and feeds and mails the link alone.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from communities.content.addresses import MEDIA
from communities.content.showing.covers import with_named_covers
from communities.content.showing.pictures import with_large_pictures
from communities.content.text.sanitising import ATTACHMENT_ID, FILE
from communities.sizes import size_in_words
from communities.templatetags.parvis import icon

_MARK = 'data-size="'
_FILE = re.compile(
    rf'<a (?=[^>]*href="({MEDIA}{ATTACHMENT_ID}/{FILE})")(?=[^>]*{_MARK}(\d{{1,12}})")[^>]*>([^<]*)</a>'
)


def as_read(html: str) -> str:
    """A stored text as pages show it, with its pictures, files and covers."""
    html = with_named_covers(with_large_pictures(html))
    return _FILE.sub(_told, html) if _MARK in html else html


def _told(match: re.Match[str]) -> str:
    address, size, name = match.groups()
    end = PurePath(name).suffix.lstrip(".").upper()
    return f'<a href="{address}">{icon("page")} {name} <small>({end}, {size_in_words(int(size))})</small></a>'
