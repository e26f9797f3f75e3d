"""What follows for the review of an article from what happens to it elsewhere."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils import timezone

from communities.blogs.models import ARTICLE
from communities.blogs.review.models import ArticleReview
from communities.blogs.review.permissions import can_review_articles, is_reviewed
from communities.blogs.review.telling import tell_editors
from communities.content.models import Post, State, Thread
from communities.content.services.publishing import back_to_draft
from communities.models import Membership
from communities.signals import draft_saved, inset_changed, post_edited


def mark_approved(thread: Thread, *, by: Membership) -> None:
    """An editor has published or scheduled it without its page of review."""
    waiting = ArticleReview.objects.filter(thread=thread).exclude(state=ArticleReview.State.APPROVED)
    waiting.update(state=ArticleReview.State.APPROVED, decided_by=by, decided_at=timezone.now())


def follow_change(sender: type[Thread], thread: Thread, by: Membership, **_extra: Any) -> None:
    """What was approved for a day to come, and is changed by somebody who is no editor, goes back to the editors."""
    if thread.kind != ARTICLE or thread.state != State.SCHEDULED:
        return
    if not is_reviewed(thread.space) or can_review_articles(by, thread.space):
        return
    back_to_draft(thread)
    thread.state, thread.scheduled_for = State.DRAFT, None
    review = ArticleReview.objects.filter(thread=thread).first() or ArticleReview(thread=thread, round=0)
    is_new = review.round == 0
    review.state, review.submitted_by, review.submitted_at = ArticleReview.State.SUBMITTED, by, timezone.now()
    review.round, review.decided_by, review.decided_at = review.round + 1, None, None
    review.save(force_insert=is_new)
    tell_editors(review, thread, by=by)


def follow_inset(sender: type[Thread], thread: Thread, by: Membership, **_extra: Any) -> None:
    """What stands under a text was read with it: that goes back to the editors as the text does, and who has it open
    is told that it has changed."""
    if thread.kind != ARTICLE or not is_reviewed(thread.space):
        return
    follow_change(sender, thread, by)
    if ArticleReview.objects.filter(thread=thread, state=ArticleReview.State.SUBMITTED).exists():
        Thread.objects.filter(pk=thread.pk).update(version=F("version") + 1)


def follow_text(sender: type[Post], post: Post, by: Membership, **_extra: Any) -> None:
    """So does a text that is changed elsewhere than on the page of its article: a version put back, a text edited at
    its own address. Who has the article open is told."""
    thread = post.thread
    if thread.kind != ARTICLE or thread.state not in (State.DRAFT, State.SCHEDULED):
        return
    follow_change(Thread, thread, by)
    Thread.objects.filter(pk=thread.pk).update(version=F("version") + 1)


def connect() -> None:
    post_edited.connect(follow_text, dispatch_uid="blogs.review.post_edited")
    draft_saved.connect(follow_change, dispatch_uid="blogs.review.draft_saved")
    inset_changed.connect(follow_inset, dispatch_uid="blogs.review.inset_changed")
