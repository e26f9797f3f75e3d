"""Starting an album, changing it, adding photographs, saying what others may do with one."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.html import escape

from communities.albums.exceptions import NoGathering
from communities.albums.gatherings import may_be_of
from communities.albums.models import ALBUM, LONGEST_NAME, Album, Likeness, Photo
from communities.albums.permissions import FEATURE, can_add_photographs, can_edit_album, can_edit_photo
from communities.content.attachments import address_of
from communities.content.models import Attachment, Post, Space, State, Thread
from communities.content.services import publish_thread, reply_to, revise_thread, start_thread
from communities.content.text.rendering import references
from communities.content.viewers import refuse_closed_space
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Community, Membership


@dataclass(frozen=True)
class Written:
    """The words of an album, as its form sends them."""

    title: str
    body: str
    body_format: str = "html"
    tags: Sequence[str] = ()
    language: str = ""
    submission: uuid.UUID | None = field(default=None)


@dataclass(frozen=True)
class Wishes:
    """What an album has beside its words; `gathering` is the number of a thread."""

    adds: str = Album.Adds.MEMBERS
    gathering: int | None = None


@dataclass(frozen=True)
class Rights:
    """Whose photographs are, and what others may do with them. That its sender has the right to show them is said by
    sending them: a form asks."""

    photographer: str = ""
    licence: str = Photo.Licence.RESERVED
    may_download: bool = False


@transaction.atomic
def start_album(
    space: Space,
    *,
    by: Membership,
    community: Community,
    text: Written,
    wishes: Wishes | None = None,
) -> Thread:
    """Start an album without photographs. The same `submission` twice returns the first one.

    Raises NoGathering, and as `start_thread`.
    """
    refuse_closed(by, FEATURE)
    chosen = wishes or Wishes()
    _check_gathering(by, chosen.gathering)
    thread = start_thread(
        space,
        by=by,
        community=community,
        kind=ALBUM,
        title=text.title,
        body=text.body,
        body_format=text.body_format,
        tags=list(text.tags),
        language=text.language,
        state=State.DRAFT,
        submission=text.submission,
    )
    about = {"adds": chosen.adds, "gathering_id": chosen.gathering}
    _album, is_new = Album.objects.get_or_create(thread=thread, defaults=about)
    if is_new:
        publish_thread(thread, by=by)
    thread.refresh_from_db(fields=["state", "published_at", "last_position"])
    return thread


def settle_album(thread: Thread) -> Album:
    """What stands beside a thread, however it was made; once."""
    album: Album
    album, _new = Album.objects.get_or_create(thread=thread)
    return album


def _check_gathering(by: Membership, number: int | None) -> None:
    if number is not None and not may_be_of(by, number):
        raise NoGathering


@transaction.atomic
def change_album(
    thread: Thread, *, by: Membership, title: str, tags: Sequence[str] | None, wishes: Wishes
) -> bool:
    """Change all of an album but its text; False where a moderator reads the new title first. `tags` is None where
    there are none. What it was of stays, though this person may not read that any more.

    Raises NotAllowed, NoGathering, TooFast, and as `revise_thread`.
    """
    refuse_closed(by, FEATURE)
    if not can_edit_album(by, thread):
        raise NotAllowed
    refuse_closed_space(by, thread.space)
    album = settle_album(thread)
    if wishes.gathering != album.gathering_id:
        _check_gathering(by, wishes.gathering)
    known = list(thread.tags.values_list("name", flat=True)) if tags is None else list(tags)
    is_shown = revise_thread(thread, by=by, title=title, tags=known)
    Album.objects.filter(pk=thread.pk).update(adds=wishes.adds, gathering=wishes.gathering)
    return is_shown


@transaction.atomic
def add_photograph(
    thread: Thread,
    *,
    by: Membership,
    picture: Attachment,
    caption: str = "",
    alt: str = "",
    rights: Rights,
    sent_with: uuid.UUID | None = None,
    at: datetime.datetime | None = None,
) -> Photo:
    """Put a picture that `by` has sent at the end of an album. The same picture twice is one photograph.

    What it shows is told by `alt` to those who do not see it. One that a moderator reads first is seen by its sender
    and the team. `sent_with` is the same for all that are added together, of which followers hear once.
    `at` backdates it; no view passes it. Raises NotAllowed, ThreadLocked, TooFast;
    Attachment.DoesNotExist for a picture that is another person’s, or that another text shows.
    """
    refuse_closed(by, FEATURE)
    if not can_add_photographs(by, thread):
        raise NotAllowed
    # Whoever presses the same button meanwhile waits here, and finds what this one has made.
    picture = Attachment.objects.pictures().select_for_update(of=("self",)).get(pk=picture.pk, uploader=by)
    again: Photo | None = Photo.objects.filter(picture=picture.pk, post__thread=thread).first()
    if again is not None:
        return again
    if picture.post_id is not None:
        raise Attachment.DoesNotExist
    picture.alt = one_line(alt)[:300]
    picture.save(update_fields=["alt"])
    number = uuid.UUID(str(picture.pk))
    post = reply_to(thread, by=by, body=figure_of(picture, caption), submission=number, follow=True, at=at)
    photo: Photo = Photo.objects.create(
        post=post, picture=picture, sent_with=sent_with or uuid.uuid4(), **_kept(rights)
    )
    return photo


@transaction.atomic
def settle_picture(post: Post) -> None:
    """After a change of its text, the picture that stands there is the photograph: lists and downloads show no other.
    In a new picture nobody has agreed to be named; without any, the text is a photograph no more."""
    photo: Photo | None = Photo.objects.select_for_update(of=("self",)).filter(pk=post.pk).first()
    shown = references(post.body_html).attachment_ids
    if photo is None or str(photo.picture_id) in shown:
        return
    picture = (
        Attachment.objects.pictures().filter(pk__in=shown, post=post).order_by("created_at", "pk").last()
    )
    if picture is None:
        photo.delete()
        return
    Photo.objects.filter(pk=post.pk).update(picture=picture)
    Likeness.objects.filter(photo=post.pk).exclude(state=Likeness.State.REFUSED).delete()


def figure_of(picture: Attachment, caption: str) -> str:
    """The reply of a photograph, as its sender would write it in the editor."""
    words = one_line(caption)
    said = f"<figcaption>{escape(words)}</figcaption>" if words else ""
    return f'<figure><img src="{address_of(picture)}" alt="{escape(picture.alt)}">{said}</figure>'


def _kept(rights: Rights) -> dict[str, Any]:
    return asdict(rights) | {"photographer": one_line(rights.photographer)[:LONGEST_NAME]}


@transaction.atomic
def change_rights(post: Post, *, by: Membership, rights: Rights) -> None:
    """Say anew whose a photograph is and what others may do with it; its owner says again that they may. Raises
    NotAllowed, TooFast."""
    refuse_closed(by, FEATURE)
    if not can_edit_photo(by, post):
        raise NotAllowed
    refuse_closed_space(by, post.thread.space)
    count_act(by, Limited.EDIT)
    Photo.objects.filter(pk=post.pk).update(assured_at=timezone.now(), **_kept(rights))


@transaction.atomic
def choose_cover(post: Post, *, by: Membership) -> None:
    """Let this photograph stand for its album. Raises NotAllowed."""
    refuse_closed(by, FEATURE)
    if not can_edit_album(by, post.thread) or not post.is_published:
        raise NotAllowed
    refuse_closed_space(by, post.thread.space)
    settle_album(post.thread)
    Album.objects.filter(pk=post.thread_id).update(cover=post.pk)
