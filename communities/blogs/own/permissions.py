"""Who may have a blog of their own, and what is theirs alone. Who reads it is said by its space."""

from __future__ import annotations

from communities.blogs.own.models import OwnBlog
from communities.content.audiences import spaces_of
from communities.content.models import Space
from communities.content.permissions import can_start_thread
from communities.launch.features import is_open_to
from communities.models import Membership

FEATURE = "personal_blogs"
# The switch of a space whose articles stand in the blogs of those who write them.
OWN_BLOGS = "own_blogs"


def holds_own(space: Space) -> bool:
    return space.has(OWN_BLOGS)


def is_own_space(space_id: int, community_id: int) -> bool:
    """The same by number, of a living space. No query of its own."""
    return any(space.pk == space_id and holds_own(space) for space in spaces_of(community_id))


def may_start_own(membership: Membership, space: Space) -> bool:
    """Whether what a space asks beside its own rules lets this person write there."""
    return not holds_own(space) or is_open_to(membership, FEATURE)


def can_start_blog(membership: Membership | None, space: Space) -> bool:
    """Whoever may start articles in a space of own blogs may have one there."""
    return holds_own(space) and can_start_thread(membership, space)


def can_edit_blog(membership: Membership | None, blog: OwnBlog) -> bool:
    """Its owner and nobody else: the team moderates what it says."""
    return membership is not None and membership.can_write and blog.owner_id == membership.pk


def can_follow_blog(membership: Membership | None, blog: OwnBlog) -> bool:
    return membership is not None and membership.is_active and blog.owner_id != membership.pk
