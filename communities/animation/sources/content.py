"""Questions without an answer, texts that will not appear as planned, spaces where nobody writes."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.animation.permissions import can_see_today
from communities.animation.today.matters import DONE_HERE, Elsewhere, Matter, Named, Scope, Source, outcome
from communities.animation.today.replied import replies_since
from communities.content.models import Post, Space, State, Thread
from communities.content.services import reply_to
from communities.content.text.extracts import excerpt
from communities.exceptions import DomainError
from communities.models import Membership

DAY = datetime.timedelta(days=1)
# A space is quiet after so long; what nobody ever wrote in is a matter of setting up.
QUIET = datetime.timedelta(days=9)
# Publishing runs every minute: what is later than that is stuck.
STUCK = datetime.timedelta(minutes=15)
# Older questions are a matter of tidying up, not of this morning.
OLDEST = datetime.timedelta(days=60)
QUOTED = 320
MINUTES_TO_ANSWER = 5


class Questions(Source):
    """Questions older than a day that nobody has answered."""

    name = "unanswered"
    label = gettext_lazy("Question without an answer")
    task = gettext_lazy("Answer questions that nobody has answered")
    order = 40
    shared = True
    # Many open the thread and answer there.
    is_elsewhere = True

    def may(self, viewer: Membership) -> bool:
        return can_see_today(viewer)

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        waiting = Thread.objects.visible_to(scope.reader).unanswered().exclude(author=scope.viewer)
        old = waiting.filter(
            published_at__lt=scope.now - DAY, published_at__gt=scope.now - OLDEST, locked=False
        )
        rows = list(
            scope.narrowed(old).select_related("author", "space").order_by("published_at", "pk")[:limit]
        )
        bodies = {post.thread_id: post for post in Post.objects.bodies_of([row.pk for row in rows])}
        return [self._matter(row, bodies.get(row.pk), scope) for row in rows]

    def _matter(self, thread: Thread, body: Post | None, scope: Scope) -> Matter:
        assert thread.published_at is not None  # the query has looked
        days = max((scope.now - thread.published_at).days, 1)
        waits = ngettext("%(n)s day without an answer", "%(n)s days without an answer", days) % {"n": days}
        return Matter(
            str(thread.pk),
            thread.title,
            MINUTES_TO_ANSWER,
            thread.published_at,
            people=1,
            facts=(waits, thread.space.name),
            url=thread.get_absolute_url(),
            act=_("Open the thread"),
            quote=excerpt(body.body_html, QUOTED) if body else "",
            quoted=thread.author,
            form="animation/today/reply.html",
        )

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        return _by_title(Thread.objects.visible_to(scope.reader).filter(pk__in=keys))

    def done_elsewhere(self, scope: Scope, since: datetime.datetime) -> Sequence[Elsewhere]:
        """Questions of others that the viewer was the first to answer, however long they had waited."""
        replies = replies_since(scope, since)
        if not replies:
            return []
        earlier = Post.objects.filter(
            thread=OuterRef("thread"),
            position__gt=1,
            position__lt=OuterRef("position"),
            is_comment=False,
            state=State.PUBLISHED,
        ).exclude(author=OuterRef("thread__author"))
        first = Post.objects.filter(
            ~Exists(earlier), pk__in=list(replies), is_comment=False, thread__asks=True
        )
        rows = first.exclude(thread__author=scope.viewer).values_list("thread_id", "published_at")
        here = scope.memo.get(DONE_HERE, ())
        return [Elsewhere(key, at, MINUTES_TO_ANSWER) for key, at in rows if (self.name, key) not in here]

    def act(self, key: str, scope: Scope, data: QueryDict) -> str:
        found = Thread.objects.visible_to(scope.reader).select_related("space").filter(pk=int(key)).first()
        if found is None:
            raise DomainError(_("This question is no longer there."))
        found.community = scope.community
        post = reply_to(found, by=scope.viewer, body=data.get("words", ""), body_format="markdown")
        return outcome(post, _("Your answer is posted: “%(title)s”.") % {"title": found.title})


class Scheduled(Source):
    """Texts that were to appear and have not, or that will not: their hour is over, or their author may not write."""

    name = "scheduled"
    label = gettext_lazy("Scheduled text with a problem")
    order = 50
    rests = DAY

    def may(self, viewer: Membership) -> bool:
        return viewer.can_judge

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        gone = Q(author__isnull=True) | ~Q(author__status=Membership.Status.ACTIVE)
        silent = Q(author__read_only_until__gt=scope.now) | Q(author__suspended_until__gt=scope.now)
        late = Q(scheduled_for__lt=scope.now - STUCK)
        rows = Thread.objects.filter(late | gone | silent | Q(space__archived=True), state="scheduled")
        rows = scope.narrowed(rows).filter(space_id__in=scope.reader.staff_space_ids)
        found = rows.select_related("author", "space").order_by("scheduled_for", "pk")[:limit]
        return [self._matter(row, scope) for row in found]

    def _matter(self, thread: Thread, scope: Scope) -> Matter:
        assert thread.scheduled_for is not None  # a constraint holds it
        late = thread.scheduled_for < scope.now - STUCK
        why = _("its time has passed") if late else _("its author may no longer write")
        return Matter(
            str(thread.pk),
            _("“%(title)s” does not appear as planned") % {"title": thread.title},
            3,
            thread.created_at,
            harm=2,
            due=thread.scheduled_for,
            facts=(why, thread.space.name),
            url=thread.get_absolute_url(),
            act=_("Look at it"),
        )

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        return _by_title(Thread.objects.reachable_by(scope.reader).filter(pk__in=keys))


def _by_title(threads: Any) -> dict[int, Named]:
    found: Iterable[Thread] = threads.select_related("space")
    return {thread.pk: Named(thread.title, thread.get_absolute_url()) for thread in found}


class QuietSpaces(Source):
    """Spaces that have lived, and where nobody has written for nine days."""

    name = "quiet-spaces"
    label = gettext_lazy("Quiet space")
    task = gettext_lazy("Start something in a quiet space")
    order = 80
    shared = True
    rests = datetime.timedelta(days=14)

    def may(self, viewer: Membership) -> bool:
        return viewer.can_judge

    def due(self, scope: Scope, limit: int) -> Sequence[Matter]:
        live = Thread.objects.filter(
            space=OuterRef("pk"), pinned=0, last_activity_at__isnull=False, state="published"
        )
        last = live.order_by("-last_activity_at").values("last_activity_at")[:1]
        spaces = Space.objects.visible_to(scope.reader).filter(archived=False).annotate(last=Subquery(last))
        quiet = scope.narrowed(spaces).filter(last__lt=scope.now - QUIET).order_by("last", "pk")
        return [self._matter(space, scope) for space in quiet[:limit]]

    def named(self, keys: Collection[int], scope: Scope) -> Mapping[int, Named]:
        spaces: Iterable[Space] = Space.objects.visible_to(scope.reader).filter(pk__in=keys)
        return {space.pk: Named(space.name, space.get_absolute_url()) for space in spaces}

    def _matter(self, space: Space, scope: Scope) -> Matter:
        last: datetime.datetime = space.last  # type: ignore[attr-defined]
        days = (scope.now - last).days
        said = ngettext("nobody has written for %(n)s day", "nobody has written for %(n)s days", days)
        return Matter(
            str(space.pk),
            _("“%(space)s” is quiet") % {"space": space.name},
            8,
            last + QUIET,
            facts=(said % {"n": days},),
            url=space.get_absolute_url(),
            act=_("Go there, and start something"),
        )
