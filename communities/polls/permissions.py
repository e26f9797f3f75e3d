"""Who votes, who writes a poll, who reads its result."""

from __future__ import annotations

from communities.content.audiences import looks_after
from communities.content.insets import may_put_under
from communities.content.kinds import kind_of
from communities.content.models import Post, Thread
from communities.content.permissions import can_edit_thread, can_take_part, is_author, moderates
from communities.launch.features import is_open_to
from communities.models import Membership
from communities.polls.models import Ballot, Poll

FEATURE = "polls"


def can_vote(membership: Membership | None, poll: Poll) -> bool:
    """Whoever may take part in its text, by replying where there are replies; nobody who may not write for now. Whether
    it is still open is another question."""
    return (
        membership is not None
        and poll.has_its_text
        and can_take_part(membership, poll.thread)
        and is_open_to(membership, FEATURE)
    )


def can_add_answer(membership: Membership | None, poll: Poll) -> bool:
    """Whoever may vote, where its author lets them. How many they have added is another question."""
    return poll.additions > 0 and takes_added(poll.thread) and can_vote(membership, poll)


def takes_added(thread: Thread) -> bool:
    """Whether members can add answers to a poll there: a reply says each of them."""
    return kind_of(thread).replies_are_texts


def can_edit_poll(membership: Membership | None, poll: Poll) -> bool:
    """Whoever may change the title of its text, or has written the reply that it stands under; and those who look after
    the space. Not one whose time is over, since another has come after it."""
    may = may_put_under(membership, poll.post) if poll.post else can_edit_thread(membership, poll.thread)
    return membership is not None and poll.current and may and is_open_to(membership, FEATURE)


def can_repeat_poll(membership: Membership | None, poll: Poll) -> bool:
    """Under a first text whoever may change it; under a reply who looks after the space, since it asks people again
    and again in a thread that is somebody else’s."""
    return can_edit_poll(membership, poll) and (
        poll.post_id is None or looks_after(membership, poll.thread.space_id)
    )


def reads_reply(membership: Membership | None, post: Post) -> bool:
    """Whether somebody who reads a thread reads the poll of this reply: it goes and comes with its text."""
    if post.is_published or membership is None:
        return post.is_published
    return is_author(membership, post) or moderates(membership, post)


def sees_result(poll: Poll, *, voted: bool) -> bool:
    """As its author has set, the author included; once it is closed, everybody who reads the text."""
    if not poll.is_open or poll.shown == Poll.Shown.ALWAYS:
        return True
    return poll.shown == Poll.Shown.VOTED and voted


def sees_names(membership: Membership | None, poll: Poll, own: Ballot | None) -> bool:
    """Who voted for what, in a poll by name: members who see its result."""
    return membership is not None and poll.named and sees_result(poll, voted=own is not None)
