"""Who may do what with pages, beside the rules for all content."""

from __future__ import annotations

from communities.content.audiences import spaces_edited_by
from communities.content.managers import WAITING
from communities.content.models import Space, Thread
from communities.content.permissions import can_start_thread, signs_thread
from communities.guides.models import GUIDE
from communities.models import Membership


def can_arrange_pages(membership: Membership | None, space: Space) -> bool:
    """Order the pages of a space and put them into the menu: managers, and who edits the space."""
    if membership is None or not membership.can_write or space.archived:
        return False
    return membership.can_manage or space.pk in spaces_edited_by(membership.pk, space.community_id)


def signs_page(membership: Membership, thread: Thread) -> bool:
    """Whoever may write a page besides its author: those who arrange the pages of its space."""
    return membership.can_manage or thread.space_id in spaces_edited_by(membership.pk, thread.community_id)


def can_edit_page(membership: Membership | None, thread: Thread) -> bool:
    if membership is None or not membership.can_write or thread.kind != GUIDE:
        return False
    return (thread.was_shown or thread.state in WAITING) and signs_thread(membership, thread)


def can_publish_page(membership: Membership | None, thread: Thread) -> bool:
    """Publish and take back into a draft: its writers, if they may write in this space."""
    return can_edit_page(membership, thread) and can_start_thread(membership, thread.space)
