"""What pages read of albums: lists with their covers, one album, one photograph, where somebody is named."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from communities.albums.models import ALBUM, PHOTOS, Album, Likeness, Photo
from communities.content.managers import ThreadQuerySet
from communities.content.models import Attachment, Post, Space, Thread
from communities.content.showing.home import only
from communities.content.showing.reading import with_reader
from communities.content.viewers import Viewer, people_who_read, readable_spaces, viewer_of
from communities.keysets import MOMENT, NUMBER, Keyset
from communities.models import Community, Membership

PER_PAGE = 24
BY_PUBLICATION = Keyset(("published_at", MOMENT), ("pk", NUMBER), size=PER_PAGE)
NEWEST = Keyset(("pk", NUMBER), size=PER_PAGE)
# Albums beside what they are of.
MOST_BESIDE = 4


@dataclass
class AlbumPage:
    """One page of a list, each album with what stands for it (`cover`), and the cursor of the next."""

    threads: list[Thread] = field(default_factory=list)
    older: str = ""


def readable_walls(community: Community, viewer: Viewer) -> list[Space]:
    """The spaces of photographs that this reader may open."""
    return readable_spaces(community, viewer, PHOTOS)


def has_walls(request: HttpRequest) -> bool:
    """Whether there is one: a place in the header leads to something."""
    visit: Any = request
    return bool(readable_walls(visit.community, viewer_of(request)))


def list_of_albums(viewer: Viewer, spaces: Sequence[Space], *, after: str = "") -> AlbumPage:
    """Albums of these spaces, the latest first."""
    if not spaces:
        return AlbumPage()
    by_id = {space.pk: space for space in spaces}
    albums = Thread.objects.visible_to(only(viewer, list(spaces))).of_kind(ALBUM)
    place = BY_PUBLICATION.place(after)
    rows = albums.published_before(*place) if place else albums.published_before()
    page = BY_PUBLICATION.page(rows.select_related("author"))
    for thread in page.rows:
        thread.space = by_id[thread.space_id]
    return AlbumPage(with_covers(page.rows), page.older)


def with_covers(threads: list[Thread]) -> list[Thread]:
    """The same, each with the picture that stands for it (`cover`), or None: two statements for all of them."""
    covers = covers_of([thread.pk for thread in threads])
    for thread in threads:
        thread.cover = covers.get(thread.pk)  # type: ignore[attr-defined]
    return threads


def covers_of(threads: Iterable[int]) -> dict[int, Attachment]:
    """By album: the photograph that was chosen, while it can be seen; else the first one that can."""
    shown = Photo.objects.shown().filter(post__thread=OuterRef("pk"))
    chosen = shown.filter(pk=OuterRef("cover")).values("pk")[:1]
    first = shown.order_by("post__position").values("pk")[:1]
    albums = Album.objects.filter(pk__in=list(threads))
    rows = albums.annotate(shown=Coalesce(Subquery(chosen), Subquery(first))).values_list("pk", "shown")
    by_photo = {photo: album for album, photo in rows if photo is not None}
    if not by_photo:
        return {}
    photos = Photo.objects.filter(pk__in=by_photo).select_related("picture")
    return {by_photo[photo.pk]: photo.picture for photo in photos}


def album_for_page(viewer: Viewer, slug: str, by: Membership | None) -> Thread | None:
    """One album whose page this reader may open, with its author, tags and space, and whether they follow it."""
    reachable = Thread.objects.reachable_by(viewer).of_kind(ALBUM).filter(slug=slug)
    threads = reachable.select_related("author", "space", "community", "album").with_tags()
    found: Thread | None = with_reader(threads, by.pk if by is not None else None).first()
    return found


def gathering_of(thread: Thread, viewer: Viewer) -> Thread | None:
    """What an album is of, where this reader can open that."""
    album: Album | None = getattr(thread, "album", None)
    if album is None or album.gathering_id is None:
        return None
    found: Thread | None = (
        Thread.objects.visible_to(viewer).filter(pk=album.gathering_id).select_related("space").first()
    )
    return found


def albums_of(gathering: Thread, viewer: Viewer) -> list[Thread]:
    """The latest albums of what people came together for, with their covers."""
    albums: ThreadQuerySet = Thread.objects.visible_to(viewer).filter(album__gathering=gathering.pk)
    return with_covers(list(albums.select_related("space", "album").order_by("-pk")[:MOST_BESIDE]))


def photo_for_page(viewer: Viewer, public_id: uuid.UUID) -> Photo | None:
    """A photograph in an album that this reader may open; one that waits or was withdrawn for its author and the
    team."""
    photo: Photo | None = (
        Photo.objects.filter(post__public_id=public_id)
        .select_related("picture", "post__author", "post__thread__space", "post__thread__album")
        .first()
    )
    if photo is None or not Thread.objects.reachable_by(viewer).filter(pk=photo.post.thread_id).exists():
        return None
    post = photo.post
    is_own = viewer.membership_id is not None and post.author_id == viewer.membership_id
    if post.is_published or is_own or post.thread.space_id in viewer.staff_space_ids:
        return photo
    return None


def neighbours_of(post: Post) -> tuple[Post | None, Post | None]:
    """The photographs before and after one in its album."""
    if post.position is None:
        return None, None
    around = Post.objects.filter(
        thread=post.thread_id, state="published", position__isnull=False, photo__isnull=False
    )
    before = around.filter(position__lt=post.position).order_by("-position").first()
    after = around.filter(position__gt=post.position).order_by("position").first()
    return before, after


def people_in(photo: Photo, *, all_of_them: bool) -> list[Likeness]:
    """Who is named, while they can look at it themselves, and so take their name away; for whose photograph it is also
    who was asked, and who refused."""
    rows = Likeness.objects.filter(photo=photo).select_related("person").order_by("pk")
    if all_of_them:
        return list(rows)
    named = list(rows.named())
    readers = people_who_read(photo.post.thread.space, [one.person_id for one in named]) if named else []
    return [one for one in named if one.person_id in readers]


def likenesses_of(by: Membership, viewer: Viewer, *, after: str = "") -> tuple[list[Likeness], str]:
    """Photographs in which somebody is named or asked to be, the latest first, and the cursor of more."""
    rows = Likeness.objects.of(by.pk).read_by(viewer)
    rows = rows.select_related("photo__picture", "photo__post__thread__space", "photo__post__author")
    page = NEWEST.newest_after(rows, after)
    return page.rows, page.older
