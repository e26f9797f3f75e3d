"""How stored pictures are addressed and shown: by attachment id and width, never by their path."""

from __future__ import annotations

from collections.abc import Iterable

from communities.content.addresses import MEDIA, to_shown
from communities.content.models import Attachment
from communities.content.renditions import file_of, widths_in
from communities.content.text.sanitising import Picture

FULL = "full"
# The text column is 42rem wide at most; on a phone the picture fills the screen.
SIZES = "(min-width: 44rem) 42rem, 100vw"


def address_of(attachment: Attachment, rendition: int | str = FULL) -> str:
    """As stored in texts: under the community's root, wherever that is (see `addresses`)."""
    return f"{MEDIA}{attachment.pk}/{rendition}"


def path_of(attachment: Attachment, rendition: str, *, avif: bool = False) -> str | None:
    """Where a rendition is stored, as AVIF where that is read and there; None for a width that was never made."""
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


def pictures_for(
    ids: Iterable[str], *, uploader_id: int | None, post_id: int | None = None
) -> dict[str, Picture]:
    """Those among `ids` that this person may show in this post: their own unused ones and the post's."""
    wanted = list(ids)[:200]
    if not wanted:
        return {}
    rows = Attachment.objects.usable_in(post_id=post_id, uploader_id=uploader_id).filter(pk__in=wanted)
    return {str(row.pk): picture_of(row) for row in rows}


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
