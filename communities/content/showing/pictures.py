"""Pictures in texts, on pages that show them: each leads to itself at its full size.

A plain link, so that it works without scripts; where they run, static/js/lightbox.mjs opens it over the page. Stored
texts have no such links: what a picture leads to is the page's matter, not the writer's.
"""

from __future__ import annotations

import re
from html import escape

from django.utils.translation import gettext as _

from communities.content.addresses import MEDIA
from communities.content.attachments import FULL
from communities.content.text.sanitising import ATTACHMENT_ID

# A picture in a link leads where its writer said.
_PICTURE = re.compile(
    rf"""<a\b.*?</a>|<img\b(?=[^>]*\bsrc="({MEDIA}{ATTACHMENT_ID}/)[^"]*")([^>]*)>""", re.DOTALL
)
_NAMED = re.compile(r"""\balt="[^"]""")


def shows_pictures(html: str) -> bool:
    """Whether a stored text shows one of the pictures that were uploaded here."""
    return f'src="{MEDIA}' in html


def with_large_pictures(html: str) -> str:
    """A stored text in which each picture of ours is a link to its largest rendition."""
    return _PICTURE.sub(_linked, html) if shows_pictures(html) else html


def _linked(match: re.Match[str]) -> str:
    address, attributes = match[1], match[2]
    if address is None:
        return match[0]
    # A picture that says nothing of itself leaves a link that says nothing.
    label = escape(_("Open the picture"))
    name = "" if _NAMED.search(attributes) else f' aria-label="{label}"'
    return f'<a class="large" href="{address}{FULL}"{name}>{match[0]}</a>'
