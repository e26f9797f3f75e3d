"""One thread, read page by page."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import get_script_prefix
from django.views.decorators.http import require_safe

from communities.content.finding.by_day import position_since
from communities.content.models import Thread
from communities.content.post_forms import EmptyReply, ReplyForm
from communities.content.showing.reading import page_number
from communities.content.showing.readings import number_in
from communities.content.viewers import spaces_of, viewer_of
from communities.content.views.posts import answer_gone
from communities.content.views.replying import empty_or_filled
from communities.dates import read_day
from communities.forums.models import KINDS
from communities.forums.queries import merged_into, new_address, thread_for_act, thread_for_page
from communities.forums.quoting import quoted_text
from communities.forums.thread_page import ThreadPage, asked_day
from communities.launch.features import feature_required
from communities.middleware import CommunityRequest
from communities.permissions import public_page
from communities.redrawing import redrawn_when_changed
from communities.responses import permanently


def reachable_thread(request: CommunityRequest, slug: str) -> Thread:
    """A forum thread for an act on it; 404 for those who may not see it."""
    thread = thread_for_act(viewer_of(request), slug)
    if thread is None:
        raise Http404
    return thread


def thread_to_reply_to(request: CommunityRequest, slug: str) -> Thread:
    """The same for what was typed under it: where it was merged meanwhile, that is taken in the other thread. No other
    act is: whoever locks, renames or has read the one page has not seen the other."""
    thread = thread_for_act(viewer_of(request), slug) or thread_for_act(viewer_of(request), merged_into(slug))
    if thread is None:
        raise Http404
    return thread


@public_page
@redrawn_when_changed
@feature_required("forums")
@require_safe
def show_thread(request: CommunityRequest, slug: str) -> HttpResponse:
    """A page of twenty posts by position; a renamed thread answers 301 from its former address. `?on=20/11/2026`, or as
    the language writes it, leads to the first post of that day or later."""
    thread = thread_for_page(viewer_of(request), slug, request.membership)
    if thread is None:
        target = new_address(request.path_info, viewer_of(request))
        if not target:
            return answer_gone(request, slug, kinds=KINDS)
        return permanently(request, f"{get_script_prefix().rstrip('/')}{target}")
    day = _day_in(asked_day(request))
    if day is not None:
        morning = datetime.datetime.combine(day, datetime.time.min, tzinfo=request.community.zone)
        return redirect(thread.url_of(position_since(thread, morning)))
    page = page_number(request.GET.get("page"))
    if page > thread.last_page:
        if not thread.divided:
            raise Http404
        # It was that long before posts of it were taken out.
        return redirect(thread.url_of(thread.last_position))
    quoted = number_in(request.GET.get("quote"))
    form = empty_or_filled(request, _with_space(request, thread))
    if isinstance(form, EmptyReply) and quoted:
        form = ReplyForm(thread=thread, by=request.membership, initial=quoted_text(thread, quoted))
    return render_thread(request, thread, page=page, form=form)


def _day_in(value: str) -> datetime.date | None:
    """The day that somebody asked for; None for anything else, which the page then says."""
    if not value:
        return None
    try:
        return read_day(value)
    except ValidationError:
        return None


def render_thread(
    request: CommunityRequest,
    thread: Thread,
    *,
    page: int,
    form: ReplyForm | EmptyReply | None,
    status: int = 200,
) -> HttpResponse:
    """The page of a thread, also as the answer to a reply that could not be taken."""
    context = ThreadPage(request, thread, page, form).context()
    response = render(request, "forums/show_thread.html", context, status=status)
    if "robots" in context:
        response.headers["X-Robots-Tag"] = context["robots"]
    return response


def _with_space(request: CommunityRequest, thread: Thread) -> Thread:
    """The thread's space from the in-process cache; only archived ones cost a query."""
    for space in spaces_of(request.community):
        if space.pk == thread.space_id:
            thread.space = space
    return thread


def show_unreplied(request: CommunityRequest, thread: Thread, form: ReplyForm, status: int) -> HttpResponse:
    """The end of a thread with a reply that could not be taken."""
    shown = thread_for_page(viewer_of(request), thread.slug, request.membership)
    if shown is None:
        raise Http404
    return render_thread(request, _with_space(request, shown), page=shown.last_page, form=form, status=status)
