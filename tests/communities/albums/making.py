"""Albums as tests need them, made through the services."""

from __future__ import annotations

import uuid
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from communities.albums.models import PHOTOS, Photo
from communities.albums.services import Rights, Wishes, Written, add_photograph, start_album
from communities.content.models import Attachment, Space, Thread
from communities.content.services.uploading import upload_file
from communities.models import Membership
from tests.conftest import Cast
from tests.factories import make_space


def make_wall(**fields: Any) -> Space:
    return make_space(**{"kind": PHOTOS, "slug": "darkroom", "name": "Darkroom", **fields})


def make_album(
    here: Cast,
    space: Space,
    *,
    by: Membership | None = None,
    title: str = "Knots in the frost",
    **wishes: Any,
) -> Thread:
    """An album of the member, in scope."""
    text = Written(title, "<p>Seen on the quay.</p>")
    thread = start_album(
        space, by=by or here.member, community=here.community, text=text, wishes=Wishes(**wishes)
    )
    return fresh(thread)


def fresh(thread: Thread) -> Thread:
    return Thread.objects.select_related("space", "community", "album").get(pk=thread.pk)


def send(by: Membership) -> Attachment:
    out = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "PNG")
    return upload_file(SimpleUploadedFile("knot.png", out.getvalue(), content_type="image/png"), by=by)


def add(
    thread: Thread,
    *,
    by: Membership,
    caption: str = "A bowline",
    alt: str = "A length of rope",
    sent_with: uuid.UUID | None = None,
    **rights: Any,
) -> Photo:
    said = {"caption": caption, "alt": alt, "rights": Rights(**rights), "sent_with": sent_with}
    photo = add_photograph(fresh(thread), by=by, picture=send(by), **said)
    return Photo.objects.select_related("post__thread__space", "picture").get(pk=photo.pk)
