"""How stored pictures and files are addressed: by attachment id and width, or `file`, never by their path."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from communities.content.addresses import MEDIA, to_shown
from communities.content.models import Attachment
from communities.content.renditions import file_of, widths_in
from communities.content.text.sanitising import FILE, Picture, StoredFile

FULL = "full"
# The text column is 42rem wide at most; on a phone the picture fills the screen.
SIZES = "(min-width: 44rem) 42rem, 100vw"


def address_of(attachment: Attachment, rendition: int | str = FULL) -> str:
    """As stored in texts: under the community's root, wherever that is (see `addresses`)."""
    return f"{MEDIA}{attachment.pk}/{rendition}"


def path_of(attachment: Attachment, rendition: str, *, avif: bool = False) -> str | None:
    """Where a rendition is stored, as AVIF where that is read and there; None for a width that was never made."""
    if attachment.is_file or rendition == FILE:
        return attachment.path if attachment.is_file and rendition == FILE else None
    if rendition in (FULL, str(attachment.width)):
        return attachment.path
    return file_of(attachment.renditions, rendition, avif=avif)


def picture_of(attachment: Attachment) -> Picture:
    """What a body, or an `img` in a template, needs to show the picture without the page moving."""
    widths = widths_in(attachment.renditions)
    candidates = [f"{address_of(attachment, width)} {width}w" for width in widths]
    candidates.append(f"{address_of(attachment)} {attachment.width}w")
    # Browsers without srcset are old and their screens small.
    middle = next((width for width in widths if width >= 960), FULL)
    return Picture(
        src=address_of(attachment, middle),
        width=attachment.width,
        height=attachment.height,
        alt=attachment.alt,
        srcset=", ".join(candidates) if widths else "",
        sizes=SIZES if widths else "",
    )


def file_of_text(attachment: Attachment) -> StoredFile:
    """What a body needs to lead to a file."""
    return StoredFile(address_of(attachment, FILE), attachment.name, attachment.size)


@dataclass(frozen=True)
class Usable:
    """What a text may show and lead to, by attachment id."""

    pictures: dict[str, Picture] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)


def usable_for(ids: Iterable[str], *, uploader_id: int | None, post_id: int | None = None) -> Usable:
    """Those among `ids` that this person may use in this post: their own unused ones and the post's."""
    usable, wanted = Usable(), list(ids)[:200]
    if not wanted:
        return usable
    for row in Attachment.objects.usable_in(post_id=post_id, uploader_id=uploader_id).filter(pk__in=wanted):
        if row.is_file:
            usable.files[str(row.pk)] = file_of_text(row)
        else:
            usable.pictures[str(row.pk)] = picture_of(row)
    return usable


def file_as_sent(attachment: Attachment) -> dict[str, str]:
    """A file for the editor, with its address of the present request."""
    return {"url": to_shown(f'"{address_of(attachment, FILE)}"').strip('"'), "name": attachment.name}


def as_shown(picture: Picture) -> dict[str, str | int]:
    """A picture for a page or for the editor, with the addresses of the present request."""
    return {
        "url": to_shown(f'"{picture.src}"').strip('"'),
        "srcset": to_shown(f'"{picture.srcset}"').strip('"'),
        "sizes": picture.sizes,
        "width": picture.width,
        "height": picture.height,
        "alt": picture.alt,
    }
