"""Who invites people to sign an article, who answers, and who takes a name off again."""

from __future__ import annotations

from communities.blogs.models import CoAuthor
from communities.blogs.permissions import can_edit_article, edits_blog_of
from communities.blogs.together.models import CoAuthorInvitation
from communities.content.managers import WAITING
from communities.content.models import Thread
from communities.content.permissions import is_author
from communities.content.viewers import viewer_for
from communities.models import Community, Membership


def can_invite_co_author(membership: Membership | None, thread: Thread) -> bool:
    """Whoever writes the article, and withdraw what waits for an answer."""
    return can_edit_article(membership, thread)


def can_take_off(membership: Membership, thread: Thread, person: int) -> bool:
    """One’s own name, always; that of somebody else its first author, and who edits the blog."""
    if not membership.is_active:
        return False
    if membership.pk == person:
        return True
    if not can_edit_article(membership, thread):
        return False
    return is_author(membership, thread) or edits_blog_of(membership, thread)


def can_sign(person: Membership, thread: Thread, community: Community) -> bool:
    """Whether somebody may be asked at all: who reads the blog and may write here."""
    return person.can_write and thread.space_id in viewer_for(community, person).space_ids


def invitation_for(membership: Membership | None, thread: Thread) -> CoAuthorInvitation | None:
    """The one that this person may still answer: what they declined, too."""
    if membership is None or not membership.is_active:
        return None
    if not (thread.was_shown or thread.state in WAITING):
        return None
    found = CoAuthorInvitation.objects.filter(article_id=thread.pk, membership=membership)
    invitation: CoAuthorInvitation | None = found.select_related("invited_by").first()
    return invitation


def signs_beside(membership: Membership | None, thread: Thread) -> bool:
    """Whether their name stands under it beside the first one, whatever else they may do."""
    if membership is None or not membership.is_active:
        return False
    return bool(CoAuthor.objects.filter(article_id=thread.pk, membership=membership).exists())
