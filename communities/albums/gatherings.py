"""What albums may be of: threads of kinds for which people come together (`ThreadKind.gathers`)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext

from communities.content.kinds import THREAD_KINDS
from communities.content.managers import ThreadQuerySet
from communities.content.models import Thread
from communities.content.viewers import Viewer, readable_spaces, viewer_for
from communities.models import Community, Membership

# So many are offered, the latest that were announced.
MOST_OFFERED = 50


def gathering_kinds() -> list[str]:
    return [kind.name for kind in THREAD_KINDS if kind.gathers]


def gatherings_read_by(viewer: Viewer) -> ThreadQuerySet:
    """Those that this reader can open, the latest first."""
    threads = Thread.objects.visible_to(viewer).of_kind(*gathering_kinds())
    found: ThreadQuerySet = threads.select_related("space").order_by("-published_at", "-pk")
    return found


def offered_gatherings(viewer: Viewer, community: Community) -> list[Thread]:
    """The latest of them: those of each space in which there are such by its own index, whatever others hold."""
    homes = {kind.kind.name for kind in THREAD_KINDS if kind.gathers}
    spaces = [space.pk for space in readable_spaces(community, viewer) if space.kind in homes]
    if not spaces:
        return []
    found = gatherings_read_by(viewer)
    parts = [found.in_space(pk).values("pk")[:MOST_OFFERED] for pk in spaces]
    latest = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return list(found.filter(pk__in=latest)[:MOST_OFFERED])


def labels_of(threads: Sequence[Thread]) -> dict[int, str]:
    """How each is called where one is chosen: with its day, since dates that repeat have one name."""
    days: dict[int, datetime.date] = {}
    for kind in THREAD_KINDS:
        if kind.gathers and (here := [one.pk for one in threads if one.kind == kind.name]):
            days |= kind.days(here)
    return {one.pk: _with_day(one, days.get(one.pk)) for one in threads}


def _with_day(thread: Thread, day: datetime.date | None) -> str:
    if day is None:
        return thread.title
    return gettext("%(title)s, %(day)s") % {"title": thread.title, "day": date_format(day)}


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
