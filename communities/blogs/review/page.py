"""Everything the page of an article’s review shows, gathered once for its template."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from communities.blogs.models import article_of
from communities.blogs.permissions import can_edit_article
from communities.blogs.queries import signers_of
from communities.blogs.review.checks import checks_of, confirmed, lines_of
from communities.blogs.review.forms import DecisionForm, NoteForm, SubmitForm
from communities.blogs.review.models import ArticleReview
from communities.blogs.review.passages import Passage, passages_of, put_beside
from communities.blogs.review.permissions import can_review_articles, is_reviewed
from communities.blogs.review.queries import notes_of, review_of
from communities.content.models import Post, Revision, State, Thread
from communities.content.permissions import can_start_thread
from communities.exceptions import DomainError
from communities.launch.features import open_features
from communities.middleware import MemberRequest, member_of


class ReviewPage:
    """The review of one article that was fetched with `find_article`, for one of those who write or review it."""

    def __init__(self, request: MemberRequest, thread: Thread) -> None:
        self.request, self.thread = request, thread
        self.by = member_of(request)
        self.review = review_of(thread)
        self.body: Post = thread.opening()
        self.lines = lines_of(thread.space)

    @property
    def address(self) -> str:
        return reverse("blogs:review-article", args=[self.thread.space.slug, self.thread.slug])

    @cached_property
    def passages(self) -> list[Passage]:
        return passages_of(self.body, open_features(self.request.community, self.request.membership))

    def again(self) -> HttpResponse:
        """After an act: its address may have followed its title, as it was published."""
        fresh = Thread.objects.select_related("space").get(pk=self.thread.pk)
        return redirect("blogs:review-article", fresh.space.slug, fresh.slug)

    def refused(self, refusal: DomainError, *, status: int = 422) -> HttpResponse:
        """The page with why an act was not done, and what was typed for it."""
        sent = self.request.POST
        decision = DecisionForm(
            initial=self._seen() | {name: sent.get(name, "") for name in ("word", "day", "hour")}
        )
        note = NoteForm(initial={name: sent.get(name, "") for name in ("words", "about", "passage")})
        return self.render(decision=decision, note=note, stopped=str(refusal), status=status)

    def render(
        self,
        *,
        decision: DecisionForm | None = None,
        note: NoteForm | None = None,
        stopped: str = "",
        status: int = 200,
    ) -> HttpResponse:
        context = self._context() | {
            "decision": decision or DecisionForm(initial=self._seen()),
            "note_form": note or NoteForm(),
            "note_at": self._open_at(note),
            "stopped": stopped,
        }
        return render(self.request, "blogs/review/review_article.html", context, status=status)

    def _open_at(self, note: NoteForm | None) -> int:
        """The paragraph beside which a note could not be taken; 0: none, or there is no such one any more."""
        said = str(note["passage"].value() or "") if note is not None else ""
        return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0

    def _context(self) -> dict[str, Any]:
        thread, review = self.thread, self.review
        edits = can_edit_article(self.by, thread)
        reviews = can_review_articles(self.by, thread.space)
        waits = review is not None and review.is_submitted and thread.state == State.DRAFT
        notes = notes_of(review, editor=reviews) if review is not None else []
        return {
            "thread": thread,
            "blog": thread.space,
            "signers": signers_of(thread),
            "review": review,
            "state": self._state(waits=waits),
            "passages": self.passages,
            "other_notes": put_beside(self.passages, notes),
            "open_notes": sum(one.settled_at is None for one in notes),
            "checks": checks_of(article_of(thread), self.body),
            "lines": confirmed(self.lines, review),
            "can_edit": edits,
            "may_submit": edits and not waits and self._may_send(),
            "submit_form": SubmitForm(lines=self.lines, initial={"ticked": review.ticked if review else []}),
            "may_decide": reviews and waits,
            "may_take_back": edits and not reviews and self._is_under_way(waits=waits),
            "may_settle": edits or reviews,
            "versions": self._versions() if edits else 0,
            "body": self.body,
            "robots": "noindex",
        }

    def _may_send(self) -> bool:
        thread = self.thread
        return (
            thread.state == State.DRAFT
            and is_reviewed(thread.space)
            and can_start_thread(self.by, thread.space)
        )

    def _is_under_way(self, *, waits: bool) -> bool:
        return waits or (self.review is not None and self.thread.state == State.SCHEDULED)

    def _state(self, *, waits: bool) -> str:
        """Where it stands, in a word for the template."""
        thread, review = self.thread, self.review
        if thread.state != State.DRAFT:
            return str(thread.state)
        if waits:
            return "submitted"
        is_back = review is not None and review.state == ArticleReview.State.RETURNED
        return "returned" if is_back else "draft"

    def _versions(self) -> int:
        return int(Revision.objects.filter(post=self.body).count())

    def _seen(self) -> dict[str, Any]:
        return {"round": self.review.round if self.review is not None else 0, "version": self.thread.version}
