"""The photographs of an event or a challenge, on its own page: what the seam of the kinds draws there."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.urls import reverse

from communities.albums.forms import MOST_AT_ONCE
from communities.albums.joining import joining_of
from communities.albums.permissions import FEATURE
from communities.albums.queries import albums_of, readable_walls
from communities.content.beside import Beside, register_beside
from communities.content.kinds import THREAD_KINDS
from communities.content.models import Thread
from communities.content.permissions import spaces_offered_to
from communities.content.viewers import viewer_of
from communities.middleware import CommunityRequest


def draw_albums(thread: Thread, request: CommunityRequest) -> str:
    """The latest albums of it, a form to add to one, a way to start another; nothing where there is none of them."""
    viewer = viewer_of(request)
    walls = readable_walls(request.community, viewer)
    if not walls or not thread.is_published:
        return ""
    albums = albums_of(thread, viewer)
    by = request.membership
    starts = by is not None and bool(spaces_offered_to(by, walls))
    joining = joining_of(thread, albums, request.community, viewer, by)
    adds = joining.space is not None
    if not (albums or starts or adds or joining.waits):
        return ""
    context = {
        "albums": albums,
        "most": MOST_AT_ONCE,
        "joining": joining,
        "asked": THREAD_KINDS[thread.kind].asks_who_came,
        "add_url": reverse("photos:add-to-gathering", args=[thread.pk]) if adds else "",
        "start_url": f"{reverse('photos:choose-wall')}?of={thread.pk}" if starts else "",
    }
    return render_to_string("photos/beside.html", context, request)


def register() -> None:
    register_beside(Beside("albums", FEATURE, draw_albums))
