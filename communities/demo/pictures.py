"""Drawings and photographs named in a text become uploaded pictures of its author."""

from __future__ import annotations

import re
from html import unescape

from django.core.files.base import ContentFile
from django.utils.html import escape

from communities.content.attachments import address_of
from communities.content.services.uploading import upload_file
from communities.demo.drawing import draw
from communities.demo.photographing import upload_photograph, what_it_shows
from communities.demo.reading import Entry
from communities.models import Community, Membership

_FIGURE = re.compile(
    r'<figure data-(art|photo)="([\w-]+)"(?: data-cut="([\d ]+)")?(?: data-alt="([^"]*)")?>(.*?)</figure>',
    re.DOTALL,
)


def figure_of(said: Entry, alt: str) -> str:
    """The picture that an entry of a file names: a drawing (`art`), or a photograph (`photo`), or a part `cut` from
    it."""
    kind = "photo" if "photo" in said else "art"
    cut = f' data-cut="{" ".join(map(str, said["cut"]))}"' if "cut" in said else ""
    return f'<figure data-{kind}="{said[kind]}"{cut} data-alt="{escape(alt)}"></figure>'


def with_pictures(body: str, *, community: Community, by: Membership, language: str) -> str:
    """The text with each `<figure data-art data-alt>` and `<figure data-photo>` as a picture that `by` has just
    uploaded; what a photograph shows is told in `language`, where nothing else is said."""

    def upload(match: re.Match[str]) -> str:
        kind, name, alt, caption = match[1], match[2], unescape(match[4] or ""), match[5]
        if kind == "photo":
            alt = alt or what_it_shows(name, language)
            left, top, right, bottom = map(int, (match[3] or "0 0 100 100").split())
            cut = (left, top, right, bottom) if match[3] else None
            attachment = upload_photograph(name, by=by, alt=alt, cut=cut)
        else:
            file = ContentFile(draw(name, community.theme), name=f"{name}.png")
            attachment = upload_file(file, by=by, alt=alt)
        return f'<figure><img src="{address_of(attachment)}" alt="{escape(alt)}">{caption}</figure>'

    return _FIGURE.sub(upload, body)
