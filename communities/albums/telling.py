"""Who hears of photographs: those who follow the album, once for all that came together; who is asked to be named."""

from __future__ import annotations

from communities.albums.models import Likeness, Photo
from communities.albums.notices import AskedToBeNamed, PhotographsAdded
from communities.content.models import Post, Subscription
from communities.notices import About
from communities.notifications.services import tell


def tell_followers_of_photograph(post: Post) -> bool:
    """Whether a reply is a photograph. Followers hear of all that were added together by the first of them that can be
    seen; of one that a moderator lets in later only where nobody was told of the others."""
    photo = Photo.objects.filter(pk=post.pk).first()
    if photo is None:
        return False
    shown = Photo.objects.shown().filter(sent_with=photo.sent_with, post__thread=post.thread_id)
    first = shown.filter(post__thread__state="published").order_by("pk").values_list("pk", flat=True).first()
    if first != photo.pk:
        return True
    followers = (
        Subscription.objects.following().filter(thread=post.thread_id).exclude(membership=post.author_id)
    )
    about = About(thread=post.thread, post=post, actor=post.author, occasion=f"photographs {photo.sent_with}")
    tell(PhotographsAdded, sorted(followers.values_list("membership_id", flat=True)), about)
    return True


def tell_person_asked(likeness: Likeness, post: Post) -> None:
    """Ask somebody whether they are named in a photograph."""
    about = About(
        thread=post.thread,
        post=post,
        actor=likeness.asked_by,
        path="/photos/with-you/",
        occasion=f"likeness {likeness.pk}",
    )
    tell(AskedToBeNamed, [likeness.person_id], about)
