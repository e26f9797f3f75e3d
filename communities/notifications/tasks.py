from __future__ import annotations

from celery import shared_task
from django.db import connection
from django.utils import timezone

from communities.content.models import Post
from communities.models import Community
from communities.notifications.emails import send_waiting
from communities.notifications.services import tell_of_post
from communities.scoping import community_scope
from communities.tasks import CommunityTask


@shared_task(base=CommunityTask)
def notify_of_post(post_id: int) -> None:
    """Tell those whom a post concerns; nothing when it has gone or been hidden meanwhile."""
    post = Post.objects.select_related("thread__space", "author").filter(pk=post_id).first()
    if post is not None and post.is_published and post.thread.is_published:
        tell_of_post(post)


@shared_task
def send_waiting_mails() -> int:
    """Send the mails that are due, community by community; how many."""
    with connection.cursor() as cursor:
        cursor.execute("select communities_with_waiting_mails(%s)", [timezone.now()])
        ids = [row[0] for row in cursor.fetchall()]
    sent = 0
    for community in Community.objects.filter(pk__in=ids).order_by("pk"):
        with community_scope(community):
            sent += send_waiting(community)
    return sent
