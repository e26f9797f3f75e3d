"""What waits for the editors, and the notes of an article as far as a reader sees them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F, Q

from communities.blogs.models import ARTICLE
from communities.blogs.review.models import ArticleReview, ReviewNote
from communities.blogs.review.permissions import reviewed_by
from communities.content.managers import ThreadQuerySet
from communities.content.models import Space, State, Thread
from communities.keysets import MOMENT, NUMBER, Keyset, Page
from communities.models import Membership

BY_WAITING = Keyset(("submitted_at", MOMENT), ("pk", NUMBER), size=30)


def waiting_for(by: Membership) -> ThreadQuerySet | None:
    """The articles of others that wait for this person’s decision; None for whoever is no editor. No query of its own
    before it is read."""
    spaces = reviewed_by(by, by.community_id)
    if not spaces:
        return None
    waiting: ThreadQuerySet = Thread.objects.of_kind(ARTICLE).filter(
        space_id__in=[space.pk for space in spaces],
        state=State.DRAFT,
        article_review__state=ArticleReview.State.SUBMITTED,
    )
    since: ThreadQuerySet = waiting.exclude(author=by).annotate(waits_since=F("article_review__submitted_at"))
    return since


def queue_of(spaces: Sequence[Space], *, after: str = "") -> Page[ArticleReview]:
    """What waits for the editors of these spaces, the oldest first."""
    by_id = {space.pk: space for space in spaces}
    rows = ArticleReview.objects.filter(
        state=ArticleReview.State.SUBMITTED, thread__state=State.DRAFT, thread__space_id__in=by_id
    )
    if place := BY_WAITING.place(after):
        at, number = place
        rows = rows.filter(submitted_at__gte=at).filter(Q(submitted_at__gt=at) | Q(pk__gt=number))
    rows = rows.select_related("thread__author").order_by("submitted_at", "pk")
    page: Page[ArticleReview] = BY_WAITING.page(rows)
    for review in page.rows:
        review.thread.space = by_id[review.thread.space_id]
    return page


def review_of(thread: Thread) -> ArticleReview | None:
    """With who sent it and who decided."""
    found = ArticleReview.objects.filter(thread=thread).select_related("submitted_by", "decided_by")
    review: ArticleReview | None = found.first()
    return review


def notes_of(review: ArticleReview, *, editor: bool) -> list[ReviewNote]:
    """The notes of an article, the oldest first. Its authors see those of a round once it is given back."""
    notes = ReviewNote.objects.filter(review=review).select_related("author", "settled_by").order_by("pk")
    if review.is_submitted and not editor:
        notes = notes.filter(round__lt=review.round)
    return list(notes)
