"""What somebody reads on the pages, beside what the oracle says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from communities.content.models import Space, Tag, Thread
from communities.content.showing.reading import news_in, with_reader
from communities.content.viewers import Viewer, spaces_of, viewer_for
from communities.forums.queries import (
    latest_and_waiting,
    lives_of,
    solution_of,
    threads_by_activity,
    threads_by_publication,
    unanswered_threads,
)
from communities.models import Community, Membership
from communities.notifications.queries import News, page_of_news, unread_news
from tests.recounting.bells import KINDS, Bells
from tests.recounting.follows import Follows
from tests.recounting.oracle import FIRST_NEW, NEWS, SPACE_LIFE, SPACES, TAGS, THREADS, WAITING, Oracle

MANY = 200
Both = dict[str, tuple[Any, Any]]


@dataclass
class Readers:
    """Everybody who reads, one after the other. Lists follow from the spaces that somebody reads and from nothing else:
    they are asked for once for all who read the same."""

    oracle: Oracle
    bells: Bells
    follows: Follows
    community: Community
    # The threads that are listed to those who read these spaces.
    listed: dict[tuple[int, ...], list[Thread]] = field(default_factory=dict)
    viewers: list[Viewer] = field(default_factory=list)

    def differences(self, membership: Membership | None) -> Both:
        """Where the product says (first) something else than is right (second), for one reader or a visitor."""
        viewer = viewer_for(self.community, membership)
        forums = [space for space in spaces_of(self.community) if space.kind == "forum"]
        readable = {space.pk for space in forums if space.pk in viewer.space_ids}
        said: Both = {"spaces": (readable, self.oracle.ids(SPACES, viewer.membership_id))}
        if viewer.space_ids not in self.listed:
            self.viewers.append(viewer)
            said |= self._lists(viewer, forums) | self._figures(viewer, forums)
        if membership is not None:
            said |= self._marks(viewer, membership) | _bell(self.bells, viewer, membership)
        who = membership.display_name if membership else "visitor"
        return {f"{name} of {who}": both for name, both in said.items() if both[0] != both[1]}

    def _lists(self, viewer: Viewer, forums: list[Space]) -> Both:
        active = [one for space in forums for one in threads_by_activity(viewer, space).all_threads]
        self.listed[viewer.space_ids] = active
        newest = [one for space in forums for one in threads_by_publication(viewer, space).all_threads]
        waiting = [one for space in forums for one in unanswered_threads(viewer, space).threads]
        latest, also_waiting = latest_and_waiting(viewer, MANY, MANY)
        reader = viewer.membership_id
        right, unanswered = self.oracle.ids(THREADS, reader), self.oracle.ids(WAITING, reader)
        solved = {one.pk for one in active if one.asks and solution_of(one) is not None}
        return {
            "threads by activity": (_ids(active), right),
            "threads by publication": (_ids(newest), right),
            "latest threads": (_ids(latest), right),
            "unanswered": (_ids(waiting), unanswered),
            "unanswered at home": (_ids(also_waiting), unanswered),
            "marked as unanswered": ({one.pk for one in active if one.awaits_answer}, unanswered),
            "solved": ({one.pk for one in active if one.solved}, solved),
        }

    def _figures(self, viewer: Viewer, forums: list[Space]) -> Both:
        life = {one.space.pk: one.thread_count for one in lives_of(viewer, forums)}
        tags = {tag.pk: tag.readable for tag in Tag.objects.used().seen_by(viewer)}
        reader = viewer.membership_id
        return {
            "threads in spaces": (
                {pk: count for pk, count in life.items() if count},
                self.oracle.counts(SPACE_LIFE, reader),
            ),
            "threads of tags": (tags, self.oracle.counts(TAGS, reader)),
        }

    def _marks(self, viewer: Viewer, membership: Membership) -> Both:
        listed = self.listed[viewer.space_ids]
        seen = list(with_reader(Thread.objects.visible_to(viewer), membership.pk))
        opened = {one.pk: one.first_new for one in seen if one.read_to and one.first_new}
        followed = self.follows.of(membership.pk) & _ids(listed)
        return {
            "new": (news_in(listed, membership), self.oracle.counts(NEWS, membership.pk)),
            "the first new text": (opened, self.oracle.counts(FIRST_NEW, membership.pk)),
            "follows": ({one.pk for one in seen if one.follows}, followed),
        }


def _bell(bells: Bells, viewer: Viewer, membership: Membership) -> Both:
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
        for day in page.days:
            yield from day.news
        cursor = page.next_cursor
        if not cursor:
            return


def _told(news: Any) -> list[tuple[str, int, int, int]]:
    lines = [one.notification for one in news if one.notification.kind in KINDS]
    return sorted((line.kind, line.thread.pk, line.count, line.post.pk) for line in lines)


def _ids(threads: list[Thread]) -> set[int]:
    return {thread.pk for thread in threads}
