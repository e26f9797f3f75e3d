"""Who hears of photographs: those who follow the album, once for all that came together; who is asked to be named."""

from __future__ import annotations

from communities.albums.models import Likeness, Photo
from communities.albums.notices import AskedToBeNamed, PhotographsAdded
from communities.content.models import Subscription
from communities.notices import About
from communities.notifications.services import tell


def tell_followers_of_photographs(post_ids: list[int]) -> None:
    """Nobody, where none of them can be seen (any more)."""
    shown = Photo.objects.shown().filter(pk__in=post_ids, post__thread__state="published")
    first = shown.select_related("post__thread__space", "post__author").order_by("pk").first()
    if first is None:
        return
    post = first.post
    followers = (
        Subscription.objects.following().filter(thread=post.thread_id).exclude(membership=post.author_id)
    )
    about = About(thread=post.thread, post=post, actor=post.author, occasion=f"photographs {min(post_ids)}")
    tell(PhotographsAdded, sorted(followers.values_list("membership_id", flat=True)), about)


def tell_person_asked(likeness_id: int) -> None:
    likeness = (
        Likeness.objects.select_related("photo__post__thread__space", "asked_by")
        .filter(pk=likeness_id, state=Likeness.State.ASKED)
        .first()
    )
    if likeness is None:
        return
    post = likeness.photo.post
    about = About(
        thread=post.thread,
        post=post,
        actor=likeness.asked_by,
        path="/photos/with-you/",
        occasion=f"likeness {likeness.pk}",
    )
    tell(AskedToBeNamed, [likeness.person_id], about)
