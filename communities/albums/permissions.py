"""Who adds photographs, whose rights are whose, who is asked to be named."""

from __future__ import annotations

from communities.albums.models import Album, Photo, album_of
from communities.content.audiences import looks_after
from communities.content.models import Post, Thread
from communities.content.permissions import can_edit_post, can_edit_thread, can_reply_to_thread, is_author
from communities.launch.features import is_open_to
from communities.models import Membership

FEATURE, UPLOADS = "photos", "uploads"


def can_add_photographs(membership: Membership | None, thread: Thread) -> bool:
    """Whoever may write in the album, where its author lets others; pictures can be sent for the time being."""
    if membership is None or not can_reply_to_thread(membership, thread):
        return False
    if not (is_open_to(membership, FEATURE) and is_open_to(membership, UPLOADS)):
        return False
    album = album_of(thread)
    is_for_all = album is None or album.adds == Album.Adds.MEMBERS
    return is_for_all or is_author(membership, thread) or looks_after(membership, thread.space_id)


def can_edit_album(membership: Membership | None, thread: Thread) -> bool:
    """Its title, who adds, what it is of, its cover: its author, and those who look after the space."""
    return membership is not None and can_edit_thread(membership, thread) and is_open_to(membership, FEATURE)


def can_edit_photo(membership: Membership | None, post: Post) -> bool:
    """Whose photograph it is says who took it and what others may do with it; nobody else does."""
    return membership is not None and can_edit_post(membership, post) and is_open_to(membership, FEATURE)


def can_ask_person(membership: Membership | None, post: Post) -> bool:
    """Who is in a photograph is asked by whose photograph it is."""
    return can_edit_photo(membership, post) and post.is_published


def can_take_name_away(membership: Membership | None, post: Post) -> bool:
    """Whose photograph it is takes back what they asked, also while they may only read."""
    return membership is not None and membership.is_active and is_author(membership, post)


def can_download(membership: Membership | None, photo: Photo, post: Post) -> bool:
    """A member where its owner permits it; the owner in any case."""
    if membership is None or not membership.is_active:
        return False
    return photo.may_download or is_author(membership, post)
