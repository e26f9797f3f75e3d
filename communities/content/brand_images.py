"""The pictures of a brand: its logo, its square mark, the picture that stands for it where its pages are shared."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.files.base import File
from PIL import Image, ImageOps

from communities.content.images import (
    FULL_NAME,
    StoredPicture,
    covering,
    encoded_by,
    keep_file,
    opened_picture,
    store_widths,
)
from communities.content.pixels import upright
from communities.content.storage import refuse_without_room
from communities.theming import SHARE_SIZE
from communities.theming.proposing import colours_of

FOLDER = "public/brands"
# A logo is drawn at most some hundred pixels wide; what is larger is a print file.
LOGO_PIXELS = 16_000_000
LOGO_WIDTHS = (120, 480)
# Of the mark: a browser's tab, a phone's first screen, the manifest.
ICON_SIZES = (32, 180, 512)
# A logo at most this much wider than high, or higher than wide, is a mark too.
SQUARISH = 1.25
MAIL_HEIGHT = 80
MAIL_WIDTH = 480
SHARE_QUALITY = 84


@dataclass(frozen=True)
class StoredLogo:
    """A logo as kept, with the colours found in it. `is_mark`: it is square enough to be the mark, too."""

    path: str
    colours: list[str]
    is_mark: bool
    mail_size: tuple[int, int]


def store_logo(uploaded_file: File[Any]) -> StoredLogo:
    """Keep a logo for pages and mails, and as the mark where it is square. Raises UploadRefused."""
    refuse_without_room()
    with opened_picture(uploaded_file, most_pixels=LOGO_PIXELS) as image:
        logo = upright(image)
        stored = store_widths(logo, LOGO_WIDTHS, folder=FOLDER)
        is_mark = max(logo.size) <= min(logo.size) * SQUARISH
        if is_mark:
            _keep_icons(stored.path, logo)
        # Mail programs know no WebP.
        small = ImageOps.contain(logo, (MAIL_WIDTH, MAIL_HEIGHT), Image.Resampling.LANCZOS)
        keep_file(beside(stored.path, "mail.png"), _png(small))
        return StoredLogo(stored.path, colours_of(logo), is_mark, small.size)


def store_mark(uploaded_file: File[Any]) -> str:
    """Keep a square mark at the sizes of icons; what is not square stands in the middle. Raises UploadRefused."""
    refuse_without_room()
    with opened_picture(uploaded_file, most_pixels=LOGO_PIXELS) as image:
        mark = upright(image)
        stored = store_widths(mark, (), folder=FOLDER)
        _keep_icons(stored.path, mark)
        return stored.path


def store_share_picture(uploaded_file: File[Any]) -> str:
    """Keep a picture for links to the place, cut to 1200 × 630. Raises UploadRefused."""
    refuse_without_room()
    with opened_picture(uploaded_file) as image:
        picture = ImageOps.fit(
            upright(image, covering(image, SHARE_SIZE), last=True), SHARE_SIZE, Image.Resampling.LANCZOS
        )
        stored: StoredPicture = store_widths(picture, (), folder=FOLDER)
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture if picture.mode == "RGBA" else None)
        jpeg = encoded_by(lambda out: ground.save(out, "JPEG", quality=SHARE_QUALITY, progressive=True))
        # Not every reader of links knows WebP.
        keep_file(beside(stored.path, "share.jpg"), jpeg)
        return stored.path


def beside(path: str, name: str) -> str:
    """Another file of a stored picture."""
    return f"{path.removesuffix(FULL_NAME)}{name}"


def colours_in(uploaded_file: File[Any]) -> list[str]:
    """The colours of a logo that is only looked at. Raises UploadRefused."""
    with opened_picture(uploaded_file, most_pixels=LOGO_PIXELS) as image:
        return colours_of(upright(image))


def _keep_icons(path: str, picture: Image.Image) -> None:
    for size in ICON_SIZES:
        # Phones paint what is transparent black.
        ground = (255, 255, 255, 255 if size == ICON_SIZES[1] else 0)
        square = Image.new("RGBA", (size, size), ground)
        inner = ImageOps.contain(picture.convert("RGBA"), (size, size), Image.Resampling.LANCZOS)
        square.alpha_composite(inner, ((size - inner.width) // 2, (size - inner.height) // 2))
        keep_file(beside(path, f"{size}.png"), _png(square))


def _png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
