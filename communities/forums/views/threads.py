"""One thread: reading it page by page, replying at its end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import get_script_prefix
from django.views.decorators.http import require_POST, require_safe

from communities.content import services
from communities.content.exceptions import ContentError, ThreadLocked
from communities.content.forms import mark_sent
from communities.content.models import Thread
from communities.content.permissions import can_reply_to_thread
from communities.content.post_forms import with_picture_of
from communities.content.showing.reading import page_number
from communities.content.showing.waits import held_notice
from communities.content.unsent import ask_to_sign_in, forget_unsent, unsent_fields
from communities.content.viewers import spaces_of, viewer_of
from communities.content.views.posts import address_of, answer_gone
from communities.forums.forms import ReplyForm
from communities.forums.queries import KINDS, new_address, thread_for_page
from communities.forums.quoting import quoted_text
from communities.forums.thread_page import ThreadPage
from communities.launch.features import feature_required
from communities.middleware import CommunityRequest
from communities.permissions import public_page


def reachable_thread(request: CommunityRequest, slug: str) -> Thread:
    """A forum thread for an act on it; 404 for those who may not see it."""
    threads = Thread.objects.reachable_by(viewer_of(request)).of_kind(*KINDS)
    thread: Thread | None = threads.filter(slug=slug).select_related("space").first()
    if thread is None:
        raise Http404
    return thread


@public_page
@feature_required("forums")
@require_safe
def show_thread(request: CommunityRequest, slug: str) -> HttpResponse:
    """A page of twenty posts by position; a renamed thread answers 301 from its former address."""
    thread = thread_for_page(viewer_of(request), slug, request.membership)
    if thread is None:
        target = new_address(request.path_info)
        if not target:
            return answer_gone(request, slug, kinds=KINDS)
        return HttpResponsePermanentRedirect(f"{get_script_prefix().rstrip('/')}{target}")
    page = page_number(request.GET.get("page"))
    if page > thread.last_page:
        raise Http404
    form = None
    if can_reply_to_thread(request.membership, _with_space(request, thread)):
        form = ReplyForm(thread=thread, initial=_reply_start(request, thread))
    return render_thread(request, thread, page=page, form=form)


def render_thread(
    request: CommunityRequest, thread: Thread, *, page: int, form: ReplyForm | None, status: int = 200
) -> HttpResponse:
    """The page of a thread, also as the answer to a reply that could not be taken."""
    context = ThreadPage(request, thread, page, form).context()
    response = render(request, "forums/show_thread.html", context, status=status)
    if "robots" in context:
        response.headers["X-Robots-Tag"] = context["robots"]
    return response


def _with_space(request: CommunityRequest, thread: Thread) -> Thread:
    """The thread's space from the process's memory; only archived ones cost a query."""
    for space in spaces_of(request.community):
        if space.pk == thread.space_id:
            thread.space = space
    return thread


def _reply_start(request: CommunityRequest, thread: Thread) -> dict[str, Any]:
    """What stands in the reply box: what was sent before the session ended, or a quotation."""
    start: dict[str, Any] = dict(unsent_fields(request, f"{thread.get_absolute_url()}reply/"))
    quoted = request.GET.get("quote", "")
    if quoted and not start:
        start |= quoted_text(thread, quoted)
    return start


@public_page
@feature_required("forums")
@require_POST
def reply_to_thread(request: CommunityRequest, slug: str) -> HttpResponse:
    """Post a reply; whatever stops it, what was typed comes back."""
    thread = reachable_thread(request, slug)
    if request.membership is None:
        return ask_to_sign_in(request, f"{thread.get_absolute_url()}#reply")
    form = ReplyForm(request.POST, request.FILES, thread=thread)
    if not form.is_valid():
        return _refuse(request, slug, form, 422)
    try:
        arguments = with_picture_of(form, form.arguments(), by=request.membership)
        post = services.reply_to(thread, by=request.membership, **arguments)
    except ThreadLocked:
        return _refuse(request, slug, form, 403)
    except ContentError as refusal:
        form.add_error("body", str(refusal))
        return _refuse(request, slug, form, 422)
    forget_unsent(request)
    if post.position is None:
        messages.info(request, held_notice(request.community.pk))
    return mark_sent(redirect(address_of(post)), form.cleaned_data["submission"])  # type: ignore[return-value]


def _refuse(request: CommunityRequest, slug: str, form: ReplyForm, status: int) -> HttpResponse:
    thread = thread_for_page(viewer_of(request), slug, request.membership)
    if thread is None:
        raise Http404
    return render_thread(
        request, _with_space(request, thread), page=thread.last_page, form=form, status=status
    )
