"""Photographs as templates show them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from communities.albums.models import Photo
from communities.content.addresses import to_shown
from communities.content.attachments import address_of, as_shown, picture_of
from communities.content.models import Attachment, Post
from communities.content.text.extracts import plain_text

# Of stored texts, which were sanitised.
_CAPTION = re.compile(r"<figcaption>(.*?)</figcaption>", re.DOTALL)
_IMAGE = re.compile(r"<img[^>]*>")
# Rows of an album: three or four pictures on a wide screen, one or two on a phone.
IN_ROW = "(min-width: 64rem) 24rem, (min-width: 40rem) 45vw, 100vw"
# A few on the home page: squares, three or more beside each other.
SMALL = "(min-width: 64rem) 8rem, 30vw"


@dataclass(frozen=True)
class Tile:
    """One photograph of a page of an album. `large` is the file that the lightbox opens."""

    post: Post
    photo: Photo
    url: str
    large: str
    picture: dict[str, Any]
    under: str
    # What the link says where its picture says nothing.
    label: str
    caption: str
    # Who took it, and what others may do with it.
    credit: str


def tile_of(post: Post, photo: Photo, sizes: str = IN_ROW) -> Tile:
    caption = caption_of(post)
    return Tile(
        post,
        photo,
        reverse("photos:show-photo", args=[post.public_id]),
        full_address(photo.picture),
        shown(photo.picture, sizes),
        photo.picture.under,
        "" if photo.picture.alt else caption or _("Open the picture"),
        caption,
        credit_of(post, photo),
    )


def credit_of(post: Post, photo: Photo) -> str:
    name = photo.photographer or (post.author.display_name if post.author else "")
    return " · ".join(filter(None, (name, str(photo.get_licence_display()))))


def shown(picture: Attachment, sizes: str = IN_ROW) -> dict[str, Any]:
    """A picture for an `img` in a template."""
    said = as_shown(picture_of(picture))
    return {**said, "sizes": sizes if said["srcset"] else ""}


def full_address(picture: Attachment) -> str:
    return str(to_shown(f'"{address_of(picture)}"').strip('"'))


def caption_of(post: Post) -> str:
    """What its author wrote under it: the words of its figure, else what stands beside the picture."""
    said = _CAPTION.search(post.body_html)
    return plain_text(said[1] if said else _IMAGE.sub("", post.body_html), covers=True)
