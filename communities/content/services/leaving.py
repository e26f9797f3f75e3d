"""What becomes of texts, reactions, pictures and names in others’ texts when somebody leaves.

Each does a part and says how many rows that was: fewer than asked for mean that nothing is left. They check no
permission: the person has left, and asked for this when leaving.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from communities.content.images import delete_picture
from communities.content.insets import INSETS
from communities.content.kinds import KINDS
from communities.content.models import (
    Attachment,
    Mention,
    PendingEdit,
    Post,
    Reaction,
    Revision,
    State,
    Thread,
    ThreadTitle,
)
from communities.content.services.appearing import settle_text
from communities.content.services.editing import UNSEEN, discard_unplaced
from communities.content.services.holding import hold_threads_of
from communities.content.services.reacting import unreact_to_post
from communities.content.text.renaming import rename_mentions
from communities.models import Membership
from communities.signals import post_removed
from members.personal import Departure, Leaver, register_way

_GONE = (State.DELETED, State.REMOVED, State.PURGED)
# Of a title whose words are gone: a thread without one could not be named in lists.
NO_TITLE = "…"


def register_ways() -> None:
    register_way("content.Post.author (drafts)", discard_drafts_of)
    register_way("content.Post.author", take_texts_away)
    register_way("content.Attachment.uploader", delete_pictures_of)
    register_way("content.Reaction.membership", take_reactions_back)
    register_way("content.Mention.membership", unname)


@transaction.atomic
def discard_drafts_of(leaver: Leaver, at_most: int) -> int:
    """Delete what was never published, with its thread."""
    drafts = Post.objects.by(leaver.membership_id).filter(state__in=UNSEEN)
    hold_threads_of(drafts.values_list("pk", flat=True)[:at_most])
    rows = list(drafts.select_for_update(of=("self",)).select_related("thread")[:at_most])
    for post in rows:
        _discard(post)
    return len(rows)


def _discard(post: Post) -> None:
    _delete_pictures(list(Attachment.objects.filter(post=post)))
    discard_unplaced(post)


@transaction.atomic
def take_texts_away(leaver: Leaver, at_most: int) -> int:
    """Delete what somebody wrote; with erasure also the texts of posts that were deleted before."""
    author = Membership.objects.get(pk=leaver.membership_id)
    deleted = delete_posts_of(author, at_most=at_most)
    if leaver.departure is Departure.ERASURE and deleted < at_most:
        return deleted + _purge_posts_of(author, at_most=at_most - deleted)
    return deleted


@transaction.atomic
def delete_posts_of(author: Membership, *, at_most: int) -> int:
    """Delete a batch of what somebody wrote; how many posts that was. Called until it is none. Positions in threads
    stay, as with `delete_post`; unpublished posts are removed entirely.
    """
    posts = Post.objects.filter(author=author).exclude(state__in=_GONE).order_by("id")
    hold_threads_of(posts.values_list("pk", flat=True)[:at_most])
    rows = list(posts.select_for_update(of=("self",)).select_related("thread")[:at_most])
    for post in rows:
        if post.position is None:
            _discard(post)
            continue
        former = post.state
        post.state, post.deleted_at = State.DELETED, timezone.now()
        post.save(update_fields=["state", "deleted_at"])
        settle_text(post, former=former)
        post_removed.send(sender=Post, post=post, by=author)
    return len(rows)


def _purge_posts_of(author: Membership, *, at_most: int) -> int:
    """Empty what was deleted or removed, with its earlier versions. Its place stays, so that replies can be read."""
    posts = Post.objects.filter(author=author).exclude(state=State.PURGED).order_by("id")
    hold_threads_of(posts.values_list("pk", flat=True)[:at_most])
    ids = list(posts.select_for_update(of=("self",)).values_list("pk", flat=True)[:at_most])
    Revision.objects.filter(post__in=ids).delete()
    PendingEdit.objects.filter(post__in=ids).delete()
    threads = list(Post.objects.filter(pk__in=ids, position=1).values_list("thread_id", flat=True))
    Thread.objects.filter(pk__in=threads).update(title=NO_TITLE)
    ThreadTitle.objects.filter(pk__in=threads).update(title=NO_TITLE)
    for kind in KINDS:
        kind.empty_sides(threads)
    for inset in INSETS:
        inset.empty(threads)
        inset.empty_under(ids)
    Post.objects.filter(pk__in=ids).update(state=State.PURGED, body_html="", body_source="")
    return len(ids)


@transaction.atomic
def delete_pictures_of(leaver: Leaver, at_most: int) -> int:
    """Delete the pictures of the person’s own texts, and those that no text shows; pictures in others’ texts stay."""
    uploader = leaver.membership_id
    own = Attachment.objects.filter(Q(post__isnull=True) | Q(post__author=uploader), uploader=uploader)
    rows = list(own.order_by("pk")[:at_most])
    _delete_pictures(rows)
    return len(rows)


def _delete_pictures(rows: list[Attachment]) -> None:
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    paths = [path for row in rows for path in (row.path, *(small for _width, small in row.renditions))]
    transaction.on_commit(lambda: delete_picture(paths))


@transaction.atomic
def take_reactions_back(leaver: Leaver, at_most: int) -> int:
    """Take reactions back one by one, so that each count stays what it counts."""
    member = Membership.objects.get(pk=leaver.membership_id)
    reactions = Reaction.objects.filter(membership=member).select_related("post")
    rows = list(reactions.order_by("post_id", "kind")[:at_most])
    for reaction in rows:
        unreact_to_post(reaction.post, by=member, kind=reaction.kind)
    return len(rows)


@transaction.atomic
def unname(leaver: Leaver, at_most: int) -> int:
    """In others’ texts, let “@handle” be the handle of the former member, without a link; in earlier versions too.

    Nobody who takes the handle later is named by texts about somebody else.
    """
    now = Membership.objects.get(pk=leaver.membership_id).handle
    mentions = list(Mention.objects.filter(membership_id=leaver.membership_id).order_by("pk")[:at_most])
    posts = [mention.post_id for mention in mentions]
    of_posts = (
        Post.objects.filter(pk__in=posts),
        Revision.objects.filter(post__in=posts),
        PendingEdit.objects.filter(post__in=posts),
    )
    for texts in of_posts:
        for text in texts.select_for_update().order_by("pk"):
            text.body_html = rename_mentions(text.body_html, leaver.handles, now)
            text.body_source = rename_mentions(text.body_source, leaver.handles, now)
            text.save(update_fields=["body_html", "body_source"])
    Mention.objects.filter(pk__in=[mention.pk for mention in mentions]).delete()
    return len(mentions)
