"""Storing uploaded pictures, and deleting those that no post shows."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import ngettext

from communities.content.attachments import address_of
from communities.content.exceptions import UploadRefused
from communities.content.images import delete_picture, store_picture
from communities.content.models import Attachment, UnsentText
from communities.content.permissions import can_upload_file
from communities.exceptions import NotAllowed
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.tasks import each_apart

# A picture whose post was never written is kept this long: a draft may still come back for it.
ORPHANS_LIVE = datetime.timedelta(hours=24)
# One person's unused pictures; a form filled by hand never has as many.
MAX_ORPHANS = 40


def upload_file(file: File[Any], *, by: Membership, alt: str = "") -> Attachment:
    """Keep a picture that `by` may put into a post. Raises NotAllowed, TooFast, UploadRefused."""
    may_upload(by)
    return keep_upload(file, by=by, alt=alt)


def may_upload(by: Membership) -> None:
    """Count a picture that `by` is about to send. Raises NotAllowed, TooFast, and UploadRefused where too many wait."""
    if not can_upload_file(by):
        raise NotAllowed
    refuse_closed(by, "uploads")
    if Attachment.objects.filter(uploader=by, post__isnull=True).count() >= MAX_ORPHANS:
        raise UploadRefused(
            ngettext(
                "You have %(count)s picture that no post uses. Publish your post or discard a draft.",
                "You have %(count)s pictures that no post uses. Publish your post or discard a draft.",
                MAX_ORPHANS,
            )
            % {"count": MAX_ORPHANS}
        )
    count_act(by, Limited.UPLOAD)


@transaction.atomic
def keep_upload(file: File[Any], *, by: Membership, alt: str = "") -> Attachment:
    """Keep a picture that was let through by `may_upload`. Raises UploadRefused."""
    picture = store_picture(file, folder=f"uploads/{by.community_id}", avif=True)
    try:
        attachment: Attachment = Attachment.objects.create(
            uploader=by, alt=" ".join(alt.split())[:300], **picture.columns()
        )
        return attachment
    except Exception:
        # No row, no file: a picture without a row would never be swept.
        delete_picture([picture.path, *(path for _width, path in picture.renditions)])
        raise


def with_picture(source: str, attachment: Attachment, *, fmt: str) -> str:
    """A source with a picture at its end, for forms sent without JavaScript."""
    address = address_of(attachment)
    if fmt == "markdown":
        alt = "".join(sign for sign in attachment.alt if sign not in "[]()\\!")
        return f"{source.rstrip()}\n\n![{alt}]({address})\n"
    return f'{source}<p><img src="{address}"></p>'


def sweep_orphans() -> int:
    """Delete the pictures, in the community in scope, that no post took within a day; how many.

    Those that an unsent text shows wait with it.
    """
    unsent = UnsentText.objects.filter(membership=OuterRef("uploader"), pictures__contains=[OuterRef("pk")])
    orphans = Attachment.objects.filter(
        ~Exists(unsent), post__isnull=True, created_at__lt=timezone.now() - ORPHANS_LIVE
    )
    found = {attachment.pk: attachment for attachment in orphans[:500]}

    def sweep(pk: int) -> bool:
        paths = [found[pk].path, *(path for _width, path in found[pk].renditions)]
        # The row goes first, and only if no post took it meanwhile.
        deleted, _rows = orphans.filter(pk=pk).delete()
        # Before the commit: where the file cannot be deleted, its row stays and says where it is.
        delete_picture(paths if deleted else [])
        return bool(deleted)

    return each_apart("picture", found, sweep)
