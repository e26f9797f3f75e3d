"""Work that leaving sets off."""

from __future__ import annotations

from celery import shared_task

from communities.content.services import delete_posts_of
from communities.models import Membership
from communities.scoping import active_community_id
from communities.tasks import CommunityTask

BATCH = 100


@shared_task(base=CommunityTask)
def delete_posts(membership_id: int) -> int:
    """Delete what a former member wrote, a part at a time; how many posts this part was."""
    author = Membership.objects.filter(pk=membership_id, status=Membership.Status.LEFT).first()
    if author is None:
        return 0
    deleted = delete_posts_of(author, at_most=BATCH)
    if deleted == BATCH:
        delete_posts.delay_on_commit(community_id=active_community_id(), membership_id=membership_id)
    return deleted
