"""Pictures of other sites, brought into a text because its writer asked for it. Pages show none from elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from communities.content.attachments import address_of
from communities.content.exceptions import UploadRefused
from communities.content.models import Attachment, PendingEdit, Post
from communities.content.permissions import can_edit_post
from communities.content.services.editing import edit_post
from communities.content.services.uploading import keep_upload, may_upload
from communities.content.services.waiting import edit_shown_to
from communities.content.text.remote import Remote, remote_pictures, with_own_pictures
from communities.exceptions import NotAllowed
from communities.limits import TooFast
from communities.models import Membership
from communities.outbound import NotFetched, Why, fetch

# A request waits for other sites, fifteen seconds at most for each picture: of the threads of a process, two may.
_TURNS = threading.BoundedSemaphore(2)
TURN = 5.0  # seconds
# For all pictures of a text; what is left after it is brought in by asking again.
ENOUGH = 20.0  # seconds
_HEADERS = {"Accept": "image/avif,image/webp,image/png,image/jpeg,image/gif"}


@dataclass
class Brought:
    """What became of a text: its pictures that are here now, and those that are not, with the reason."""

    post: Post
    count: int = 0
    lost: list[tuple[Remote, str]] = field(default_factory=list)


def bring_picture(address: str, *, by: Membership, alt: str = "") -> Attachment:
    """Fetch a picture of another site and keep it as if `by` had sent it.

    Nothing may be locked meanwhile. Raises NotAllowed, TooFast, and UploadRefused with a sentence that says why it is
    not here.
    """
    may_upload(by)
    if not _TURNS.acquire(timeout=TURN):
        raise UploadRefused(_("Other pictures are being fetched. Try again in a moment."))
    try:
        answer = fetch(address, headers=_HEADERS)
    except NotFetched as refusal:
        raise UploadRefused(_why(refusal.why)) from None
    finally:
        _TURNS.release()
    if answer.status != 200:
        raise UploadRefused(_("The other site does not give this picture out."))
    name = unquote(urlsplit(answer.address).path).rpartition("/")[2] or "picture"
    return keep_upload(ContentFile(answer.body, name[:100]), by=by, alt=alt)


def _why(why: Why) -> str:
    if why is Why.LARGE:
        return _("This picture is larger than 2 MB. Save it and add it from your device.")
    if why is Why.SILENT:
        return _("The other site does not answer.")
    return _("Nothing can be fetched from this address.")


def text_to_change(post: Post, by: Membership) -> Post | PendingEdit:
    """What its writer goes on with: the change that waits for a moderator, where there is one for them."""
    return edit_shown_to(post, by) or post


def pictures_elsewhere(text: Post | PendingEdit) -> list[Remote]:
    """The pictures of other sites that a text names; readers see a link in the place of each."""
    return remote_pictures(text.body_source, text.body_format)


def bring_pictures(post: Post, addresses: Collection[str], *, by: Membership) -> Brought:
    """Fetch those pictures of a text that its writer chose, and change the text so that it shows them.

    Each is tried by itself; those that cannot be had stay links. Raises NotAllowed, and what changing a text raises.
    """
    if not can_edit_post(by, post):
        raise NotAllowed
    done, own, end = Brought(post), {}, time.monotonic() + ENOUGH
    text = text_to_change(post, by)
    for one in pictures_elsewhere(text):
        if one.address not in addresses:
            continue
        try:
            if time.monotonic() > end:
                raise UploadRefused(_("There was no time left for it. Ask once more."))
            own[one.address] = address_of(bring_picture(one.address, by=by, alt=one.name))
        except (UploadRefused, TooFast) as refusal:
            done.lost.append((one, str(refusal)))
    if own:
        done.count = len(own)
        body = with_own_pictures(text.body_source, text.body_format, own)
        done.post = edit_post(
            post, by=by, body=body, body_format=text.body_format, revision=post.revision_count
        )
    return done
