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
from communities.models import Community, Membership

_FIGURE = re.compile(r'<figure data-(art|photo)="([\w-]+)"(?: data-alt="([^"]*)")?>(.*?)</figure>', re.DOTALL)


def with_pictures(body: str, *, community: Community, by: Membership, language: str) -> str:
    """The text with each `<figure data-art data-alt>` and `<figure data-photo>` as a picture that `by` has just
    uploaded; what a photograph shows is told in `language`."""

    def upload(match: re.Match[str]) -> str:
        kind, name, alt, caption = match[1], match[2], unescape(match[3] or ""), match[4]
        if kind == "photo":
            alt = what_it_shows(name, language)
            attachment = upload_photograph(name, by=by, alt=alt)
        else:
            file = ContentFile(draw(name, community.theme), name=f"{name}.png")
            attachment = upload_file(file, by=by, alt=alt)
        return f'<figure><img src="{address_of(attachment)}" alt="{escape(alt)}">{caption}</figure>'

    return _FIGURE.sub(upload, body)
