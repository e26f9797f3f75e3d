"""The steps of an article past an editor: sent, taken back, given back, approved; and the notes beside it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.blogs.models import ARTICLE
from communities.blogs.own.services import refuse_without_blog
from communities.blogs.permissions import can_edit_article
from communities.blogs.review.checks import lines_of
from communities.blogs.review.exceptions import ReviewChanged, ReviewError
from communities.blogs.review.models import LONGEST_PASSAGE, ArticleReview, Checklist, ReviewNote
from communities.blogs.review.permissions import (
    can_edit_checklist,
    can_review_articles,
    is_reviewed,
)
from communities.blogs.review.telling import tell_authors, tell_editors
from communities.content.models import Post, Revision, Space, State, Thread
from communities.content.permissions import can_start_thread
from communities.content.services import publish_thread, schedule_thread, settle_address, settle_outline
from communities.content.services.publishing import back_to_draft, refuse_untagged
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.limits import Limited, count_act
from communities.models import Membership

# Of one article, of all its rounds; more are a conversation, for which there are other places.
MOST_NOTES = 100
CHECKLIST = "edit_checklist"
States = ArticleReview.State


@transaction.atomic
def submit_article(thread: Thread, *, by: Membership, ticked: Sequence[str] = ()) -> bool:
    """Send a draft to the editors of its blog, who are told once; False where they have it already. The text as it is
    sent is kept among its versions. `ticked` are lines of the checklist that its author confirms.

    Raises NotAllowed, OwnBlogNeeded, TagRequired, StillOutline, TooFast, and ReviewError where no editor is asked.
    """
    thread, review = _held(thread)
    if not can_edit_article(by, thread) or not can_start_thread(by, thread.space):
        raise NotAllowed
    if review is not None and review.is_submitted:
        return False
    if thread.state != State.DRAFT or not is_reviewed(thread.space):
        raise ReviewError(_("Only a draft of a blog with editors is sent to them."))
    if thread.author is not None:
        refuse_without_blog(thread.space, by=thread.author)
    refuse_untagged(thread, by)
    settle_outline(thread)
    count_act(by, Limited.EDIT)
    lines = lines_of(thread.space)
    asked = review or ArticleReview(thread=thread, round=0)
    asked.state, asked.submitted_by, asked.submitted_at = States.SUBMITTED, by, timezone.now()
    asked.round, asked.decided_by, asked.decided_at = asked.round + 1, None, None
    asked.ticked = [line for line in lines if line in ticked]
    asked.save(force_insert=review is None)
    _keep_version(thread, by)
    tell_editors(asked, thread, by=by)
    return True


def _keep_version(thread: Thread, by: Membership) -> None:
    """Drafts are saved over themselves; what was sent stays readable."""
    post = thread.opening()
    Revision.objects.create(
        post=post,
        number=post.revision_count,
        editor=by,
        title=thread.title,
        body_source=post.body_source,
        body_html=post.body_html,
        body_format=post.body_format,
        reason=_("Sent to the editors"),
    )
    Post.objects.filter(pk=post.pk).update(revision_count=post.revision_count + 1)


@transaction.atomic
def take_back_article(thread: Thread, *, by: Membership) -> bool:
    """Go on writing what waits for the editors, or was approved for a day to come; False where it does neither.

    Raises NotAllowed.
    """
    thread, review = _held(thread)
    if not can_edit_article(by, thread):
        raise NotAllowed
    if review is None or not _is_under_way(thread, review):
        return False
    if thread.state == State.SCHEDULED:
        back_to_draft(thread)
    review.state, review.decided_by, review.decided_at = States.TAKEN_BACK, None, None
    review.save(update_fields=["state", "decided_by", "decided_at"])
    return True


@transaction.atomic
def return_article(
    thread: Thread, *, by: Membership, word: str = "", seen: tuple[int, int] | None = None
) -> None:
    """Give an article back to its authors, with a word about all of it and the notes beside it. They are told once.

    `seen` are the round and the version of the text that its editor read. Raises NotAllowed, ReviewChanged where it is
    no longer that, ReviewError where nothing is said.
    """
    thread, review = _to_decide(thread, by=by, seen=seen)
    word = word.strip()
    if not word and not review.notes.filter(round=review.round).exists():
        raise ReviewError(_("Say what should change: here, or in a note beside the text."), field="word")
    if word:
        ReviewNote.objects.create(review=review, author=by, words=word, round=review.round)
    _decide(review, States.RETURNED, by)
    tell_authors(review, thread, by=by)


@transaction.atomic
def approve_article(
    thread: Thread,
    *,
    by: Membership,
    at: datetime.datetime | None = None,
    seen: tuple[int, int] | None = None,
) -> bool:
    """Publish what its authors have sent, or schedule it for a moment to come; they are told once. Whether it is
    visible now: moderation may want to read it first.

    Raises NotAllowed, ReviewChanged, OwnBlogNeeded, TagRequired, and ContentError for a moment that has passed.
    """
    thread, review = _to_decide(thread, by=by, seen=seen)
    if thread.author is not None:
        refuse_without_blog(thread.space, by=thread.author)
    _decide(review, States.APPROVED, by)
    settle_address(thread)
    is_out = False
    if at is None:
        is_out = publish_thread(thread, by=by)
    else:
        schedule_thread(thread, by=by, at=at)
    tell_authors(review, thread, by=by)
    return is_out


@transaction.atomic
def add_note(
    thread: Thread,
    *,
    by: Membership,
    words: str,
    passage: str,
    about: str = "",
) -> ReviewNote:
    """Note something beside a paragraph (`passage`: how it reads), or on some words of it (`about`). Its authors see it
    once the article is given back.

    Raises NotAllowed, TooFast, ReviewError for words that the paragraph does not hold, and for more notes than fit.
    """
    thread, review = _to_decide(thread, by=by, seen=None)
    words, about = words.strip(), " ".join(about.split())
    if not words:
        raise ReviewError(_("Write the note first."), field="words")
    if about and about not in passage:
        raise ReviewError(_("These words are not in this paragraph: copy them exactly."), field="about")
    _refuse_too_many(review)
    count_act(by, Limited.EDIT)
    note: ReviewNote = ReviewNote.objects.create(
        review=review,
        author=by,
        passage=passage[:LONGEST_PASSAGE],
        about=about,
        words=words,
        round=review.round,
    )
    return note


def _refuse_too_many(review: ArticleReview) -> None:
    if review.notes.count() >= MOST_NOTES:
        said = _("An article can have %(most)s notes at most. Put the rest in the message to its authors.")
        raise ReviewError(said % {"most": MOST_NOTES}, field="words")


@transaction.atomic
def settle_note(note: ReviewNote, *, by: Membership, settled: bool) -> None:
    """Say that a note is seen to, or that it is not. Raises NotAllowed."""
    thread, _review = _held(note.review.thread)
    if not can_edit_article(by, thread) and not can_review_articles(by, thread.space):
        raise NotAllowed
    if settled == (note.settled_at is not None):
        return
    note.settled_at, note.settled_by = (timezone.now(), by) if settled else (None, None)
    note.save(update_fields=["settled_at", "settled_by"])


@transaction.atomic
def remove_note(note: ReviewNote, *, by: Membership) -> None:
    """Take back a note of one’s own that its authors have not seen yet. Raises NotAllowed."""
    _thread, review = _held(note.review.thread)
    unseen = review is not None and review.is_submitted and note.round == review.round
    if note.author_id != by.pk or not unseen:
        raise NotAllowed
    note.delete()


@transaction.atomic
def edit_checklist(space: Space, *, by: Membership, lines: Sequence[str]) -> None:
    """Set what the authors of a blog confirm when they send an article. Raises NotAllowed."""
    if not can_edit_checklist(by, space):
        raise NotAllowed
    Space.objects.select_for_update(of=("self",)).get(pk=space.pk)
    before = lines_of(space)
    wanted = list(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))
    Checklist.objects.update_or_create(space=space, defaults={"lines": wanted})
    record(
        by,
        CHECKLIST,
        what=space.name,
        about=space.pk,
        before={"lines": before},
        after={"lines": wanted},
    )


def _held(thread: Thread) -> tuple[Thread, ArticleReview | None]:
    """The article as it is stored now, and nobody else’s until the transaction ends. Raises NotAllowed for what is no
    article."""
    held = Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)
    if held.kind != ARTICLE:
        raise NotAllowed
    held.space = Space.objects.get(pk=held.space_id)
    return held, ArticleReview.objects.filter(thread=held).first()


def _to_decide(
    thread: Thread, *, by: Membership, seen: tuple[int, int] | None
) -> tuple[Thread, ArticleReview]:
    held, review = _held(thread)
    if not can_review_articles(by, held.space) or review is None:
        raise NotAllowed
    if not review.is_submitted or held.state != State.DRAFT:
        raise ReviewChanged(_already(review))
    if seen is not None and seen != (review.round, held.version):
        raise ReviewChanged
    return held, review


def _already(review: ArticleReview) -> str:
    """What somebody else has decided since."""
    if review.decided_by is None:
        return ""
    said = {
        States.APPROVED: _("%(name)s has approved this article in the meantime. Your notes are kept."),
        States.RETURNED: _("%(name)s has given this article back in the meantime. Your notes are kept."),
    }.get(States(review.state), "")
    return said % {"name": review.decided_by.display_name}


def _decide(review: ArticleReview, state: str, by: Membership) -> None:
    review.state, review.decided_by, review.decided_at = state, by, timezone.now()
    review.save(update_fields=["state", "decided_by", "decided_at"])


def _is_under_way(thread: Thread, review: ArticleReview) -> bool:
    if thread.state == State.SCHEDULED:
        return review.state in (States.SUBMITTED, States.APPROVED)
    return bool(review.is_submitted) and thread.state == State.DRAFT
