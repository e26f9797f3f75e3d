"""Acts on a whole thread. Each is a POST that redirects to the thread."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.content import services
from communities.content.exceptions import ContentError
from communities.content.models import Post, Thread
from communities.content.permissions import can_date_thread, can_edit_thread, can_open_wiki
from communities.content.services.following import refollow_thread
from communities.exceptions import NotAllowed
from communities.forums import services as forum_services
from communities.forums.exceptions import AlreadySolved, AnswerGone
from communities.forums.forms import EditThreadForm, LockForm, ReadForm
from communities.forums.models import Question
from communities.forums.permissions import can_close_as_same, can_say_solved
from communities.forums.views.threads import reachable_thread
from communities.in_place import answer_in_place, say_done
from communities.launch.features import feature_required, is_open
from communities.limits import TooFast, refused, told_in_place
from communities.middleware import CommunityRequest, MemberRequest


@feature_required("forums")
@require_POST
def follow_thread(request: MemberRequest, slug: str) -> HttpResponse:
    thread = reachable_thread(request, slug)
    try:
        refollow_thread(thread, by=request.membership)
    except TooFast as refusal:
        return told_in_place(request, refusal, back=thread.get_absolute_url())
    return _follows(request, thread, True)


@feature_required("forums")
@require_POST
def unfollow_thread(request: MemberRequest, slug: str) -> HttpResponse:
    thread = reachable_thread(request, slug)
    services.unfollow_thread(thread, by=request.membership)
    return _follows(request, thread, False)


def _follows(request: MemberRequest, thread: Thread, follows: bool) -> HttpResponse:
    context = {"thread": {"slug": thread.slug, "follows": follows}}
    return answer_in_place(
        request,
        thread,
        block=lambda: render_to_string("forums/follow_thread.html", context, request),
        target="closest button",
    )


@feature_required("forums")
@require_POST
def read_thread(request: MemberRequest, slug: str) -> HttpResponse:
    """Sent by the page once posts have been on screen: opening the page is not enough."""
    thread = reachable_thread(request, slug)
    form = ReadForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    position = min(form.cleaned_data["position"], thread.last_position)
    services.mark_read(thread, by=request.membership, position=position)
    return HttpResponse(status=204)


@feature_required("forums")
@require_POST
def lock_thread(request: MemberRequest, slug: str) -> HttpResponse:
    thread = reachable_thread(request, slug)
    form = LockForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    services.lock_thread(thread, by=request.membership, reason=reason)
    say_done(request, _("Thread locked."), undo=reverse("forums:unlock-thread", args=[thread.slug]))
    return redirect(thread)


@feature_required("forums")
@require_POST
def unlock_thread(request: MemberRequest, slug: str) -> HttpResponse:
    thread = reachable_thread(request, slug)
    services.unlock_thread(thread, by=request.membership)
    messages.success(request, _("Thread unlocked."))
    return redirect(thread)


@feature_required("forums")
@require_POST
def pin_thread(request: MemberRequest, slug: str) -> HttpResponse:
    thread = reachable_thread(request, slug)
    services.pin_thread(thread, by=request.membership)
    say_done(request, _("Thread pinned."), undo=reverse("forums:unpin-thread", args=[thread.slug]))
    return redirect(thread)


@feature_required("forums")
@require_POST
def unpin_thread(request: MemberRequest, slug: str) -> HttpResponse:
    thread = reachable_thread(request, slug)
    services.unpin_thread(thread, by=request.membership)
    say_done(request, _("Thread unpinned."), undo=reverse("forums:pin-thread", args=[thread.slug]))
    return redirect(thread)


@feature_required("questions")
@require_POST
def accept_answer(request: MemberRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Accepts an answer; a second one is refused, and both are shown to compare (409)."""
    thread = reachable_thread(request, slug)
    post: Post | None = Post.objects.filter(thread=thread, public_id=public_id).first()
    if post is None:
        raise Http404
    try:
        forum_services.accept_answer(thread, post=post, by=request.membership)
    except AlreadySolved as refusal:
        return _second_answer(request, thread, post, str(refusal))
    except AnswerGone as refusal:
        messages.error(request, str(refusal))
        return redirect("content:show-post", post.public_id)
    say_done(request, _("Answer accepted."), undo=reverse("forums:unaccept-answer", args=[thread.slug]))
    return redirect(thread.url_of(post.position or 1))


def _second_answer(request: CommunityRequest, thread: Thread, post: Post, reason: str) -> HttpResponse:
    accepted = Question.objects.select_related("accepted__author").get(thread=thread).accepted
    context = {
        "thread": thread,
        "post": post,
        "accepted": accepted,
        "reason": reason,
        "accepted_url": thread.url_of(accepted.position or 1) if accepted else thread.get_absolute_url(),
        "back": thread.url_of(post.position or 1),
    }
    return render(request, "forums/second_answer.html", context, status=409)


@feature_required("questions")
@require_POST
def unaccept_answer(request: MemberRequest, slug: str) -> HttpResponse:
    thread = reachable_thread(request, slug)
    forum_services.unaccept_answer(thread, by=request.membership)
    messages.success(request, _("The question is open again."))
    return redirect(thread)


@feature_required("forums")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_thread(request: MemberRequest, slug: str) -> HttpResponse:
    """Title and tags; the address follows the title and the former one leads here."""
    thread = reachable_thread(request, slug)
    membership = request.membership
    if membership is None or not can_edit_thread(membership, thread):
        raise NotAllowed
    tagged = is_open(request.community, membership, "tags")
    if request.method != "POST":
        return _edit_page(request, thread, EditThreadForm(initial=_named(thread), tagged=tagged))
    form = EditThreadForm(request.POST, tagged=tagged)
    if not form.is_valid():
        return _edit_page(request, thread, form, status=422)
    try:
        data = form.cleaned_data
        changed = services.revise_thread(
            thread, by=membership, title=data["title"], tags=data.get("tags", [])
        )
    except (ContentError, TooFast) as refusal:
        form.add_error(None, str(refusal))
        return refused(_edit_page(request, thread, form, status=422), refusal)
    if changed:
        messages.success(request, _("Saved."))
    else:
        messages.info(
            request, _("Your change awaits a moderator; until then readers see the previous version.")
        )
    return redirect(thread)


def _named(thread: Thread) -> dict[str, str]:
    """The title and tags to edit: those that wait for a moderator, if any do."""
    waits = services.waiting_beside(thread)
    names = waits["tags"] if "tags" in waits else thread.tags.order_by("name").values_list("name", flat=True)
    return {"title": waits.get("title", thread.title), "tags": ", ".join(names)}


def _edit_page(
    request: CommunityRequest, thread: Thread, form: EditThreadForm, status: int = 200
) -> HttpResponse:
    may_date = thread.is_published and can_date_thread(request.membership, thread)
    may_close = not thread.is_double and can_close_as_same(request.membership, thread)
    first = thread.opening() if thread.is_published else None
    context = {
        "thread": thread,
        "form": form,
        "may_date": may_date,
        "may_close": may_close,
        "may_say": thread.answered and can_say_solved(request.membership, thread),
        "first": first if first is not None and can_open_wiki(request.membership, first) else None,
    }
    return render(request, "forums/edit_thread.html", context, status=status)
