"""One post: its permanent address, changing it, taking it away, putting it back."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.content import services
from communities.content.addresses import to_shown
from communities.content.exceptions import ContentError, EditConflict
from communities.content.forms import mark_sent
from communities.content.insets import ways_to_add
from communities.content.managers import ThreadQuerySet
from communities.content.models import PendingEdit, Post, State, Thread
from communities.content.permissions import (
    can_delete_post,
    can_edit_post,
    can_open_wiki,
    reads_as_author,
)
from communities.content.post_forms import EditPostForm, tell_of_text, with_picture_of
from communities.content.services.bringing import pictures_elsewhere
from communities.content.services.waiting import edit_shown_to
from communities.content.unsent import ask_to_sign_in, forget_unsent, unsent_fields
from communities.content.viewers import viewer_of
from communities.exceptions import NotAllowed
from communities.in_place import say_done
from communities.launch.features import is_open
from communities.limits import TooFast, refused
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page


def reachable_post(request: CommunityRequest, public_id: uuid.UUID) -> Post:
    """A post by its own address, in a thread that this reader may open; 404 otherwise.

    Waiting posts exist for their author and for those who look after the space.
    """
    viewer = viewer_of(request)
    post: Post | None = (
        Post.objects.filter(public_id=public_id).select_related("thread__space", "author").first()
    )
    if post is None:
        raise Http404
    signs = False
    if not Thread.objects.reachable_by(viewer).filter(pk=post.thread_id).exists():
        signs = reads_as_author(request.membership, post.thread)
        if not signs:
            raise Http404
    # The text of a draft is its co-authors’, too; what waits under a text that was out is not.
    mine = viewer.membership_id is not None and post.author_id == viewer.membership_id
    mine = mine or (signs and not post.thread.last_position)
    if post.position is None and not mine and post.thread.space_id not in viewer.staff_space_ids:
        raise Http404
    return post


def own_post(request: CommunityRequest, public_id: uuid.UUID) -> Post:
    """A post that its author may still change, even if its whole thread was withdrawn with it."""
    membership = request.membership
    post: Post | None = (
        Post.objects.filter(public_id=public_id).select_related("thread__space", "author").first()
    )
    if post is None:
        raise Http404
    if membership is None or post.author_id != membership.pk:
        return reachable_post(request, public_id)
    return post


def address_of(post: Post) -> str:
    """Where a post stands: its page is arithmetic; waiting ones stand at the end of the thread for their author."""
    if post.position is None:
        return f"{post.thread.get_absolute_url()}#w-{post.public_id}"
    return post.thread.url_of(post.position)


def answer_gone(request: CommunityRequest, slug: str, *, kinds: Collection[str]) -> HttpResponse:
    """410 for a thread that was public in a space this person may read; raises Http404 for everything else."""
    return _answer_gone(request, Thread.objects.of_kind(*kinds).filter(slug=slug))


def _answer_gone(request: CommunityRequest, asked: ThreadQuerySet) -> HttpResponse:
    if not asked.withdrawn().filter(space_id__in=viewer_of(request).space_ids).exists():
        raise Http404
    return render(request, "errors/410.html", {"reference": "410"}, status=410)


@public_page
@require_safe
def show_post(request: CommunityRequest, public_id: uuid.UUID) -> HttpResponse:
    """The permalink leads to the post's page of its thread; 410 where that thread was public."""
    try:
        post = reachable_post(request, public_id)
    except Http404:
        placed = Thread.objects.filter(posts__public_id=public_id, posts__position__isnull=False)
        return _answer_gone(request, placed)
    return redirect(address_of(post))


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit_post(request: CommunityRequest, public_id: uuid.UUID) -> HttpResponse:
    """Change one's own text; when somebody saved meanwhile, both texts and the typed one are shown (409)."""
    if request.membership is None:
        reachable_post(request, public_id)
        return ask_to_sign_in(request, request.path)
    post = own_post(request, public_id)
    if not can_edit_post(request.membership, post):
        raise NotAllowed
    if request.method != "POST":
        initial = _stored(post, edit_shown_to(post, request.membership)) | unsent_fields(
            request, request.path
        )
        return _edit_page(request, post, EditPostForm(initial=initial, **_named(post)))
    form = EditPostForm(request.POST, request.FILES, **_named(post))
    if not form.is_valid():
        return _edit_page(request, post, form, status=422)
    try:
        saved = services.edit_post(
            post, by=request.membership, **with_picture_of(form, form.arguments(), by=request.membership)
        )
    except EditConflict as conflict:
        return _conflict_page(request, conflict.current or post, form)
    except (ContentError, TooFast) as refusal:
        form.add_error("body", str(refusal))
        return refused(_edit_page(request, post, form, status=422), refusal)
    forget_unsent(request)
    if saved.edit_waits:
        tell_that_it_waits(request)
    else:
        messages.success(request, _("Text saved."))
    tell_if_unscheduled(request, post.thread)
    tell_of_text(request, form)
    return mark_sent(redirect(address_of(post)), form.cleaned_data["submission"])


def tell_of_new(request: CommunityRequest, thread: Thread) -> None:
    """After somebody wrote a thread: where it is, unless they are led to what everybody sees."""
    if thread.state == State.DRAFT:
        messages.success(request, _("Draft saved."))
    elif thread.state == State.PENDING:
        messages.info(request, _("Sent. A person reads it first."))


def tell_that_it_waits(request: CommunityRequest) -> None:
    messages.info(request, _("Your change awaits a moderator; until then readers see the previous text."))


def tell_if_unscheduled(request: CommunityRequest, thread: Thread) -> None:
    """After an act on a text that was scheduled before it: `thread` as it was then."""
    if thread.state == State.SCHEDULED and Thread.objects.filter(pk=thread.pk, state=State.DRAFT).exists():
        messages.info(
            request,
            _("It is no longer scheduled: it was approved as it stood, so its editors read it once more."),
        )


def _named(post: Post) -> dict[str, Any]:
    """What the form and its fields are called: it may open in the thread, where others stand."""
    return {"key": f"edit:{post.pk}", "auto_id": f"id_%s_{post.pk}"}


def _stored(post: Post, waiting: PendingEdit | None) -> dict[str, object]:
    """The text to change: the one that waits for a moderator, where there is one for this person."""
    text = waiting or post
    return {
        "body": to_shown(text.body_source or text.body_html),
        "body_format": text.body_format if text.body_source else Post.Format.HTML,
        "revision": post.revision_count,
    }


def _edit_page(request: CommunityRequest, post: Post, form: EditPostForm, status: int = 200) -> HttpResponse:
    by = member_of(request)
    waiting = edit_shown_to(post, by)
    context = {
        "post": post,
        "thread": post.thread,
        "form": form,
        "back": address_of(post),
        "edit_waits": waiting is not None,
        "ways": ways_to_add(post, by),
        "may_open_wiki": can_open_wiki(by, post),
        "is_wiki": post.wiki_from is not None,
        "elsewhere": pictures_elsewhere(waiting or post)
        if is_open(request.community, request.membership, "uploads")
        else [],
    }
    return render(request, "content/edit_post.html", context, status=status)


def _conflict_page(request: CommunityRequest, current: Post, form: EditPostForm) -> HttpResponse:
    """Both texts: what is stored now, and what was typed, still in its form and based on the new state."""
    data = request.POST.copy()
    data["revision"] = str(current.revision_count)
    again = EditPostForm(data, **_named(current))
    context = {"post": current, "thread": current.thread, "form": again, "back": address_of(current)}
    return render(request, "content/edit_conflict.html", context, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
def delete_post(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """Asks for confirmation, then deletes one's own post; it can be restored for a day."""
    post = own_post(request, public_id)
    membership = request.membership
    assert membership is not None  # members only: the page is not public
    if not can_delete_post(membership, post):
        raise NotAllowed
    if request.method != "POST":
        context = {"post": post, "thread": post.thread, "back": address_of(post)}
        return render(request, "content/delete_post.html", context)
    whole = post.is_body or post.position is None
    target = post.thread.space.get_absolute_url() if whole else address_of(post)
    services.delete_post(post, by=membership)
    if post.position is None:
        messages.success(request, _("Post deleted."))
    else:
        words = _("Post deleted. For 24 hours you can restore it from “What I wrote”.")
        say_done(request, words, undo=reverse("content:restore-post", args=[post.public_id]))
    return redirect(target)


@require_POST
def restore_post(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """Puts back what one deleted less than a day ago."""
    post = own_post(request, public_id)
    try:
        services.restore_post(post, by=request.membership)
    except ContentError as refusal:
        messages.error(request, str(refusal))
        return redirect("content:list-own-content")
    messages.success(request, _("Post restored."))
    return redirect(address_of(post))
