"""Pictures of albums, as pages show them."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from communities.albums.showing import shown
from communities.content.models import Attachment

register = template.Library()

# Covers in a grid: four on a wide screen, one or two on a phone.
COVER = "(min-width: 64rem) 18rem, (min-width: 40rem) 30vw, 50vw"


@register.simple_tag
def picture_image(picture: dict[str, Any]) -> SafeString:
    """`{% picture_image shown %}`: an `img` of what `albums.showing.shown` says."""
    return _image(picture, picture["alt"])


@register.simple_tag
def cover_image(attachment: Attachment) -> SafeString:
    """`{% cover_image thread.cover %}`: what stands for an album; decoration, its title says what it is."""
    return _image(shown(attachment, COVER), "")


def _image(picture: dict[str, Any], alt: str) -> SafeString:
    widths = (
        format_html(' srcset="{}" sizes="{}"', picture["srcset"], picture["sizes"])
        if picture["srcset"]
        else ""
    )
    return format_html(
        '<img src="{}"{} width="{}" height="{}" alt="{}" loading="lazy">',
        picture["url"],
        widths,
        picture["width"],
        picture["height"],
        alt,
    )
