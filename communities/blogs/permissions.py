"""Who may do what with articles, beside the rules for all content."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from communities.blogs.models import ARTICLE, CoAuthor, CoAuthorInvitation
from communities.blogs.own.permissions import is_own_space
from communities.blogs.review.permissions import can_review_articles, publishes
from communities.content.audiences import looks_after, spaces_edited_by
from communities.content.managers import WAITING, ThreadQuerySet
from communities.content.models import Space, State, Thread
from communities.content.permissions import can_start_thread, is_author, signs_thread
from communities.content.viewers import Viewer
from communities.launch.features import is_open_to
from communities.models import Membership

# The feature that lets authors read figures.
RESULTS = "author_results"


def signs_article(membership: Membership, thread: Thread) -> bool:
    """Who may write an article besides its author: its co-authors, the editors of its blog, the managers; in the blog
    of one member its co-authors alone."""
    if thread.kind != ARTICLE:
        return False
    if edits_blog_of(membership, thread):
        return True
    # Pages fetch an article with those who sign it; elsewhere one row is looked for.
    signers: list[list[str]] | None = getattr(thread, "co_signers", None)
    if signers is not None:
        return any(membership.handle in card for card in signers)
    return bool(CoAuthor.objects.filter(article_id=thread.pk, membership=membership).exists())


def edits_blog_of(membership: Membership, thread: Thread) -> bool:
    """The editors of a blog, and the managers; in the blog of one member nobody."""
    if is_own_space(thread.space_id, thread.community_id):
        return False
    return membership.can_manage or thread.space_id in spaces_edited_by(membership.pk, thread.community_id)


def is_invited_to_sign(membership: Membership, thread: Thread) -> bool:
    """Whether somebody is asked to sign what is not out yet, and has not answered: they read it first."""
    if not membership.is_active or thread.state not in WAITING:
        return False
    asked = CoAuthorInvitation.objects.filter(article_id=thread.pk, membership=membership, declined_at=None)
    return bool(asked.exists())


def can_edit_article(membership: Membership | None, thread: Thread) -> bool:
    if membership is None or not membership.can_write or thread.kind != ARTICLE:
        return False
    return (thread.was_shown or thread.state in WAITING) and signs_thread(membership, thread)


def can_publish_article(membership: Membership | None, thread: Thread) -> bool:
    """Publish, schedule, unpublish: its writers, if they may write in this blog; where editors read what is to appear,
    those alone."""
    may_write = can_edit_article(membership, thread) and can_start_thread(membership, thread.space)
    return may_write and publishes(membership, thread.space)


def sees_review(membership: Membership | None, thread: Thread) -> bool:
    """The page on which authors and editors meet over an article: those who write it, and those who decide about it."""
    return can_edit_article(membership, thread) or can_review_articles(membership, thread.space)


def can_see_article_results(membership: Membership | None, thread: Thread) -> bool:
    """Who reads the figures of an article: those who sign it, and the team that measures."""
    if membership is None or not membership.is_active or not thread.is_published:
        return False
    return _measures(membership) or signs_thread(membership, thread)


def can_see_blog_results(membership: Membership | None, blog: Space) -> bool:
    """Who reads the figures of a blog: its editors, and the team that measures."""
    if membership is None or not membership.is_active or not is_open_to(membership, RESULTS):
        return False
    return _measures(membership) or blog.pk in spaces_edited_by(membership.pk, blog.community_id)


def can_see_own_results(membership: Membership | None, owner_id: int) -> bool:
    """Who reads those of a member's blog: its owner, and the team that measures."""
    if membership is None or not membership.is_active or not is_open_to(membership, RESULTS):
        return False
    return _measures(membership) or membership.pk == owner_id


def _measures(membership: Membership) -> bool:
    return membership.can_manage or (membership.is_staff and membership.role == Membership.Role.MARKETING)


def can_preview_article(membership: Membership | None, thread: Thread) -> bool:
    if membership is None or thread.kind != ARTICLE:
        return False
    if can_edit_article(membership, thread) or is_author(membership, thread):
        return True
    return looks_after(membership, thread.space_id) or is_invited_to_sign(membership, thread)


def edited_by(viewer: Viewer) -> tuple[int, ...]:
    """The ids of the blogs whose drafts this viewer edits."""
    if viewer.membership_id is None:
        return ()
    edited = spaces_edited_by(viewer.membership_id, viewer.community_id)
    return tuple(pk for pk in edited if not is_own_space(pk, viewer.community_id))


def articles_reachable_by(viewer: Viewer, edited: tuple[int, ...]) -> ThreadQuerySet:
    """One article fetched by address: whatever holds for threads, plus the drafts that one co-authors or edits
    (`edited_by`), and what was taken back of them, as its author reads it; and the drafts that one is asked to sign."""
    articles: ThreadQuerySet = Thread.objects.of_kind(ARTICLE)
    reachable = Q(pk__in=articles.reachable_by(viewer).values("pk"))
    if viewer.membership_id is not None:
        signed = CoAuthor.objects.filter(article_id=OuterRef("pk"), membership_id=viewer.membership_id)
        written = Q(state__in=(*WAITING, State.RETIRED))
        asked = CoAuthorInvitation.objects.filter(
            article_id=OuterRef("pk"), membership_id=viewer.membership_id
        )
        reachable |= Q(Exists(signed)) & written | Q(space_id__in=edited) & written
        # To sign is asked of who reads the blog: of who does no longer, it is not.
        reachable |= Q(Exists(asked)) & Q(state__in=WAITING, space_id__in=viewer.space_ids)
    return articles.filter(reachable)
