"""Drawings named in a text become uploaded pictures of its author."""

from __future__ import annotations

import re
from html import unescape

from django.core.files.base import ContentFile
from django.utils.html import escape

from communities.content.attachments import address_of
from communities.content.services.uploading import upload_file
from communities.demo.drawing import draw
from communities.models import Community, Membership

_FIGURE = re.compile(r'<figure data-art="([\w-]+)" data-alt="([^"]*)">(.*?)</figure>', re.DOTALL)


def with_pictures(body: str, *, community: Community, by: Membership) -> str:
    """The text with each `<figure data-art data-alt>` as a picture that `by` has just uploaded."""

    def upload(match: re.Match[str]) -> str:
        name, alt, caption = match[1], unescape(match[2]), match[3]
        file = ContentFile(draw(name, community.theme), name=f"{name}.png")
        attachment = upload_file(file, by=by, alt=alt)
        return f'<figure><img src="{address_of(attachment)}" alt="{escape(alt)}">{caption}</figure>'

    return _FIGURE.sub(upload, body)
