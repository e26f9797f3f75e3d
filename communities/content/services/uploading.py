"""Storing uploaded pictures and files, and deleting those that no post shows."""

from __future__ import annotations

import datetime
from html import escape
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.content.attachments import FULL, address_of
from communities.content.exceptions import NoPicture, NoRoom, UploadRefused
from communities.content.images import delete_picture, new_name, store_picture
from communities.content.models import Attachment, UnsentText
from communities.content.permissions import can_upload_file
from communities.content.storage import take_room
from communities.content.text.sanitising import FILE
from communities.documents import (
    DocumentRefused,
    checked_document,
    document_end,
    document_name,
    is_meant_as_document,
)
from communities.exceptions import NotAllowed
from communities.files import forget
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.stored import NotKept, keep
from communities.tasks import each_apart

# What no post took is kept this long: a draft may still come back for it.
ORPHANS_LIVE = datetime.timedelta(hours=24)
# One person's unused pictures and files; a form filled by hand never has as many.
MAX_ORPHANS = 40


def upload_file(file: File[Any], *, by: Membership, alt: str = "") -> Attachment:
    """Keep a picture that `by` may put into a post. Raises NotAllowed, TooFast, UploadRefused."""
    may_upload(by)
    return keep_upload(file, by=by, alt=alt)


def upload_any(file: File[Any], *, by: Membership, alt: str = "") -> Attachment:
    """Keep a picture, or a document to download, that `by` may put into a post: what it is follows from what is in it.

    Raises NotAllowed, TooFast, UploadRefused.
    """
    may_upload(by)
    if is_meant_as_document(file):
        return keep_document(file, by=by)
    try:
        return keep_upload(file, by=by, alt=alt)
    except NoPicture as refusal:
        raise UploadRefused(
            _(
                "This file cannot be used. Choose a picture, a PDF, or a text, table or presentation of an office"
                " suite, without macros."
            )
        ) from refusal


def may_upload(by: Membership) -> None:
    """Count a file that `by` is about to send. Raises NotAllowed, TooFast, and UploadRefused where too many wait."""
    if not can_upload_file(by):
        raise NotAllowed
    refuse_closed(by, "uploads")
    if Attachment.objects.filter(uploader=by, post__isnull=True).count() >= MAX_ORPHANS:
        raise UploadRefused(
            ngettext(
                "You have %(count)s picture or file that no post uses. Publish your post or discard a draft.",
                "You have %(count)s pictures and files that no post uses. Publish your post or discard a draft.",
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


@transaction.atomic
def keep_document(file: File[Any], *, by: Membership) -> Attachment:
    """Keep a document that was let through by `may_upload`; it is a download for whoever reads its post. Raises
    UploadRefused."""
    try:
        kind = checked_document(file, most=settings.UPLOAD_MAX_BYTES)
        size = int(file.size)
        path = keep(f"{new_name(f'uploads/{by.community_id}')}/{FULL}.{document_end(kind)}", file)
    except (DocumentRefused, NotKept) as refusal:
        raise UploadRefused(str(refusal)) from refusal
    try:
        take_room(size)
        attachment: Attachment = Attachment.objects.create(
            uploader=by,
            path=path,
            content_type=kind,
            name=document_name(file, kind),
            width=0,
            height=0,
            size=size,
        )
    except NoRoom as refusal:
        forget(path)
        raise NoRoom(
            _("This community has no room left for this file. Its team can make room, or ask for more.")
        ) from refusal
    except Exception:
        # No row, no file: nobody would ever delete it.
        forget(path)
        raise
    return attachment


def with_upload(source: str, attachment: Attachment, *, fmt: str) -> str:
    """A source with a picture or a file at its end, for forms sent without JavaScript."""
    if attachment.is_file:
        address = address_of(attachment, FILE)
        if fmt == "markdown":
            return f"{source.rstrip()}\n\n[{_plain(attachment.name)}]({address})\n"
        return f'{source}<p><a href="{address}">{escape(attachment.name)}</a></p>'
    address = address_of(attachment)
    if fmt == "markdown":
        return f"{source.rstrip()}\n\n![{_plain(attachment.alt)}]({address})\n"
    return f'{source}<p><img src="{address}"></p>'


def _plain(words: str) -> str:
    """Words that mark nothing in Markdown."""
    return "".join(sign for sign in words if sign not in "[]()\\!`<")


def sweep_orphans() -> int:
    """Delete the pictures and files, in the community in scope, that no post took within a day; how many.

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
