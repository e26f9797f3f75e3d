"""Photographs of what people came together for, added from its own page: into its album, which the first of them
begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override

from communities.albums.exceptions import AlbumWaits
from communities.albums.models import Album
from communities.albums.permissions import UPLOADS, can_add_photographs
from communities.albums.queries import albums_of, readable_walls
from communities.albums.services import Wishes, Written, start_album
from communities.content.kinds import THREAD_KINDS
from communities.content.models import Space, State, Thread
from communities.content.permissions import spaces_offered_to
from communities.content.readers import Readers, readers_of
from communities.content.viewers import Viewer, viewer_for
from communities.exceptions import NotAllowed
from communities.launch.features import is_open_to
from communities.models import Community, Membership


def album_to_add_to(albums: Iterable[Thread], by: Membership | None) -> Thread | None:
    """Of the albums of a gathering, the latest first, the one that this person adds to."""
    return next((album for album in albums if can_add_photographs(by, album)), None)


@dataclass(frozen=True)
class Joining:
    """Where this person’s photographs of a gathering would go: into an album that there is, or into a new one on a
    wall. `waits`: a new one would be the second, since a person reads the first before it is seen."""

    album: Thread | None = None
    wall: Space | None = None
    waits: bool = False

    @property
    def space(self) -> Space | None:
        return self.album.space if self.album is not None else self.wall

    @property
    def readers(self) -> Readers | None:
        return readers_of(self.space) if self.space is not None else None


def joining_of(
    gathering: Thread, albums: Iterable[Thread], community: Community, viewer: Viewer, by: Membership | None
) -> Joining:
    """`albums`: those of it that this person reads, the latest first. Nothing before anybody was there."""
    if not THREAD_KINDS[gathering.kind].has_begun(gathering):
        return Joining()
    album = album_to_add_to(albums, by)
    if album is not None or by is None:
        return Joining(album)
    wall = wall_to_begin_on(gathering, community, viewer, by)
    if wall is not None and _waits(gathering, by):
        return Joining(waits=True)
    return Joining(wall=wall)


def wall_to_begin_on(
    gathering: Thread, community: Community, viewer: Viewer, by: Membership | None
) -> Space | None:
    """Where an album of it begins by itself: the first space of photographs that is offered to this person.

    Its name is that of the gathering, so that nobody may read it there who does not read the gathering. Where tags are
    asked for, nobody could say them; such a wall is for whoever starts an album of it on a page of its own.
    """
    if by is None or not is_open_to(by, UPLOADS):
        return None
    tagged = is_open_to(by, "tags")
    readers = readers_of(gathering.space)
    for wall in spaces_offered_to(by, readable_walls(community, viewer)):
        if readers_of(wall).are_within(readers) and not (tagged and wall.required_tags):
            return wall
    return None


def _waits(gathering: Thread, by: Membership) -> bool:
    """Whether an album of it to which this person could add is read by a moderator first: nobody else sees it yet."""
    theirs = Q(album__adds=Album.Adds.MEMBERS) | Q(author=by)
    pending = Thread.objects.filter(theirs, album__gathering=gathering.pk, state=State.PENDING)
    return bool(pending.exists())


@transaction.atomic
def settle_album_of(gathering: Thread, *, by: Membership, community: Community) -> Thread:
    """The album of a gathering that this person adds to. Where there is none it begins, under the gathering’s name and
    open to every member; of several who send at once the first begins it.

    Raises AlbumWaits, NotAllowed (before anybody was there, too), and as `start_album`.
    """
    Thread.objects.select_for_update(of=("self",)).get(pk=gathering.pk)
    viewer = viewer_for(community, by)
    joining = joining_of(gathering, albums_of(gathering, viewer), community, viewer, by)
    if joining.album is not None:
        return joining.album
    if joining.waits:
        raise AlbumWaits
    if joining.wall is None:
        raise NotAllowed
    # It is read by everybody, not by its first sender alone.
    with override(gathering.language or community.language):
        body = _("Photographs of “%(title)s”, from everybody who took part.") % {"title": gathering.title}
    text = Written(gathering.title, f"<p>{escape(body)}</p>")
    wishes = Wishes(gathering=gathering.pk)
    return start_album(joining.wall, by=by, community=community, text=text, wishes=wishes)
