"""Where a reply goes whose thread was merged into another one while it was sent."""

from __future__ import annotations

from communities.content.models import Post, PostMove, State, Subscription


def move_onward(post: Post, number: int) -> bool:
    """Put a reply, stored as `number`, into the thread that its own has become part of, without a place yet; False
    where that was not merged. Who follows the one follows the other."""
    merged = PostMove.objects.filter(source=post.thread_id, whole=True)
    move = merged.select_related("target__space").first()
    if move is None:
        return False
    follows = Subscription.objects.following().filter(thread=post.thread_id, membership=post.author_id)
    if post.author_id is not None and follows.exists():
        follower = Subscription(thread=move.target, membership_id=post.author_id)
        Subscription.objects.bulk_create([follower], ignore_conflicts=True)
    Post.objects.filter(pk=number).update(thread=move.target, position=None, state=State.PENDING)
    post.pk, post.thread = number, move.target
    return True
