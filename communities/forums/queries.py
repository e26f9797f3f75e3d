"""What the forum's pages read: lists by keyset, one thread with everything its page says about it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Count,
    Exists,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Now

from communities.content.managers import ArrayPair, ThreadQuerySet
from communities.content.models import Post, PostMove, Space, Subscription, Thread
from communities.content.nesting import by_parent
from communities.content.queries import follow
from communities.content.showing.reading import PERSON, for_list, with_reader
from communities.content.viewers import Viewer
from communities.forums.models import KINDS, FeaturedThread, Question, SameQuestion
from communities.found import Found
from communities.keysets import MOMENT, NUMBER, Keyset
from communities.models import Membership
from communities.reads import CompiledRead

THREADS_PER_PAGE = 30
BY_ACTIVITY = Keyset(("last_activity_at", MOMENT), ("pk", NUMBER), size=THREADS_PER_PAGE)
BY_PUBLICATION = Keyset(("published_at", MOMENT), ("pk", NUMBER), size=THREADS_PER_PAGE)
# More pinned threads than this would hide the list.
MOST_PINNED = 10
# Of so many threads the order by reactions is made.
MOST_WEIGHED = 300
# Of so many questions the one that asked it first speaks.
MOST_AGAIN = 5
# Through so many threads that became part of another one the way to the first question is looked for.
MOST_MERGED = 5
# A count that stops, so that the list of spaces costs the same in the tenth year.
MOST_COUNTED = 1000
# What the page of a thread does not say of its author.
_NOT_READ = ("author__bio", "author__profile")
_ANSWER = (
    "community",
    "thread",
    "state",
    "position",
    "body_html",
    "published_at",
    "edited_at",
    "wiki_from",
    "reactions",
    "author",
    *(f"author__{name}" for name in PERSON),
)


@dataclass
class ListPage:
    """One page of a list, with the addresses' queries of its neighbours."""

    threads: Sequence[Thread]
    pinned: Sequence[Thread] = ()
    newer: str = ""
    older: str = ""

    @cached_property
    def all_threads(self) -> Sequence[Thread]:
        if isinstance(self.pinned, Found) and isinstance(self.threads, Found):
            return self.pinned.followed_by(self.threads)
        return [*self.pinned, *self.threads]


def threads_by_activity(viewer: Viewer, space: Space, *, after: str = "", before: str = "") -> ListPage:
    """A space's threads, pinned ones first, then by last activity. A broken cursor shows the first page."""
    below, above = BY_ACTIVITY.place(after), BY_ACTIVITY.place(before)
    if above and not below:
        rows = _active_after(viewer, space.pk, *above)
        if len(rows) > THREADS_PER_PAGE:
            rows = rows[:THREADS_PER_PAGE][::-1]
            return ListPage(rows, newer=BY_ACTIVITY.cursor(rows[0]), older=BY_ACTIVITY.cursor(rows[-1]))
        below = ()
    if not below:
        return _first_by_activity(viewer, space)
    found = _active_before.found(viewer, space.pk, *below)
    page = ListPage(found[:THREADS_PER_PAGE], older=BY_ACTIVITY.older_than(found))
    if found:
        page.newer = BY_ACTIVITY.cursor(found[0])
    return page


def _first_by_activity(viewer: Viewer, space: Space) -> ListPage:
    """The page that is asked for most, in one statement."""
    found = _begins_with.found(viewer, space.pk)
    numbers = found.column("pinned") if isinstance(found, Found) else (thread.pinned for thread in found)
    pinned = sum([number > 0 for number in numbers])
    rest = found[pinned:]
    return ListPage(rest[:THREADS_PER_PAGE], found[:pinned], older=BY_ACTIVITY.older_than(rest))


def threads_by_publication(viewer: Viewer, space: Space, *, after: str = "") -> ListPage:
    """A space's threads, pinned ones first, then the newest: for spaces that choose this order."""
    place = BY_PUBLICATION.place(after)
    found = _published_before.found(viewer, space.pk, *place)
    page = ListPage(found[:THREADS_PER_PAGE], older=BY_PUBLICATION.older_than(found))
    if not place:
        page.pinned = _pinned_first.found(viewer, space.pk)
    return page


def threads_by_reactions(viewer: Viewer, space: Space) -> ListPage:
    """Of the newest threads of a space, those whose first text has the most reactions; what has none is left out."""
    return ListPage(_most_reactions.found(viewer, space.pk))


def unanswered_threads(viewer: Viewer, space: Space, *, after: str = "") -> ListPage:
    """Questions of a space that wait for an answer, newest first."""
    threads = for_list(Thread.objects.visible_to(viewer).in_space(space.pk).unanswered())
    page = BY_PUBLICATION.page(threads.published_before(*BY_PUBLICATION.place(after)))
    return ListPage(page.rows, older=page.older)


def _of_space(viewer: Viewer, space_id: int) -> ThreadQuerySet:
    return for_list(Thread.objects.visible_to(viewer).in_space(space_id))


def _by_reactions(viewer: Viewer, space_id: int) -> ThreadQuerySet:
    """Only so many of the newest are weighed, so that it costs the same in the tenth year."""
    visible: ThreadQuerySet = Thread.objects.visible_to(viewer).in_space(space_id)
    newest = visible.filter(published_at__isnull=False).published_before().values("pk")[:MOST_WEIGHED]
    first = Post.objects.filter(
        community_id=OuterRef("community_id"), thread_id=OuterRef("pk"), position=1, state="published"
    )
    weighed = for_list(Thread.objects.visible_to(viewer).filter(pk__in=newest)).annotate(
        weight=Subquery(first.values("reaction_count")[:1])
    )
    ranked: ThreadQuerySet = weighed.filter(weight__gt=0).order_by("-weight", "-reply_count", "-id")
    return ranked[:THREADS_PER_PAGE]


# Each with one row more than a page has: whether there are others.
_MORE = THREADS_PER_PAGE + 1
_active_before: CompiledRead[Thread] = CompiledRead(
    lambda viewer, space_id, *place: _of_space(viewer, space_id).active_before(*place)[:_MORE]
)
_active_after: CompiledRead[Thread] = CompiledRead(
    lambda viewer, space_id, *place: _of_space(viewer, space_id).active_after(*place)[:_MORE]
)
_published_before: CompiledRead[Thread] = CompiledRead(
    lambda viewer, space_id, *place: (
        _of_space(viewer, space_id).filter(pinned=0).published_before(*place)[:_MORE]
    )
)
_most_reactions: CompiledRead[Thread] = CompiledRead(lambda viewer, space_id: _by_reactions(viewer, space_id))
_pinned_first: CompiledRead[Thread] = CompiledRead(
    lambda viewer, space_id: _of_space(viewer, space_id).pinned_first()[:MOST_PINNED]
)


def _pinned_and_active(viewer: Viewer, space_id: int) -> QuerySet[Thread]:
    """Each by its own part of the index, as if asked apart."""
    pinned = _of_space(viewer, space_id).pinned_first()[:MOST_PINNED]
    active = _of_space(viewer, space_id).active_before()[:_MORE]
    both: QuerySet[Thread] = pinned.union(active, all=True)
    return both.order_by("-pinned", "-last_activity_at", "-id")


_begins_with: CompiledRead[Thread] = CompiledRead(_pinned_and_active)


@dataclass(frozen=True)
class SpaceLife:
    """A space in the list of spaces: how much is in it, and when somebody last wrote there."""

    space: Space
    thread_count: int = 0
    active_at: datetime.datetime | None = None
    # Those that stand in it.
    inner: list[Space] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Whether there are more threads than were counted."""
        return self.thread_count >= MOST_COUNTED


def lives_of(viewer: Viewer, listed: list[Space]) -> list[SpaceLife]:
    """The spaces with their life, in one statement that reads a bounded part of each space’s own index; those that
    stand in another one of the list are named there alone."""
    groups = by_parent(listed)
    spaces = [space for space, _inner in groups]
    if not spaces:
        return []
    there = Thread.objects.visible_to(viewer).filter(space_id=OuterRef("pk"), last_activity_at__isnull=False)
    last = there.order_by("-last_activity_at").values("last_activity_at")
    counted = Func(
        ArraySubquery(there.values("pk")[:MOST_COUNTED]), function="cardinality", output_field=IntegerField()
    )
    # Each by its own part of the index of lists.
    found = Space.objects.filter(pk__in=[space.pk for space in spaces]).values_list(
        "pk", counted, Greatest(Subquery(last.filter(pinned=0)[:1]), Subquery(last.filter(pinned__gt=0)[:1]))
    )
    life = {space_id: (n, active_at) for space_id, n, active_at in found}
    return [SpaceLife(space, *life.get(space.pk, (0, None)), inner=inner) for space, inner in groups]


def latest_and_waiting(viewer: Viewer, latest: int, waiting: int) -> tuple[list[Thread], list[Thread]]:
    """New in the forum whatever the space, and questions without an answer, both newest first: one statement."""
    visible = Thread.objects.visible_to(viewer)
    newest = visible.of_kind(*KINDS).published_before().values("pk")[:latest]
    open_questions = visible.unanswered().published_before().values("pk")[:waiting]
    either = Thread.objects.visible_to(viewer).filter(pk__in=newest.union(open_questions, all=True))
    rows = list(for_list(either).published_before())
    return rows[:latest], [thread for thread in rows if thread.awaits_answer][:waiting]


def thread_for_page(viewer: Viewer, slug: str, by: Membership | None) -> Thread | None:
    """One thread with its author, its tags, how many of its replies are comments (`comments`, of a question), and how
    far this reader has read: one statement."""
    return _thread_for_page.first(viewer, slug, by.pk if by is not None else None)


def _thread_of_page(viewer: Viewer, slug: str, reader: int | None) -> ThreadQuerySet:
    threads: ThreadQuerySet = (
        Thread.objects.visible_to(viewer) if reader is None else Thread.objects.reachable_by(viewer)
    )
    threads = threads.of_kind(*KINDS).filter(slug=slug).select_related("author").defer(*_NOT_READ)
    threads = with_doubles(with_comments(threads.with_tags()), viewer)
    return with_reader(threads if reader is None else with_featured(threads), reader)[:1]


_thread_for_page: CompiledRead[Thread] = CompiledRead(_thread_of_page)


def thread_for_act(viewer: Viewer, slug: str) -> Thread | None:
    """One thread with its space and its community, as it is now, for somebody who does something with it."""
    return _thread_for_act.first(viewer, slug)


_thread_for_act: CompiledRead[Thread] = CompiledRead(
    lambda viewer, slug: (
        Thread.objects.reachable_by(viewer)
        .of_kind(*KINDS)
        .filter(slug=slug)
        .select_related("space", "community")[:1]
    ),
    name="thread_for_act",
)


def merged_into(slug: str) -> str:
    """The present name of the thread that one was merged into; "" where it was not."""
    moves = PostMove.objects.filter(source__slug=slug, whole=True)
    return moves.values_list("target__slug", flat=True).first() or ""


def with_comments(threads: ThreadQuerySet) -> ThreadQuerySet:
    """Adds how many replies of a question are comments rather than answers."""
    comments = Post.objects.filter(
        community_id=OuterRef("community_id"), thread_id=OuterRef("pk"), is_comment=True, state="published"
    )
    counted = comments.order_by().values("thread").annotate(n=Count("pk")).values("n")
    told = When(asks=True, then=Coalesce(Subquery(counted), 0))
    annotated: ThreadQuerySet = threads.annotate(
        comments=Case(told, default=Value(0), output_field=IntegerField())
    )
    return annotated


def with_featured(threads: ThreadQuerySet) -> ThreadQuerySet:
    """Adds whether a thread stands out now (`is_featured`), which those who look after its space change."""
    row = FeaturedThread.objects.filter(community_id=OuterRef("community_id"), thread_id=OuterRef("pk"))
    standing = row.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=Now()))
    annotated: ThreadQuerySet = threads.annotate(is_featured=Exists(standing))
    return annotated


def with_doubles(threads: ThreadQuerySet, viewer: Viewer) -> ThreadQuerySet:
    """Adds which questions were closed because they ask the same (`asked_again`: [[title, slug], …]), the last first,
    as far as this reader may open them."""
    again = SameQuestion.objects.filter(
        original=OuterRef("pk"), thread__state="published", thread__space_id__in=viewer.space_ids
    )
    pairs = again.order_by("-closed_at").annotate(pair=ArrayPair("thread__title", "thread__slug"))
    annotated: ThreadQuerySet = threads.annotate(asked_again=ArraySubquery(pairs.values("pair")[:MOST_AGAIN]))
    return annotated


@dataclass(frozen=True)
class AskedBefore:
    """Why a question is closed, and the one that asks the same; without it where this reader may not open it."""

    reason: str
    original: Thread | None


def asked_before(thread: Thread, viewer: Viewer) -> AskedBefore | None:
    """Of a closed question; where the one that it leads to was merged into another one since, that one."""
    row = SameQuestion.objects.filter(thread=thread).first()
    if row is None:
        return None
    there = Thread.objects.visible_to(viewer).select_related("space")
    numbers = [row.original_id]
    while len(numbers) <= MOST_MERGED:
        original: Thread | None = there.filter(pk=numbers[-1]).first()
        moved = PostMove.objects.filter(source=numbers[-1], whole=True)
        on = moved.values_list("target_id", flat=True).first() if original is None else None
        if on is None:
            return AskedBefore(row.reason, original)
        numbers.append(on)
    return AskedBefore(row.reason, None)


@dataclass(frozen=True)
class Solution:
    """The accepted answer of a question and who confirmed it."""

    post: Post
    confirmed_by: str


def solution_of(thread: Thread) -> Solution | None:
    """The accepted answer, while it can be read; asked for solved questions only."""
    question = _solved.first(thread.pk)
    if question is None or question.accepted is None:
        return None
    question.accepted.thread = thread
    return Solution(question.accepted, question.accepted_by.display_name if question.accepted_by else "")


_solved: CompiledRead[Question] = CompiledRead(
    lambda thread_id: (
        Question.objects.filter(thread_id=thread_id, accepted__state="published")
        .select_related("accepted__author", "accepted_by")
        .only("accepted_by__display_name", *(f"accepted__{name}" for name in _ANSWER))[:1]
    )
)


def follows_space(space: Space, by: Membership) -> bool:
    return bool(Subscription.objects.following().filter(space=space, membership=by).exists())


def new_address(path: str, viewer: Viewer) -> str:
    """Where a former address of this community leads now; empty for one that is unknown, or closed to this reader."""
    return follow([path[:400]], viewer)
