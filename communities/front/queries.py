"""What the home page shows: curated for visitors, personal for members."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.utils import timezone

from communities.content.kinds import KINDS, Kind, kind_of
from communities.content.managers import ThreadQuerySet
from communities.content.models import ReadMarker, Space, Thread
from communities.content.viewers import Viewer, readable_spaces
from communities.models import Community, Membership

ARTICLES = 4
THREADS = 8
WAITING = 3
FACES = 5
# More spaces than this are not compared for the home page; those first in order are.
SPACES = 24
WEEK = datetime.timedelta(days=7)
# A count that stops: "1,000 and more" is all that a home page needs to say.
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Story:
    """A text as the home page shows it; `picture` is its cover (url, srcset, sizes) or None."""

    thread: Thread
    picture: Mapping[str, str | int] | None
    drawing: str
    excerpt: str
    minutes: int


def _story(thread: Thread) -> Story:
    card = kind_of(thread).card(thread)
    return Story(thread, card.picture, card.drawing, card.excerpt, card.minutes)


@dataclass(frozen=True)
class Home:
    """One reader’s home page. `unread` holds the ids of threads with something new for them."""

    articles: list[Story]
    threads: list[Thread]
    waiting: list[Thread]
    people: list[Membership]
    newcomers: list[Membership] = field(default_factory=list)
    unread: frozenset[int] = frozenset()
    threads_this_week: int = 0


def visitor_home(community: Community, viewer: Viewer) -> Home:
    """What is this place, is it for me? Nothing personal, so that it can be kept for everybody."""
    articles, threads = _newest_articles(community, viewer), _lively_threads(community, viewer)
    return Home(
        articles=[_story(article) for article in articles],
        threads=threads,
        waiting=list(_waiting(viewer)[:WAITING]),
        people=_faces(articles, threads),
        threads_this_week=Thread.objects.visible_to(viewer)
        .filter(published_at__gte=timezone.now() - WEEK)[:MOST_COUNTED]
        .count(),
    )


def member_home(community: Community, viewer: Viewer, membership: Membership) -> Home:
    """What is new for me? What could I do?"""
    articles, threads = _newest_articles(community, viewer), _lively_threads(community, viewer)
    return Home(
        articles=[_story(article) for article in articles],
        threads=threads,
        waiting=list(_waiting(viewer).exclude(author=membership)[:WAITING]),
        people=_faces(articles, threads, but=membership),
        newcomers=list(Membership.objects.shown().newest().exclude(pk=membership.pk)[:FACES]),
        unread=_unread(membership, [*articles, *threads]),
    )


def _newest_articles(community: Community, viewer: Viewer) -> list[Thread]:
    kinds, spaces = _on_home(community, viewer, "stories")
    here = _only(viewer, spaces)
    articles = Thread.objects.visible_to(here).of_kind(
        *(name for kind in kinds for name in kind.thread_names)
    )
    sides = [side for kind in kinds for side in kind.sides]
    newest = articles.published_before().select_related("author", "space", *sides)
    return list(newest[:ARTICLES]) if here.space_ids else []


def _on_home(community: Community, viewer: Viewer, part: str) -> tuple[list[Kind], list[Space]]:
    """The kinds of content in a part of the home page, and their spaces."""
    kinds = [kind for kind in KINDS if kind.on_home == part]
    names = {kind.name for kind in kinds}
    return kinds, [space for space in readable_spaces(community, viewer) if space.kind in names]


def _lively_threads(community: Community, viewer: Viewer) -> list[Thread]:
    """The threads of all forums by last activity: each space gives its own first few, from its own index."""
    spaces = _on_home(community, viewer, "talk")[1][:SPACES]
    if not spaces:
        return []
    visible: ThreadQuerySet = Thread.objects.visible_to(_only(viewer, spaces))
    parts = [visible.in_space(space.pk).active_before().values("pk")[:THREADS] for space in spaces]
    first = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    lively = Thread.objects.filter(pk__in=first).order_by("-last_activity_at", "-id").with_people()
    return list(lively[:THREADS])


def _waiting(viewer: Viewer) -> ThreadQuerySet:
    """Questions without an answer, newest first."""
    questions: ThreadQuerySet = (
        Thread.objects.visible_to(viewer).unanswered().published_before().with_people()
    )
    return questions


def _only(viewer: Viewer, spaces: Iterable[Space]) -> Viewer:
    return replace(viewer, space_ids=tuple(space.pk for space in spaces))


def _faces(*lists: list[Thread], but: Membership | None = None) -> list[Membership]:
    """Those who wrote what is shown: who one will meet here. No query."""
    faces: dict[int, Membership] = {}
    for thread in (one for threads in lists for one in threads):
        for person in (
            thread.author,
            thread.last_author if "last_author" in thread._state.fields_cache else None,
        ):
            if (
                person is not None
                and person.is_active
                and not person.unclaimed
                and person.pk != getattr(but, "pk", 0)
            ):
                faces.setdefault(person.pk, person)
    return list(faces.values())[:FACES]


def _unread(membership: Membership, threads: list[Thread]) -> frozenset[int]:
    """Threads read less far than they go, or never opened since one joined."""
    markers = ReadMarker.objects.filter(membership=membership, thread__in=[thread.pk for thread in threads])
    read = dict(markers.values_list("thread_id", "position"))
    return frozenset(
        thread.pk
        for thread in threads
        if thread.last_position > read.get(thread.pk, 0)
        and (thread.pk in read or (thread.last_activity_at or thread.created_at) >= membership.joined_at)
    )
