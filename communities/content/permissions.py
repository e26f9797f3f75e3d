"""Who may do what with content. Predicate and queryset of one rule stand together; views, templates and
services ask the same ones."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.utils import timezone

from communities.content.audiences import looks_after
from communities.content.models import Post, Space, SpaceAuthor, State, Thread
from communities.models import Membership

# An author may take back a deletion for this long.
RESTORE_WITHIN = datetime.timedelta(hours=24)
# What nobody sees any more is neither edited nor deleted.
WITHDRAWN = (State.DELETED, State.REMOVED, State.PURGED, State.HIDDEN)


Signs = Callable[[Membership, Thread], bool]
_co_signers: list[Signs] = []


def register_co_signers(signs: Signs) -> None:
    """A kind of content that several people write says here who writes a thread beside its author."""
    if signs not in _co_signers:
        _co_signers.append(signs)


def can_start_thread(membership: Membership | None, space: Space) -> bool:
    """Whether the space's posting right covers this person; the space itself was fetched visibly."""
    if membership is None or not membership.can_write or space.archived:
        return False
    if membership.can_manage:
        return True
    if space.posting != Space.Posting.AUTHORS and looks_after(membership, space.pk):
        return True
    if space.posting == Space.Posting.MEMBERS:
        return True
    if space.posting == Space.Posting.AUTHORS:
        return SpaceAuthor.objects.filter(space=space, membership=membership).exists()
    return membership.is_staff


def spaces_open_to(membership: Membership, spaces: list[Space]) -> list[Space]:
    """The queryset twin of `can_start_thread`, for spaces already at hand: one query for all of them."""
    named = set(SpaceAuthor.objects.filter(membership=membership).values_list("space_id", flat=True))
    return [
        space
        for space in spaces
        if (space.posting == Space.Posting.AUTHORS and space.pk in named and membership.can_write)
        or (
            space.posting == Space.Posting.AUTHORS
            and membership.can_manage
            and membership.can_write
            and not space.archived
        )
        or (space.posting != Space.Posting.AUTHORS and can_start_thread(membership, space))
    ]


def spaces_offered_to(membership: Membership, spaces: list[Space]) -> list[Space]:
    """Where the composer lets one begin: a folded space only to the team and its named authors, who can fill it."""
    named = Space.Posting.AUTHORS
    offered = spaces_open_to(membership, spaces)
    return [
        space
        for space in offered
        if membership.is_staff
        or not space.folded
        or space.posting == named
        or looks_after(membership, space.pk)
    ]


def can_reply_to_thread(membership: Membership | None, thread: Thread) -> bool:
    if membership is None or not membership.can_write or thread.state != State.PUBLISHED:
        return False
    if thread.locked:
        return looks_after(membership, thread.space_id)
    return thread.space.replies_open or membership.is_staff or looks_after(membership, thread.space_id)


def can_edit_thread(membership: Membership | None, thread: Thread) -> bool:
    """Title and tags: the author, and those who moderate; what nobody sees any more is for the latter."""
    if membership is None:
        return False
    if looks_after(membership, thread.space_id):
        return True
    return thread.state not in WITHDRAWN and signs_thread(membership, thread)


def can_edit_post(membership: Membership | None, post: Post) -> bool:
    """A text is edited by who wrote it, the body of a thread by all who sign it; what nobody sees any more is
    not edited."""
    if membership is None or not membership.can_write or not _writes(membership, post):
        return False
    return post.state not in WITHDRAWN


def can_delete_post(membership: Membership | None, post: Post) -> bool:
    """Only who wrote it: those who sign an article beside its author do not take it away. A sanction does not
    forbid it: taking one's words back is no writing."""
    if membership is None or not membership.is_active or not is_author(membership, post):
        return False
    return post.state not in WITHDRAWN


def can_restore_post(membership: Membership | None, post: Post) -> bool:
    if membership is None or post.state != State.DELETED or post.deleted_at is None:
        return False
    return is_author(membership, post) and timezone.now() - post.deleted_at <= RESTORE_WITHIN


def can_see_history(membership: Membership | None, post: Post) -> bool:
    return membership is not None and (is_author(membership, post) or moderates(membership, post))


def can_react_to_post(membership: Membership | None, post: Post) -> bool:
    """Not to one's own: thanking oneself means nothing."""
    return (
        membership is not None
        and membership.can_write
        and post.is_published
        and not is_author(membership, post)
    )


def can_lock_thread(membership: Membership | None, thread: Thread) -> bool:
    return looks_after(membership, thread.space_id)


def can_pin_thread(membership: Membership | None, thread: Thread) -> bool:
    return looks_after(membership, thread.space_id)


def can_upload_file(membership: Membership | None) -> bool:
    return membership is not None and membership.can_write


def shows_body(membership: Membership | None, post: Post) -> bool:
    """Whether the text of a placed post is rendered: withdrawn ones for their author and the team only."""
    if post.is_published:
        return True
    if membership is None or post.state in (State.PURGED,):
        return False
    return is_author(membership, post) or moderates(membership, post)


def moderates(membership: Membership | None, post: Post) -> bool:
    """Whether this person looks after the space that a text stands in; roles first, they need no look at it."""
    if membership is None:
        return False
    return membership.can_judge or looks_after(membership, post.thread.space_id)


def is_author(membership: Membership, owned: Post | Thread) -> bool:
    return owned.author_id is not None and owned.author_id == membership.pk


def signs_thread(membership: Membership, thread: Thread) -> bool:
    """Whether this person is among those whose thread it is."""
    return is_author(membership, thread) or any(signs(membership, thread) for signs in _co_signers)


def _writes(membership: Membership, post: Post) -> bool:
    if is_author(membership, post):
        return True
    # The one post of a thread that was never published has no place yet.
    is_body = post.is_body or (post.position is None and not post.thread.is_published)
    return is_body and signs_thread(membership, post.thread)
