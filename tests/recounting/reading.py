"""What somebody reads on the pages, beside what the oracle says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from communities.content.models import Space, Tag, Thread
from communities.content.showing.reading import news_in
from communities.content.viewers import Viewer, spaces_of, viewer_for
from communities.forums.queries import (
    latest_and_waiting,
    life_of,
    solution_of,
    threads_by_activity,
    threads_by_publication,
    unanswered_threads,
)
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.notifications.queries import News, page_of_news, unread_news
from tests.recounting.bells import KINDS, Bells
from tests.recounting.oracle import NEWS, SPACE_LIFE, TAGS, THREADS, WAITING, Oracle

MANY = 200


def differences(
    oracle: Oracle, bells: Bells, community: Community, reader: int | None
) -> dict[str, tuple[Any, Any]]:
    """Where the product says (first) something else than is right (second), for one reader or a visitor."""
    forget_all()
    membership = Membership.objects.get(pk=reader) if reader is not None else None
    viewer = viewer_for(community, membership)
    said = {**_lists(oracle, viewer, community, membership), **_figures(oracle, viewer, community)}
    if membership is not None:
        said |= _bell(bells, viewer, membership)
    who = membership.display_name if membership else "visitor"
    return {f"{name} of {who}": both for name, both in said.items() if both[0] != both[1]}


def _lists(
    oracle: Oracle, viewer: Viewer, community: Community, membership: Membership | None
) -> dict[str, tuple[Any, Any]]:
    spaces: list[Space] = spaces_of(community)
    active = [one for space in spaces for one in threads_by_activity(viewer, space).all_threads]
    newest = [one for space in spaces for one in threads_by_publication(viewer, space).all_threads]
    waiting = [one for space in spaces for one in unanswered_threads(viewer, space).threads]
    latest, also_waiting = latest_and_waiting(viewer, MANY, MANY)
    right, unanswered = oracle.ids(THREADS, viewer.membership_id), oracle.ids(WAITING, viewer.membership_id)
    solved = {one.pk for one in active if solution_of(one) is not None}
    return {
        "threads by activity": (_ids(active), right),
        "threads by publication": (_ids(newest), right),
        "latest threads": (_ids(latest), right),
        "unanswered": (_ids(waiting), unanswered),
        "unanswered at home": (_ids(also_waiting), unanswered),
        "marked as unanswered": ({one.pk for one in active if one.awaits_answer}, unanswered),
        "solved": ({one.pk for one in active if one.solved}, solved),
        "new": (
            news_in(active, membership),
            oracle.counts(NEWS, viewer.membership_id) if membership is not None else {},
        ),
    }


def _figures(oracle: Oracle, viewer: Viewer, community: Community) -> dict[str, tuple[Any, Any]]:
    life = {one.space.pk: one.thread_count for one in life_of(viewer, spaces_of(community))}
    return {
        "threads in spaces": (
            {pk: count for pk, count in life.items() if count},
            oracle.counts(SPACE_LIFE, viewer.membership_id),
        ),
        "threads of tags": (
            {tag.pk: tag.readable for tag in Tag.objects.used().seen_by(viewer)},
            oracle.counts(TAGS, viewer.membership_id),
        ),
    }


def _bell(bells: Bells, viewer: Viewer, membership: Membership) -> dict[str, tuple[Any, Any]]:
    every = list(_news(membership, viewer, only_unread=False))
    unread = list(_news(membership, viewer, only_unread=True))
    new, old = bells.seen(membership.pk)
    return {
        "new lines": (_told(one for one in every if one.is_new), new),
        "other lines": (_told(one for one in every if not one.is_new), old),
        "the tab of new lines": (_told(unread), new),
        "the badge": (unread_news(membership), sum(one.is_new for one in every)),
    }


def _news(membership: Membership, viewer: Viewer, *, only_unread: bool) -> Iterator[News]:
    cursor = ""
    while True:
        page = page_of_news(membership, viewer, before=cursor, only_unread=only_unread)
        yield from page.news
        cursor = page.next_cursor
        if not cursor:
            return


def _told(news: Any) -> list[tuple[str, int, int, int]]:
    lines = [one.notification for one in news if one.notification.kind in KINDS]
    return sorted((line.kind, line.thread.pk, line.count, line.post.pk) for line in lines)


def _ids(threads: list[Thread]) -> set[int]:
    return {thread.pk for thread in threads}
