"""Photographs of what people came together for, added from its own page: into its album, which the first of them
begins."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override

from communities.albums.permissions import UPLOADS, can_add_photographs
from communities.albums.queries import albums_of, readable_walls
from communities.albums.services import Wishes, Written, start_album
from communities.content.beside import have_gathered
from communities.content.models import Space, Thread
from communities.content.permissions import spaces_open_to
from communities.content.viewers import Viewer, viewer_for
from communities.exceptions import NotAllowed
from communities.launch.features import is_open_to
from communities.models import Community, Membership


def album_to_add_to(albums: Iterable[Thread], by: Membership | None) -> Thread | None:
    """Of the albums of a gathering, the latest first, the one that this person adds to."""
    return next((album for album in albums if can_add_photographs(by, album)), None)


def wall_to_begin_on(community: Community, viewer: Viewer, by: Membership | None) -> Space | None:
    """Where this person would begin an album of it: the first space of photographs in which they may."""
    if by is None or not is_open_to(by, UPLOADS):
        return None
    return next(iter(spaces_open_to(by, readable_walls(community, viewer))), None)


@transaction.atomic
def settle_album_of(gathering: Thread, *, by: Membership, community: Community) -> Thread:
    """The album of a gathering that this person adds to. Where there is none it begins, under the gathering’s name and
    open to every member; of several who send at once the first begins it.

    Raises NotAllowed before anybody was there, and as `start_album`.
    """
    if not have_gathered(gathering):
        raise NotAllowed
    Thread.objects.select_for_update(of=("self",)).get(pk=gathering.pk)
    viewer = viewer_for(community, by)
    known = album_to_add_to(albums_of(gathering, viewer), by)
    if known is not None:
        return known
    wall = wall_to_begin_on(community, viewer, by)
    if wall is None:
        raise NotAllowed
    # It is read by everybody, not by its first sender alone.
    with override(gathering.language or community.language):
        body = _("Photographs of “%(title)s”, from everybody who was there.") % {"title": gathering.title}
    text = Written(gathering.title, f"<p>{escape(body)}</p>")
    return start_album(wall, by=by, community=community, text=text, wishes=Wishes(gathering=gathering.pk))
