"""The page on which authors and editors meet over an article, the queue of the editors, the checklist of a blog."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.blogs.permissions import sees_review
from communities.blogs.review import services
from communities.blogs.review.checks import lines_of
from communities.blogs.review.exceptions import ReviewChanged
from communities.blogs.review.forms import (
    ChecklistForm,
    DecisionForm,
    NoteForm,
    ScheduleDecisionForm,
    SubmitForm,
)
from communities.blogs.review.models import ReviewNote
from communities.blogs.review.page import ReviewPage
from communities.blogs.review.permissions import can_edit_checklist, reviewed_by
from communities.blogs.review.queries import queue_of
from communities.blogs.services import goes_out_at
from communities.blogs.views import get_article, get_blog
from communities.content.models import Thread
from communities.exceptions import DomainError, FieldError, NotAllowed
from communities.launch.features import feature_required
from communities.limits import refused
from communities.middleware import MemberRequest, member_of


def _reachable(request: MemberRequest, blog: str, article: str) -> Thread:
    """An article for those who write or review it; raises Http404, NotAllowed."""
    thread = get_article(request, blog, article)
    if not sees_review(request.membership, thread):
        raise NotAllowed
    return thread


@feature_required("blogs")
@require_http_methods(["GET", "HEAD", "POST"])
def review_article(request: MemberRequest, blog: str, article: str) -> HttpResponse:
    """Where the article stands, its text with the notes beside it, and what is to do next; the name of the button that
    was pressed says what."""
    page = ReviewPage(request, _reachable(request, blog, article))
    if request.method != "POST":
        return page.render()
    act = _ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    try:
        return act(page)
    except NotAllowed:
        raise
    except ReviewChanged as refusal:
        # What was typed is shown again, over the article as it is now.
        return ReviewPage(request, _reachable(request, blog, article)).refused(refusal, status=409)
    except DomainError as refusal:
        return refused(page.refused(refusal), refusal)


def _submit(page: ReviewPage) -> HttpResponse:
    form = SubmitForm(page.request.POST, lines=page.lines)
    # Of a line that its editors changed meanwhile, nothing is said.
    ticked = form.cleaned_data["ticked"] if form.is_valid() else []
    services.submit_article(page.thread, by=page.by, ticked=ticked)
    messages.success(
        page.request,
        _("Sent. The editors of this blog have been told; you will hear when they have read it."),
    )
    return page.again()


def _take_back(page: ReviewPage) -> HttpResponse:
    if services.take_back_article(page.thread, by=page.by):
        messages.success(page.request, _("It is a draft again. Send it once more when you are ready."))
    return redirect("blogs:edit-article", page.thread.space.slug, page.thread.slug)


def _return(page: ReviewPage) -> HttpResponse:
    form = DecisionForm(page.request.POST)
    if not form.is_valid():
        return page.render(decision=form, status=422)
    services.return_article(page.thread, by=page.by, word=form.cleaned_data["word"], seen=form.seen)
    messages.success(page.request, _("Given back. Its authors are told."))
    return page.again()


def _approve(page: ReviewPage) -> HttpResponse:
    form = DecisionForm(page.request.POST)
    if not form.is_valid():
        return page.render(decision=form, status=422)
    is_out = services.approve_article(page.thread, by=page.by, seen=form.seen)
    said = _("Approved and published. Its authors are told.")
    messages.success(page.request, said if is_out else _("Approved. A moderator reads it first."))
    return page.again()


def _schedule(page: ReviewPage) -> HttpResponse:
    form = ScheduleDecisionForm(page.request.POST)
    if not form.is_valid():
        return page.render(decision=form, status=422)
    day, hour = form.cleaned_data["day"], form.cleaned_data["hour"]
    at = goes_out_at(day, hour, page.request.community.zone)
    try:
        services.approve_article(page.thread, by=page.by, at=at, seen=form.seen)
    except (NotAllowed, ReviewChanged):
        raise
    except DomainError as refusal:
        form.add_error("day", str(refusal))
        return page.render(decision=form, status=422)
    messages.success(page.request, _("Approved and scheduled. Its authors are told."))
    return page.again()


def _note(page: ReviewPage) -> HttpResponse:
    form = NoteForm(page.request.POST)
    if not form.is_valid():
        return page.render(note=form, status=422)
    number, mark = form.cleaned_data["passage"], form.cleaned_data["mark"]
    # Wherever it stands by now; what was rewritten meanwhile is looked at again first.
    read = [one for one in page.passages if (one.mark == mark if mark else one.number == number)]
    passage = min(read, key=lambda one: abs(one.number - number), default=None)
    if passage is None:
        raise ReviewChanged
    try:
        note = services.add_note(
            page.thread,
            by=page.by,
            words=form.cleaned_data["words"],
            about=form.cleaned_data["about"],
            passage=passage.text,
        )
    except FieldError as refusal:
        if isinstance(refusal, ReviewChanged) or not refusal.field:
            raise
        form.add_error(refusal.field, str(refusal))
        return page.render(note=form, status=422)
    return redirect(f"{page.address}#n-{note.pk}")


_ACTS: dict[str, Callable[[ReviewPage], HttpResponse]] = {
    "submit": _submit,
    "take-back": _take_back,
    "return": _return,
    "approve": _approve,
    "schedule": _schedule,
    "note": _note,
}


@feature_required("blogs")
@require_POST
def change_note(request: MemberRequest, blog: str, article: str, note: int) -> HttpResponse:
    """Say that a note is seen to, or that it is not; take back one of one’s own that nobody has seen yet."""
    thread = _reachable(request, blog, article)
    found = ReviewNote.objects.filter(review=thread.pk, pk=note).select_related("review__thread").first()
    if found is None:
        raise Http404
    act, by = request.POST.get("act", ""), member_of(request)
    address = reverse("blogs:review-article", args=[thread.space.slug, thread.slug])
    if act == "remove":
        services.remove_note(found, by=by)
        messages.success(request, _("The note is gone."))
        return redirect(address)
    if act not in ("settle", "reopen"):
        raise Http404
    services.settle_note(found, by=by, settled=act == "settle")
    return redirect(f"{address}#n-{found.pk}")


@feature_required("blogs")
@require_safe
def list_reviews(request: MemberRequest) -> HttpResponse:
    """What waits for an editor, the oldest first."""
    spaces = reviewed_by(request.membership, request.community.pk)
    if not spaces:
        raise NotAllowed
    page = queue_of(spaces, after=request.GET.get("after", ""))
    context = {
        "reviews": page.rows,
        "older_url": f"?after={page.older}" if page.older else "",
        "spaces": spaces,
        "robots": "noindex",
    }
    return render(request, "blogs/review/list_reviews.html", context)


@feature_required("blogs")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_checklist(request: MemberRequest, blog: str) -> HttpResponse:
    """What the authors of a blog confirm when they send an article to its editors."""
    space = get_blog(request, blog)
    if not can_edit_checklist(request.membership, space):
        raise NotAllowed
    sent = request.POST if request.method == "POST" else None
    form = ChecklistForm(sent, initial={"lines": "\n".join(lines_of(space))})
    if sent is not None and form.is_valid():
        services.edit_checklist(space, by=member_of(request), lines=form.cleaned_data["lines"])
        messages.success(request, _("Saved."))
        return redirect("blogs:list-reviews")
    context = {"form": form, "blog": space, "robots": "noindex"}
    return render(request, "blogs/review/edit_checklist.html", context, status=422 if form.errors else 200)
