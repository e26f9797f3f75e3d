"""What albums may be of: threads of kinds for which people come together (`ThreadKind.gathers`)."""

from __future__ import annotations

from communities.content.kinds import THREAD_KINDS
from communities.content.managers import ThreadQuerySet
from communities.content.models import Thread
from communities.content.viewers import Viewer, viewer_for
from communities.models import Membership

# So many are offered, the latest that were announced.
MOST_OFFERED = 50


def gathering_kinds() -> list[str]:
    return [kind.name for kind in THREAD_KINDS if kind.gathers]


def gatherings_read_by(viewer: Viewer) -> ThreadQuerySet:
    """Those that this reader can open, the latest first."""
    threads = Thread.objects.visible_to(viewer).of_kind(*gathering_kinds())
    found: ThreadQuerySet = threads.select_related("space").order_by("-published_at", "-pk")
    return found


def gathering_said(viewer: Viewer, typed: str) -> Thread | None:
    """The one that an address or a form names by its number, however long ago it was announced; None for any other."""
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 19):
        return None
    found: Thread | None = gatherings_read_by(viewer).filter(pk=int(typed)).first()
    return found


def may_be_of(by: Membership, number: int) -> bool:
    """Whether this person may say that an album is of this thread: they can read it, and people came together for
    it."""
    viewer = viewer_for(by.community, by)
    return bool(gatherings_read_by(viewer).filter(pk=number).exists())
