"""What pages read of polls, and what search finds of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from communities.content.models import Thread
from communities.content.permissions import reads_as_author
from communities.content.viewers import Viewer
from communities.keysets import NUMBER, Keyset, Page
from communities.models import Membership
from communities.polls.models import Ballot, Poll
from communities.reads import CompiledRead

LATEST = Keyset(("pk", NUMBER), size=20)


def poll_of(thread: Thread) -> Poll | None:
    """The poll under a thread that was fetched visibly, of one that comes back that of now: one statement."""
    poll = _of_thread.first(thread.pk)
    if poll is not None:
        poll.thread = thread
    return poll


def ballot_of(poll: Poll, by: Membership | None) -> Ballot | None:
    return _own.first(poll.pk, by.pk) if by is not None else None


_of_thread: CompiledRead[Poll] = CompiledRead(
    lambda thread: Poll.objects.of_now().filter(thread_id=thread)[:1]
)
_own: CompiledRead[Ballot] = CompiledRead(
    lambda poll, voter: Ballot.objects.filter(poll_id=poll, voter_id=voter)[:1]
)


def reachable_poll(viewer: Viewer, pk: int, *, by: Membership | None) -> Poll | None:
    """A poll by its number, where this reader may open its text."""
    poll: Poll | None = Poll.objects.filter(pk=pk).first()
    if poll is None:
        return None
    threads = Thread.objects.select_related("space", "author", "community").filter(pk=poll.thread_id)
    thread = threads.reachable_by(viewer).first()
    if thread is None:
        thread = threads.get()
        if not reads_as_author(by, thread):
            return None
    poll.thread = thread
    return poll


def former_polls(thread: Thread, after: str) -> Page[Poll]:
    """Those that stood under a text before, the latest first."""
    page = LATEST.newest_after(Poll.objects.filter(thread=thread, current=False), after)
    for poll in page.rows:
        poll.thread = thread
    return page


def found_polls(words: str, languages: Sequence[str], most: int) -> dict[int, float]:
    """The threads in whose poll these words are, each with a rank."""
    with connection.cursor() as cursor:
        cursor.execute("select thread_id, rank from search_polls(%s, %s, %s)", [words, list(languages), most])
        return dict(cursor.fetchall())
