"""What pages read of polls, and what search finds of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from communities.content.models import Post, Thread
from communities.content.permissions import reads_as_author
from communities.content.viewers import Viewer
from communities.keysets import NUMBER, Keyset, Page
from communities.models import Membership
from communities.polls.models import Ballot, Poll
from communities.polls.permissions import reads_reply
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


def poll_under(post: Post) -> Poll | None:
    """The poll under a reply, of one that comes back that of now."""
    return next(iter(polls_under([post])), None)


def polls_under(posts: Sequence[Post]) -> list[Poll]:
    """The polls under the replies of a page: one statement."""
    by_id = {post.pk: post for post in posts}
    polls = list(_of_posts(tuple(by_id)))
    for poll in polls:
        post = by_id[poll.post_id or 0]
        poll.post, poll.thread = post, post.thread
    return polls


def ballots_in(polls: Sequence[Poll], by: Membership | None) -> dict[int, Ballot]:
    """What somebody answered in each of these polls: one statement."""
    if by is None or not polls:
        return {}
    return {ballot.poll_id: ballot for ballot in _own_in(tuple(poll.pk for poll in polls), by.pk)}


_of_thread: CompiledRead[Poll] = CompiledRead(
    lambda thread: Poll.objects.of_now().under_text().filter(thread_id=thread)[:1]
)
_of_posts: CompiledRead[Poll] = CompiledRead(lambda posts: Poll.objects.of_now().of_posts(posts))
_own_in: CompiledRead[Ballot] = CompiledRead(
    lambda polls, voter: Ballot.objects.filter(poll_id__in=polls, voter_id=voter)
)
_own: CompiledRead[Ballot] = CompiledRead(
    lambda poll, voter: Ballot.objects.filter(poll_id=poll, voter_id=voter)[:1]
)


def reachable_poll(viewer: Viewer, pk: int, *, by: Membership | None) -> Poll | None:
    """A poll by its number, where this reader may open its text."""
    poll: Poll | None = Poll.objects.select_related("post__author").filter(pk=pk).first()
    if poll is None:
        return None
    threads = Thread.objects.select_related("space", "author", "community").filter(pk=poll.thread_id)
    thread = threads.reachable_by(viewer).first()
    if thread is None:
        thread = threads.get()
        if not reads_as_author(by, thread):
            return None
    poll.thread = thread
    if poll.post is not None:
        poll.post.thread = thread
        if not reads_reply(by, poll.post):
            return None
    return poll


def former_polls(poll: Poll, after: str) -> Page[Poll]:
    """Those that stood before where this one does, the latest first."""
    page = LATEST.newest_after(Poll.objects.where(poll).filter(current=False), after)
    for one in page.rows:
        one.thread, one.post = poll.thread, poll.post
    return page


def found_polls(words: str, languages: Sequence[str], most: int) -> dict[int, float]:
    """The threads in whose poll these words are, each with a rank."""
    with connection.cursor() as cursor:
        cursor.execute("select thread_id, rank from search_polls(%s, %s, %s)", [words, list(languages), most])
        return dict(cursor.fetchall())
