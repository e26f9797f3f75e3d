"""Whom each step is told, once."""

from __future__ import annotations

from collections.abc import Collection

from communities.blogs.review.models import ArticleReview
from communities.blogs.review.notices import ArticleApproved, ArticleReturned, ArticleSubmitted
from communities.blogs.review.permissions import can_review_articles
from communities.content.models import SpaceAuthor, Thread
from communities.content.signing import co_authors_of
from communities.models import MANAGING_ROLES, Membership
from communities.notices import About
from communities.notifications.services import tell
from communities.queries import local_path
from communities.terms import having_role


def editors_of(thread: Thread, *, but: Collection[int | None] = ()) -> list[Membership]:
    """The editors named for its blog, `but` for who wrote or sent it; the managers where nobody else is."""
    named = SpaceAuthor.objects.filter(space=thread.space_id, edits=True).values("membership")
    active = Membership.objects.active().exclude(pk__in=[pk for pk in but if pk is not None])
    people = [one for one in active.filter(pk__in=named) if can_review_articles(one, thread.space)]
    return people or list(active.filter(having_role(MANAGING_ROLES)))


def tell_editors(review: ArticleReview, thread: Thread, *, by: Membership) -> None:
    people = sorted(person.pk for person in editors_of(thread, but=(by.pk, thread.author_id)))
    tell(ArticleSubmitted, people, _about(review, thread, by))


def tell_authors(review: ArticleReview, thread: Thread, *, by: Membership) -> None:
    """All who sign it, but for the editor."""
    own = [] if thread.author_id is None else [thread.author_id]
    people = sorted({*own, *co_authors_of([thread.pk]).get(thread.pk, ())} - {by.pk})
    notice = ArticleApproved if review.state == ArticleReview.State.APPROVED else ArticleReturned
    tell(notice, people, _about(review, thread, by))


def _about(review: ArticleReview, thread: Thread, by: Membership) -> About:
    # A line with a path is not read by reading the thread: it is about a page of its own.
    path = local_path(thread.get_absolute_url())
    return About(thread=thread, actor=by, path=path, occasion=f"{thread.pk} {review.round}")
