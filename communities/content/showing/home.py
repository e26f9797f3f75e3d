"""What sections of the home page share, whatever kind of content they show."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace

from communities.content.models import Space, Thread
from communities.content.showing.reading import news_in
from communities.content.viewers import Viewer
from communities.homepage import Visit
from communities.models import Membership

FACES = 5


def faces_of(visit: Visit) -> list[Membership]:
    """The authors of what is shown, without the reader. No query."""
    return visit.once("content.faces", lambda: _faces(visit.threads, but=visit.membership))


def unread_of(visit: Visit) -> frozenset[int]:
    """The ids of the threads shown that have something new for the member who reads."""
    return visit.once("content.unread", lambda: frozenset(news_in(visit.threads, visit.membership)))


def line_of(thread: Thread) -> tuple[Hashable, ...]:
    """All that a line of the home page (content/thread_line.html) shows of a thread, its moment last. No query."""
    author, last = thread.author, thread.last_author if thread.reply_count else None
    face = author and (author.handle, author.display_name, author.portrait, author.drawing)
    states = (thread.kind, thread.solved, thread.answered, thread.reply_count)
    words = (thread.slug, thread.title, thread.language, thread.space.slug, thread.space.name)
    return (
        face,
        states,
        words,
        last and last.display_name,
        thread.last_activity_at if last else thread.published_at,
    )


def only(viewer: Viewer, spaces: Iterable[Space]) -> Viewer:
    """The same reader, limited to these spaces."""
    return replace(viewer, space_ids=tuple(space.pk for space in spaces))


def in_spaces(threads: list[Thread], spaces: Iterable[Space]) -> list[Thread]:
    """The threads with their spaces at hand, so that asking for them costs nothing."""
    known = {space.pk: space for space in spaces}
    for thread in threads:
        if thread.space_id in known:
            thread.space = known[thread.space_id]
    return threads


def _faces(threads: list[Thread], *, but: Membership | None) -> list[Membership]:
    faces: dict[int, Membership] = {}
    for thread in threads:
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
