"""Two memberships of one person become one: of two blogs the one of the membership that stays."""

from __future__ import annotations

from communities.blogs.own.models import BlogFollower, OwnBlog
from members.personal import register_merger


def move_blog(kept: int, gone: int) -> None:
    """Who followed the blog that goes follows the one that stays, where the articles of both are listed."""
    twins = [kept, gone]
    # Nobody follows themselves.
    BlogFollower.objects.filter(blog__owner_id__in=twins, membership_id__in=twins).delete()
    own = OwnBlog.objects.filter(owner_id=kept).first()
    former = OwnBlog.objects.filter(owner_id=gone).first()
    if former is None:
        return
    if own is None:
        OwnBlog.objects.filter(pk=former.pk).update(owner_id=kept)
        return
    followers = BlogFollower.objects.filter(blog=former)
    BlogFollower.objects.bulk_create(
        [
            BlogFollower(blog=own, membership_id=pk)
            for pk in followers.values_list("membership_id", flat=True)
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )
    former.delete()


def register() -> None:
    register_merger("blogs.OwnBlog.owner", move_blog)
