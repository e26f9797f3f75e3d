"""Untrusted pictures: checked before they are decoded, stripped of everything but their pixels.

Nothing that was uploaded is ever served: what is stored was redrawn here, so a file that is two things
at once, or carries a location and a name in its metadata, gets no further than this module.
"""

from __future__ import annotations

import errno
import logging
import secrets
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from io import BytesIO
from math import ceil
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from communities.content import avif, heic, webp
from communities.content.exceptions import NoPicture, NoRoom, UploadRefused
from communities.content.pixels import frames, frames_of, is_animated, plays, seen_size, upright
from communities.content.renditions import avif_of, is_avif
from communities.content.storage import refuse_without_room, take_room
from communities.files import StoreAway, forget, leave, names_in
from communities.sizes import size_in_words
from communities.theming.first_colours import mark_of
from communities.theming.photos import WIDTHS

logger = logging.getLogger(__name__)

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", heic.NAME)
# Of these, Pillow would hold the whole picture more than once.
READ_SMALLER = {"WEBP": webp.shrunk, "AVIF": avif.shrunk, heic.NAME: heic.shrunk}
FULL_WIDTH = 2560
# WebP holds no longer side than 16,383 pixels.
LONGEST_SIDE = 16_000
_drawing = threading.RLock()
PORTRAIT_WIDTHS = (96, 256)
# What of a portrait stays where nobody says more, in percent: faces are usually in the upper part.
PORTRAIT_POINT = (50, 35)
PHOTO_QUALITY = 82
# Of a picture beside a link: the longer side at most, the shorter at least. Less are counters of visits.
CARD_WIDTH = 720
CARD_LEAST = 80
# A few seconds at usual speed; longer animations keep their first frame.
MAX_FRAMES = 120
# Beyond, an encoder of AVIF takes three times the memory, and no phone asks for it.
AVIF_WIDEST = 960
AVIF_QUALITY, AVIF_SPEED = 55, 8
ANIMATION_WIDTH = 960
MAX_EXACT_PIXELS = 1_500_000
MAX_ANIMATED_PIXELS = 40_000_000
CONTENT_TYPE = "image/webp"
FULL_NAME = "full.webp"


@dataclass(frozen=True)
class StoredPicture:
    """A picture as kept. Paths are in the default storage, sizes in pixels and bytes, smallest first."""

    path: str
    width: int
    height: int
    content_type: str
    size: int
    renditions: list[tuple[int, str]] = field(default_factory=list)

    @property
    def as_avif(self) -> tuple[int, ...]:
        """The widths that are there as AVIF, too."""
        return tuple(width for width, path in self.renditions if is_avif(path))

    def columns(self) -> dict[str, Any]:
        """What an `Attachment` keeps of it."""
        return {**asdict(self), "renditions": [list(rendition) for rendition in self.renditions]}


def store_picture(uploaded_file: File[Any], *, folder: str, avif: bool = False) -> StoredPicture:
    """Checks, redraws and keeps an uploaded picture in several widths, never enlarged; with `avif`, for what is served
    by what a browser reads, smaller files beside them (`renditions.py`).

    Raises UploadRefused with a sentence that says what is wrong and what to do.
    """
    refuse_without_room()
    with opened_picture(uploaded_file) as image:
        if _stays_animated(image):
            return _with_room(_store_animation(image, folder=folder))
        # The whole is ten times what is kept of it: it goes before that is turned, coloured and encoded.
        picture = upright(image, fitting(image), last=True)
        image.close()
        return _with_room(store_widths(picture, WIDTHS, folder=folder, avif=avif))


def store_portrait(
    uploaded_file: File[Any], *, folder: str, point: tuple[int, int] = PORTRAIT_POINT
) -> StoredPicture:
    """The same for a portrait: a square of the picture, about a point of it (from the left and the top, in percent, as
    covers have it). Raises UploadRefused."""
    refuse_without_room()
    with opened_picture(uploaded_file) as image:
        straight = upright(image, covering(image, (PORTRAIT_WIDTHS[-1] * 2,) * 2), last=True)
        side = min(*straight.size, PORTRAIT_WIDTHS[-1] * 2)
        centering = (point[0] / 100, point[1] / 100)
        square = ImageOps.fit(straight, (side, side), Image.Resampling.LANCZOS, centering=centering)
        return _with_room(store_widths(square, PORTRAIT_WIDTHS, folder=folder))


def store_card_picture(uploaded_file: File[Any], *, folder: str) -> StoredPicture:
    """The same for a picture beside a link: one width, and no motion. Raises UploadRefused, also for what is so small
    that it shows nothing."""
    refuse_without_room()
    with opened_picture(uploaded_file) as image:
        width, height = seen_size(image)
        if min(width, height) < CARD_LEAST:
            raise UploadRefused(_("This picture is too small to show anything."))
        scale = min(1.0, CARD_WIDTH / width, CARD_WIDTH / height)
        return _with_room(store_widths(upright(image, scale, last=True), (), folder=folder))


def delete_picture(picture_paths: list[str]) -> None:
    """Removes the files of a picture, after what names it; files that are gone already are no error.

    While the store of media does not answer, they are left for later: whoever has done something is not told that it
    failed.
    """
    forget(*picture_paths)


def _delete_files(paths: list[str]) -> None:
    for path in paths:
        default_storage.delete(path)


def delete_stored_picture(path: str) -> None:
    """The same where only the path is kept: everything that lies in the picture's own folder. Others stay.

    Raises StoreAway.
    """
    folder, _, name = path.rpartition("/")
    if name == FULL_NAME:
        _delete_files(names_in(folder))


def forget_stored_picture(path: str) -> None:
    """The same after an act that is done, or with one that is refused: while the store of media does not answer, files
    are left for later, and nobody is told that the act failed."""
    try:
        delete_stored_picture(path)
    except StoreAway as away:
        leave(path, away=away, pictures=True)


def _with_room(picture: StoredPicture) -> StoredPicture:
    """Its size is known once it is drawn. Raises NoRoom, and then nothing of it stays."""
    try:
        take_room(picture.size)
    except NoRoom:
        delete_picture([picture.path, *(path for _width, path in picture.renditions)])
        raise
    return picture


@contextmanager
def opened_picture(uploaded_file: File[Any], *, most_pixels: int = 0) -> Iterator[Image.Image]:
    """The picture in a file, its limits checked from the header before any pixel is read.

    `most_pixels` is a limit below that of the installation. Raises UploadRefused.
    """
    limit = min(most_pixels or settings.UPLOAD_MAX_PIXELS, settings.UPLOAD_MAX_PIXELS)
    if uploaded_file.size > settings.UPLOAD_MAX_BYTES:
        raise UploadRefused(
            _("This picture weighs %(size)s; the limit is %(limit)s. Save it smaller and try again.")
            % {"size": size_in_words(uploaded_file.size), "limit": size_in_words(settings.UPLOAD_MAX_BYTES)}
        )
    if not uploaded_file.size:
        raise UploadRefused(_("This file is empty. Choose another one."))
    try:
        with warnings.catch_warnings():
            # Our own limit on pixels is checked below and is the one the person hears of.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(uploaded_file, formats=FORMATS) as image:
                _check_pixels(image, limit)
                image.verify()
            uploaded_file.seek(0)
            # One at a time in each process: of a large one, each copy in memory is a hundred megabytes.
            with _drawing, Image.open(uploaded_file, formats=FORMATS) as image:
                yield _decoded(image, uploaded_file)
    except UnidentifiedImageError as error:
        raise (UploadRefused if (said := _what_plays(uploaded_file)) else NoPicture)(said) from error
    except (Image.DecompressionBombError, MemoryError) as error:
        # Whatever a file says of itself, it is refused; the worker goes on.
        raise UploadRefused(_too_many_pixels(limit)) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise UploadRefused(
            _("This picture is damaged and cannot be read. Save it again and retry.")
        ) from error


def _decoded(image: Image.Image, uploaded_file: File[Any]) -> Image.Image:
    """The same picture with its pixels, no larger than what is kept needs where its format can be read so."""
    scale = fitting(image)
    # A photograph is read at a half or a quarter of its size, where that is still enough.
    image.draft(None, (ceil(image.width * scale), ceil(image.height * scale)))
    shrunk = READ_SMALLER.get(image.format or "")
    if shrunk is not None and (scale < 1 or image.format == heic.NAME) and not _stays_animated(image):
        uploaded_file.seek(0)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        small = shrunk(uploaded_file.read(), image.size, size, image.mode)
        if small is not None:
            # Its profile and how the camera was held.
            small.info = dict(image.info)
            return small
    image.load()
    return image


def _stays_animated(image: Image.Image) -> bool:
    """Whether it plays, and is short and small enough to be kept so."""
    count = frames_of(image)
    few = count <= MAX_FRAMES and count * image.width * image.height <= MAX_ANIMATED_PIXELS
    return is_animated(image) and few


def _what_plays(uploaded_file: File[Any]) -> str:
    """What is said of a film that comes as a picture; nothing of other files."""
    uploaded_file.seek(0)
    if not heic.is_film(uploaded_file.read(heic.BRAND.stop)):
        return ""
    return _(
        "This HEIC file is animated, which cannot be shown here. Choose the still picture, or "
        "save it as a GIF."
    )


def _check_pixels(image: Image.Image, limit: int) -> None:
    if image.format == heic.NAME:
        limit = min(limit, heic.most_pixels(image.mode))
    if image.width * image.height > limit:
        raise UploadRefused(_too_many_pixels(limit, image.width, image.height))


def _too_many_pixels(limit: int, width: int = 0, height: int = 0) -> str:
    values = {
        "width": width,
        "height": height,
        "size": number_format(width * height / 1_000_000, 1),
        "limit": number_format(limit / 1_000_000, 1),
    }
    if not width:
        return _("This picture is too large; the limit is %(limit)s million pixels. Reduce it.") % values
    return (
        _(
            "This picture measures %(width)s × %(height)s, %(size)s million pixels; the limit is %(limit)s"
            " million. Reduce it and try again."
        )
        % values
    )


def fitting(image: Image.Image) -> float:
    """By how much a picture is made smaller to be kept; 1 at most."""
    width, height = seen_size(image)
    return min(1.0, FULL_WIDTH / width, LONGEST_SIDE / height)


def covering(image: Image.Image, size: tuple[int, int]) -> float:
    """By how much it can be made smaller so that a part of this size is still cut from more than enough pixels."""
    width, height = seen_size(image)
    return min(1.0, 2 * max(size[0] / width, size[1] / height))


def store_widths(
    image: Image.Image, widths: tuple[int, ...], *, folder: str, avif: bool = False
) -> StoredPicture:
    image = _scaled(image, fitting(image))
    name = new_name(folder) + mark_of(image)
    renditions, smaller = [], []
    for width in widths:
        if width < image.width:
            resized = _resized(image, width)
            renditions.append((width, keep_file(f"{name}/{width}.webp", _encoded(resized))))
            if avif and goes_as_avif(resized):
                smaller.append((width, keep_file(avif_of(renditions[-1][1]), as_avif(resized))))
    data = _encoded(image)
    path = keep_file(f"{name}/{FULL_NAME}", data)
    return StoredPicture(path, image.width, image.height, CONTENT_TYPE, len(data), [*renditions, *smaller])


def goes_as_avif(image: Image.Image) -> bool:
    """Photographs of a phone’s width: what can be seen through stays exact, as WebP."""
    return image.mode == "RGB" and image.width <= AVIF_WIDEST


def as_avif(image: Image.Image) -> bytes:
    return encoded_by(
        lambda out: image.save(out, "AVIF", quality=AVIF_QUALITY, speed=AVIF_SPEED, max_threads=1, exif=b"")
    )


def _store_animation(image: Image.Image, *, folder: str) -> StoredPicture:
    """An animation keeps its frames at one width; a still of it would surprise more than its weight."""
    kept: list[Image.Image] = []
    durations: list[int] = []
    loop = plays(image)
    for frame, stands in frames(image):
        scale = min(1.0, ANIMATION_WIDTH / frame.width, LONGEST_SIDE / frame.height)
        durations.append(stands)
        kept.append(_scaled(frame.convert("RGBA"), scale))
    data = encoded_by(
        lambda out: kept[0].save(
            out,
            "WEBP",
            save_all=True,
            append_images=kept[1:],
            duration=durations,
            loop=loop,
            quality=PHOTO_QUALITY,
        )
    )
    path = keep_file(f"{new_name(folder)}/{FULL_NAME}", data)
    return StoredPicture(path, kept[0].width, kept[0].height, CONTENT_TYPE, len(data))


def _scaled(image: Image.Image, scale: float) -> Image.Image:
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)


def _resized(image: Image.Image, width: int) -> Image.Image:
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _encoded(image: Image.Image) -> bytes:
    # Drawings and logos with transparency stay exact; photographs may lose what nobody sees.
    lossless = image.mode == "RGBA" and image.width * image.height <= MAX_EXACT_PIXELS
    return encoded_by(
        lambda out: image.save(out, "WEBP", quality=PHOTO_QUALITY, lossless=lossless, method=4, exif=b"")
    )


def encoded_by(save: Callable[[BytesIO], None]) -> bytes:
    out = BytesIO()
    save(out)
    return out.getvalue()


def new_name(folder: str) -> str:
    """A folder nobody can guess; two levels, so that no directory grows without end."""
    token = secrets.token_urlsafe(18)
    return f"{folder.strip('/')}/{token[:2]}/{token}"


def keep_file(path: str, data: bytes) -> str:
    """Raises NoRoom where the disk is full, and then leaves nothing of the picture whose folder it is; UploadRefused
    where the store of media does not answer."""
    try:
        return default_storage.save(path, ContentFile(data))
    except StoreAway as away:
        logger.error("a picture could not be stored", extra={"problem": str(away)})
        raise UploadRefused(
            _("Pictures cannot be stored at the moment. Your text can be sent without it.")
        ) from away
    except OSError as problem:
        if problem.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        delete_picture(names_in(path.rpartition("/")[0]))
        logger.error("no room for pictures on the disk")
        raise NoRoom(
            _("There is no room for pictures at the moment. Your text can be sent without it.")
        ) from None
