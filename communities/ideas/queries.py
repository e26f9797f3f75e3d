"""What pages read of boxes and ideas: lists by keyset, an idea with what stands beside it, whose votes are whose."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import HttpRequest

from communities.content.managers import BY_PUBLICATION, ThreadQuerySet
from communities.content.models import Post, Space, State, Thread
from communities.content.queries import follow
from communities.content.showing.reading import with_reader
from communities.content.showing.rewards import labelled
from communities.content.text.extracts import excerpt
from communities.content.viewers import Viewer, readable_spaces, viewer_of
from communities.ideas.models import IDEA, IDEAS, Answer, Box, Idea, Vote
from communities.keysets import MOMENT, NUMBER, Keyset, Page
from communities.memory import Memory
from communities.models import Community, Membership

IDEAS_PER_PAGE = 20
BY_VOTES = Keyset(("votes", NUMBER), ("pk", NUMBER), size=IDEAS_PER_PAGE)
BY_ANSWER = Keyset(("answered_at", MOMENT), ("pk", NUMBER), size=IDEAS_PER_PAGE)
# Characters of its text that a row of a list says.
EXTRACT = 160
# What one page says of an idea’s past, and of ideas that were merged into it.
MOST_ANSWERS, MOST_MERGED = 30, 20
# Of what is overdue on one page.
MOST_OVERDUE = 10

_boxes: Memory[dict[int, Box]] = Memory(
    lambda community_id: {box.pk: box for box in Box.objects.filter(community_id=community_id)}
)


def box_of(space: Space) -> Box:
    """What a space of ideas asks, remembered for a second; one without dates where nobody has said anything yet."""
    return _boxes.get(space.community_id).get(space.pk) or Box(space=space)


def box_for_page(space: Space) -> Box:
    """The same as it is now, with its sponsor and the box of the year before: one statement."""
    known = Box.objects.select_related("sponsor", "former__space").filter(pk=space.pk).first()
    box: Box = known or Box(space=space)
    box.space = space
    return box


def next_box(box: Box) -> Box | None:
    """The box of the year after, if there is one."""
    found: Box | None = Box.objects.select_related("space").filter(former=box.pk).first()
    return found


def readable_boxes(community: Community, viewer: Viewer) -> list[Space]:
    return readable_spaces(community, viewer, IDEAS)


def has_boxes(request: HttpRequest) -> bool:
    """Whether there is a box that this reader may open: a place in the header leads to something."""
    visit: Any = request
    return bool(readable_boxes(visit.community, viewer_of(request)))


@dataclass
class Row:
    """An idea in a list: its thread (with `idea` and author), and how it begins."""

    thread: Thread
    extract: str = ""


def rows_of(threads: Sequence[Thread]) -> list[Row]:
    """One statement for how all of them begin."""
    bodies = {post.thread_id: post for post in Post.objects.bodies_of([one.pk for one in threads])}
    return [
        Row(one, labelled(body, excerpt(body.body_html, EXTRACT)) if (body := bodies.get(one.pk)) else "")
        for one in threads
    ]


def ideas_of(viewer: Viewer, space: Space) -> ThreadQuerySet:
    """The living ideas of a box that the viewer may read, with author and what stands beside them."""
    threads: ThreadQuerySet = Thread.objects.visible_to(viewer).in_space(space.pk)
    return threads.filter(idea__box=space.pk, idea__merged_into__isnull=True).select_related("author", "idea")


def by_votes(threads: ThreadQuerySet, place: tuple[int, ...] = ()) -> ThreadQuerySet:
    """Those with most votes first, in the order of the index; from a place of `BY_VOTES` on."""
    if place:
        votes, last_id = place
        threads = threads.filter(idea__votes__lte=votes).filter(Q(idea__votes__lt=votes) | Q(pk__lt=last_id))
    ordered: ThreadQuerySet = threads.annotate(votes=F("idea__votes")).order_by("-idea__votes", "-idea__pk")
    return ordered


def listed_ideas(viewer: Viewer, space: Space, *, order: str, status: str, after: str) -> Page[Thread]:
    """A page of a box: by votes or newest first, all of them or those of one state."""
    threads = ideas_of(viewer, space)
    if status:
        threads = threads.filter(idea__status=status)
    if order == "new" and not status:
        return BY_PUBLICATION.page(threads.published_before(*BY_PUBLICATION.place(after)))
    return BY_VOTES.page(by_votes(threads, BY_VOTES.place(after)))


def winners_of(viewer: Viewer, box: Box) -> list[Thread]:
    """Those with most votes, as many as the box says; one without a vote wins nothing."""
    return list(by_votes(ideas_of(viewer, box.space).filter(idea__votes__gt=0))[: box.winners])


def answered_ideas(viewer: Viewer, status: str, *, after: str, space: Space | None = None) -> Page[Thread]:
    """Ideas of one state with the answer that says it, the latest first: of a box, or of all that may be read."""
    threads = Thread.objects.visible_to(viewer).of_kind(IDEA)
    if space is not None:
        threads = threads.in_space(space.pk).filter(idea__box=space.pk)
    answered = threads.filter(
        idea__merged_into__isnull=True, idea__status=status, idea__answered_at__isnull=False
    )
    place = BY_ANSWER.place(after)
    if place:
        at, last_id = place
        answered = answered.filter(idea__answered_at__lte=at).filter(
            Q(idea__answered_at__lt=at) | Q(pk__lt=last_id)
        )
    answered = answered.annotate(answered_at=F("idea__answered_at"))
    answered = answered.select_related("space", "author", "idea__answer__author")
    return BY_ANSWER.page(answered.order_by("-idea__answered_at", "-idea__pk"))


def worth_of(viewer: Viewer, box: Box) -> tuple[int, Decimal]:
    """How many delivered ideas of a box have a value, and what they have brought together."""
    valued = ideas_of(viewer, box.space).filter(idea__status=Idea.Status.DELIVERED, idea__worth__isnull=False)
    sums = valued.order_by().aggregate(n=Count("pk"), worth=Sum("idea__worth"))
    return sums["n"], sums["worth"] or Decimal(0)


def idea_for_page(viewer: Viewer, slug: str, by: Membership | None) -> Thread | None:
    """One idea with its author, tags, what stands beside it, and how far this reader has read: one statement."""
    reader = by.pk if by is not None else None
    threads = Thread.objects.visible_to(viewer) if reader is None else Thread.objects.reachable_by(viewer)
    beside = ("author", "space", "idea__owner", "idea__answer__author", "idea__merged_into__thread")
    found = threads.of_kind(IDEA).filter(slug=slug).select_related(*beside).with_tags()
    thread: Thread | None = with_reader(found, reader).first()
    return thread


def idea_for_act(viewer: Viewer, slug: str) -> Thread | None:
    """One idea as it is now, for somebody who does something with it."""
    found: Thread | None = (
        Thread.objects.reachable_by(viewer)
        .of_kind(IDEA)
        .filter(slug=slug)
        .select_related("space", "community", "idea__owner", "idea__merged_into__thread")
        .first()
    )
    return found


def answers_of(idea: Idea) -> list[Answer]:
    """What the team has answered, the latest first."""
    return list(Answer.objects.filter(idea=idea).select_related("by", "post").order_by("-pk")[:MOST_ANSWERS])


def merged_into(idea: Idea, viewer: Viewer) -> list[Idea]:
    """The ideas that were merged into this one, the latest first, as far as their threads can be read."""
    readable = Idea.objects.filter(thread__state="published", thread__space__in=viewer.space_ids)
    joined = readable.filter(merged_into=idea).select_related("thread__space")
    return list(joined.order_by("-merged_at", "-pk")[:MOST_MERGED])


@dataclass(frozen=True)
class Purse:
    """Somebody’s votes in a box: how many they have, how many are given, and for which of the ideas that are shown."""

    each: int = 0
    spent: int = 0
    mine: frozenset[int] = field(default_factory=frozenset)

    @property
    def left(self) -> int:
        return max(self.each - self.spent, 0)

    @property
    def coins(self) -> list[bool]:
        """One for each vote: whether it is given."""
        return [n < self.spent for n in range(self.each)]


def purse_of(box: Box, by: Membership | None, shown: Collection[int] = ()) -> Purse:
    """One statement; nothing for visitors. Of votes that cost nothing any more, which grow with the years, only those
    for ideas that are `shown` are read."""
    if by is None:
        return Purse(box.votes_each)
    votes = Vote.objects.filter(Q(place__isnull=False) | Q(idea__in=list(shown)), box=box.pk, voter=by.pk)
    rows = list(votes.values_list("idea_id", "place", "idea__thread__state"))
    spent = sum(place is not None and state == State.PUBLISHED for _idea, place, state in rows)
    return Purse(box.votes_each, spent, frozenset(idea for idea, _place, _state in rows))


def overdue_for(by: Membership, viewer: Viewer, today: datetime.date) -> list[Idea]:
    """What somebody promised to answer by a day that has passed, as owner or sponsor."""
    waiting: QuerySet[Idea] = Idea.objects.overdue(today).promised_by(by.pk)
    readable = waiting.filter(thread__state="published", thread__space__in=viewer.space_ids)
    return list(readable.select_related("thread__space")[:MOST_OVERDUE])


def new_address(path: str, viewer: Viewer) -> str:
    """Where a former address of this community leads now; empty for one that is unknown, or closed to this reader."""
    return follow([path[:400]], viewer)
