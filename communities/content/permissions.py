"""Who may do what with content. Predicate and queryset of one rule stand together; views, templates and
services ask the same ones."""

from __future__ import annotations

import datetime

from django.utils import timezone

from communities.content.audiences import looks_after
from communities.content.circles import REPLY, START, lets_in
from communities.content.kinds import KINDS, kind_of
from communities.content.managers import WAITING
from communities.content.models import Post, Space, SpaceAuthor, State, Thread
from communities.models import Membership

# An author may take back a deletion for this long.
RESTORE_WITHIN = datetime.timedelta(hours=24)
# The level of trust (`communities/people/levels.py`) from which members edit a wiki.
KNOWN = 1
# What nobody sees any more is neither edited nor deleted.
WITHDRAWN = (State.DELETED, State.REMOVED, State.PURGED, State.HIDDEN)


def can_start_thread(membership: Membership | None, space: Space) -> bool:
    """Whether the space's posting right covers this person; the space itself was fetched visibly."""
    if membership is None or not membership.can_write or space.archived:
        return False
    if not KINDS[space.kind].may_start(membership, space):
        return False
    if membership.can_manage:
        return True
    if space.posting != Space.Posting.AUTHORS and looks_after(membership, space.pk):
        return True
    if space.posting == Space.Posting.AUTHORS:
        return SpaceAuthor.objects.filter(space=space, membership=membership).exists()
    return lets_in(space, START, membership)


def spaces_open_to(membership: Membership, spaces: list[Space]) -> list[Space]:
    """The queryset twin of `can_start_thread`, for spaces already at hand: one query for all of them."""
    named = set(SpaceAuthor.objects.filter(membership=membership).values_list("space_id", flat=True))
    return [
        space
        for space in spaces
        if KINDS[space.kind].may_start(membership, space) and _posts_in(membership, space, named)
    ]


def _posts_in(membership: Membership, space: Space, named: set[int]) -> bool:
    """`named` are the spaces of which this person is a named author."""
    if space.posting != Space.Posting.AUTHORS:
        return can_start_thread(membership, space)
    manages = membership.can_manage and not space.archived
    return membership.can_write and (space.pk in named or manages)


def spaces_offered_to(membership: Membership, spaces: list[Space]) -> list[Space]:
    """The spaces that the composer offers: a folded one only to the team and its named authors, who can fill it."""
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
    return _may_speak(membership, thread) and kind_of(thread).takes_replies(thread)


def can_take_part(membership: Membership | None, thread: Thread) -> bool:
    """What stands under a text, a poll, say, is answered by whoever may reply to it; under one of a kind that has no
    replies at all, by whoever could in its space."""
    kind = kind_of(thread)
    return _may_speak(membership, thread) and (not kind.has_replies or kind.takes_replies(thread))


def _may_speak(membership: Membership | None, thread: Thread) -> bool:
    if membership is None or not membership.can_write or thread.state != State.PUBLISHED:
        return False
    if thread.locked:
        return looks_after(membership, thread.space_id)
    return (
        lets_in(thread.space, REPLY, membership)
        or membership.is_staff
        or looks_after(membership, thread.space_id)
    )


def can_edit_thread(membership: Membership | None, thread: Thread) -> bool:
    """Title and tags: the author and moderators; once it is withdrawn, moderators only. Both are words that others
    read: nobody writes them who may only read.
    """
    if membership is None or not membership.can_write:
        return False
    if looks_after(membership, thread.space_id):
        return True
    return thread.state not in WITHDRAWN and signs_thread(membership, thread)


def can_date_thread(membership: Membership | None, thread: Thread) -> bool:
    """When a text appeared is said by those who look after its space: an author would rewrite what others have read."""
    return membership is not None and membership.can_write and looks_after(membership, thread.space_id)


def can_retire_thread(membership: Membership | None, thread: Thread) -> bool:
    """Until when a text is public is said by those who look after its space: it goes with the answers of others."""
    return can_date_thread(membership, thread)


def can_move_thread(membership: Membership | None, thread: Thread) -> bool:
    """Into another space: those who look after the one that it is in, and after the other."""
    return kind_of(thread).moves and can_date_thread(membership, thread)


def can_regroup_thread(membership: Membership | None, thread: Thread) -> bool:
    """Merge it with another one of its space, take posts out of it: those who look after the space, where threads are
    conversations."""
    return kind_of(thread).regroups and can_date_thread(membership, thread)


def sees_end(membership: Membership | None, thread: Thread) -> bool:
    """Whether this person reads on its page until when a text is public: its authors, and whoever may change it."""
    if membership is None or thread.retires_at is None:
        return False
    return looks_after(membership, thread.space_id) or signs_thread(membership, thread)


def reads_as_author(membership: Membership | None, thread: Thread) -> bool:
    """Whether this person reads what is not out yet, or was taken back, because they have signed it: co-authors as its
    author does. Asked where `reachable_by`, which knows the first author only, has said no."""
    if membership is None or thread.state not in (State.RETIRED, *WAITING):
        return False
    return signs_thread(membership, thread)


def can_edit_post(membership: Membership | None, post: Post) -> bool:
    """A text may be edited by its author, a thread's body by all its authors, a wiki by whoever replies there; a
    withdrawn text by nobody."""
    if membership is None or not membership.can_write or post.state in WITHDRAWN:
        return False
    return writes_post(membership, post) or _writes_wiki(membership, post)


def can_open_wiki(membership: Membership | None, post: Post) -> bool:
    """Let members edit a text, or no longer: its author, and those who look after the space, in conversations."""
    if membership is None or not membership.can_write or not kind_of(post.thread).regroups:
        return False
    if not post.is_published or not post.thread.is_published:
        return False
    return is_author(membership, post) or looks_after(membership, post.thread.space_id)


def can_set_comment(membership: Membership | None, post: Post) -> bool:
    """Say whether a reply under a question answers it or is a comment: who wrote it, and those who look after the
    space."""
    if membership is None or not membership.can_write or not post.thread.asks or post.is_body:
        return False
    if not post.is_published or not post.thread.is_published:
        return False
    return is_author(membership, post) or looks_after(membership, post.thread.space_id)


def first_version_seen(membership: Membership, post: Post) -> int:
    """From which version on this person reads what a text was: whoever edits a wiki, since it is one."""
    if writes_post(membership, post) or moderates(membership, post):
        return 0
    return post.wiki_from or 0


def can_delete_post(membership: Membership | None, post: Post) -> bool:
    """Only its author: co-authors of an article may not delete it. A sanction does not forbid it: deleting is not
    writing."""
    if membership is None or not membership.is_active or not is_author(membership, post):
        return False
    return post.state not in WITHDRAWN


def can_restore_post(membership: Membership | None, post: Post) -> bool:
    if membership is None or post.state != State.DELETED or post.deleted_at is None:
        return False
    return is_author(membership, post) and timezone.now() - post.deleted_at <= RESTORE_WITHIN


def can_see_history(membership: Membership | None, post: Post) -> bool:
    """Whoever may write a text reads what it was before, and may put it back; and whoever moderates it."""
    if membership is None:
        return False
    return writes_post(membership, post) or moderates(membership, post) or _writes_wiki(membership, post)


def can_react_to_post(membership: Membership | None, post: Post) -> bool:
    """Not to one's own post."""
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
    """Whether this person moderates the space that a text belongs to. Roles are checked first: they need no query."""
    if membership is None:
        return False
    return membership.can_judge or looks_after(membership, post.thread.space_id)


def is_author(membership: Membership, owned: Post | Thread) -> bool:
    return owned.author_id is not None and owned.author_id == membership.id


def signs_thread(membership: Membership, thread: Thread) -> bool:
    """Whether this person is the thread's author or one of its co-authors."""
    return is_author(membership, thread) or kind_of(thread).signs(membership, thread)


def writes_post(membership: Membership, post: Post) -> bool:
    """Whether a text is this person’s: its author’s, or a body that they have signed with others."""
    if is_author(membership, post):
        return True
    # The one post of a thread that was never published has no place yet.
    is_body = post.is_body or (post.position is None and not post.thread.is_published)
    return is_body and signs_thread(membership, post.thread)


def can_keep_tags(membership: Membership | None) -> bool:
    """Rename, merge, group and forbid tags; the words that mean them."""
    return membership is not None and membership.can_manage


def can_edit_redirects(membership: Membership | None) -> bool:
    return membership is not None and membership.can_manage


def can_name_reactions(membership: Membership | None) -> bool:
    return membership is not None and membership.can_manage


def _writes_wiki(membership: Membership, post: Post) -> bool:
    """Who may reply where it stands, and is known there: a newcomer’s first words are their own."""
    if post.wiki_from is None or not post.is_published or not membership.can_write:
        return False
    is_known = membership.trust_level >= KNOWN or membership.is_staff
    return is_known and can_reply_to_thread(membership, post.thread)
