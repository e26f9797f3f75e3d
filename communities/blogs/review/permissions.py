"""Who sends an article to the editors, and who decides about it. Which blogs ask for that is said by their spaces."""

from __future__ import annotations

from communities.blogs.own.permissions import is_own_space
from communities.content.audiences import spaces_edited_by, spaces_of
from communities.content.models import Space, State, Thread
from communities.models import Membership

# The switch of a space whose articles an editor reads before they appear.
REVIEWED = "reviewed"


def is_reviewed(space: Space) -> bool:
    return space.has(REVIEWED)


def can_review_articles(membership: Membership | None, space: Space) -> bool:
    """Give back and approve what others wrote: the editors of a blog, and the managers. In a space of members’ own
    blogs, where nobody edits what others wrote, the managers alone."""
    if membership is None or not membership.can_write:
        return False
    if membership.can_manage:
        return True
    if space.pk not in spaces_edited_by(membership.pk, space.community_id):
        return False
    return not is_own_space(space.pk, space.community_id)


def reviewed_by(membership: Membership | None, community_id: int) -> list[Space]:
    """The living spaces whose articles wait for this person’s decision. No query of its own."""
    if membership is None:
        return []
    return [
        space
        for space in spaces_of(community_id)
        if is_reviewed(space) and can_review_articles(membership, space)
    ]


def publishes(membership: Membership | None, space: Space) -> bool:
    """Whether what this person writes in a space appears without an editor."""
    return not is_reviewed(space) or can_review_articles(membership, space)


def may_publish_now(membership: Membership, thread: Thread) -> bool:
    """The same of one article; what a moderator reads has passed its editor."""
    return thread.state == State.PENDING or publishes(membership, thread.space)


def can_edit_checklist(membership: Membership | None, space: Space) -> bool:
    return is_reviewed(space) and can_review_articles(membership, space)
