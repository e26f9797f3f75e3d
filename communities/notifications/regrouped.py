"""That what somebody wrote stands in another thread now: one that theirs was merged into, or a new one."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.content.models import Post, PostMove, Thread
from communities.content.viewers import people_who_read, viewer_for
from communities.models import Membership
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare
from communities.notifications.models import Notification
from communities.notifications.services import tell
from communities.queries import local_path
from communities.signals import posts_moved, thread_merged, thread_split


class _Regrouped(Notice):
    """As long as it was not undone, and the thread where the posts are can be read."""

    icon = "merge"

    def audience(self, people: list[int], about: About) -> list[int]:
        return people_who_read(about.thread.space, people)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if "regrouped" not in reading.memo:
            viewer = viewer_for(reading.community, reading.membership)
            ids = {
                int(one.occasion) for one in reading.lines if one.kind in NAMES and one.occasion.isdecimal()
            }
            there = Thread.objects.visible_to(viewer).values("pk")
            moves = PostMove.objects.filter(pk__in=ids, target__in=there)
            rows = moves.select_related("source", "target__space")
            reading.memo["regrouped"] = {move.pk: move for move in rows}
        line.move = reading.memo["regrouped"].get(int(line.occasion) if line.occasion.isdecimal() else 0)
        return line.move is not None

    def address(self, line: Line) -> str:
        return str(line.move.target.get_absolute_url())

    def titles(self, line: Line) -> dict[str, str]:
        return {"title": line.move.source.title, "into": line.move.target.title}


@declare
class ThreadMerged(_Regrouped):
    name = "thread_merged"
    label = gettext_lazy("A thread that I wrote in was merged")
    heading = Heading.TEXTS
    order = 78
    question = gettext_lazy("A thread that I wrote in is merged with another one")

    def sentence(self, line: Line) -> str:
        return _("“%(title)s” is part of another thread now: %(into)s") % self.titles(line)

    def words(self, line: Line) -> Words:
        lead = _("Everything said in either is there, in order of date. Links still work.")
        return Words(lead, _("See the thread"), _("You wrote in one of them."), self.sentence(line))


@declare
class PostsSplit(_Regrouped):
    name = "posts_split"
    label = gettext_lazy("Posts of mine begin another thread")
    heading = Heading.TEXTS
    order = 79
    question = gettext_lazy("Posts of mine are taken into a new thread")

    def sentence(self, line: Line) -> str:
        return _("What you wrote in “%(title)s” is now a thread of its own: %(into)s") % self.titles(line)

    def words(self, line: Line) -> Words:
        lead = _("A line in its old place leads there. Links to it still work.")
        return Words(lead, _("See the thread"), _("You wrote some of it."), self.sentence(line))


NAMES = frozenset({ThreadMerged.name, PostsSplit.name})


@receiver(posts_moved, dispatch_uid="notifications.posts_moved")
def follow_posts(
    sender: type[Thread], source: Thread, target: Thread, post_ids: list[int], **_extra: Any
) -> None:
    """Lines about posts are about the thread in which these stand: reading that reads them."""
    Notification.objects.filter(thread=source, post__in=post_ids).update(thread=target)


@receiver(thread_merged, dispatch_uid="notifications.thread_merged")
def tell_of_merging(
    sender: type[Thread], move: PostMove, source: Thread, target: Thread, by: Membership, **_extra: Any
) -> None:
    """Whoever wrote in either, or began it."""
    _tell(ThreadMerged, move, source, target, by, Post.objects.filter(thread=target))


@receiver(thread_split, dispatch_uid="notifications.thread_split")
def tell_of_splitting(
    sender: type[Thread], move: PostMove, source: Thread, target: Thread, by: Membership, **_extra: Any
) -> None:
    """Whoever wrote the posts that went."""
    _tell(PostsSplit, move, source, target, by, Post.objects.filter(thread=target))


def _tell(
    notice: type[Notice], move: PostMove, source: Thread, target: Thread, by: Membership, posts: Any
) -> None:
    written = (
        posts.filter(state="published", author__isnull=False).order_by().values_list("author_id", flat=True)
    )
    people = sorted(set(written.distinct()) - {by.pk})
    target = Thread.objects.select_related("space").get(pk=target.pk)
    path = local_path(target.get_absolute_url())
    tell(notice, people, About(thread=target, actor=by, path=path, occasion=str(move.pk)))
