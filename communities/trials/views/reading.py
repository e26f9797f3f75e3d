"""One report: its text, how it stands, who has it too, the replies."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.content.addresses import absolute_address
from communities.content.models import Thread
from communities.content.post_forms import EmptyReply, ReplyForm
from communities.content.showing.reading import page_number, read_posts
from communities.content.viewers import viewer_of
from communities.content.views.posts import answer_gone
from communities.content.views.replying import empty_or_filled
from communities.content.views.thread_pages import thread_with_replies
from communities.launch.features import feature_required
from communities.middleware import CommunityRequest, MemberRequest
from communities.responses import permanently
from communities.trials.models import FEEDBACK, Feedback, Trial
from communities.trials.permissions import FEATURE, can_handle_feedback, can_have_it_too
from communities.trials.queries import (
    doubles_of,
    feedback_for_act,
    feedback_for_page,
    has_it,
    new_address,
)


def reachable_feedback(request: CommunityRequest, slug: str) -> Thread:
    """A report for an act on it; raises Http404 for those who may not see it."""
    thread = feedback_for_act(viewer_of(request), slug)
    if thread is None:
        raise Http404
    return thread


@feature_required(FEATURE)
@require_safe
def show_feedback(request: MemberRequest, slug: str) -> HttpResponse:
    """How does it stand? One whose title has changed answers 301. Visitors are asked to sign in, whether it is there or
    not."""
    thread = feedback_for_page(viewer_of(request), slug, request.membership)
    if thread is None:
        target = new_address(request.path_info, viewer_of(request))
        if not target:
            return answer_gone(request, slug, kinds=(FEEDBACK,))
        return permanently(request, f"{get_script_prefix().rstrip('/')}{target}")
    number = page_number(request.GET.get("page"))
    if number > max(thread.last_page, 1):
        raise Http404
    return render_feedback(request, thread, number=number, form=empty_or_filled(request, thread))


def show_unreplied(request: CommunityRequest, thread: Thread, form: ReplyForm, status: int) -> HttpResponse:
    """The end of the replies with one that could not be taken."""
    shown = feedback_for_page(viewer_of(request), thread.slug, request.membership)
    if shown is None:
        raise Http404
    return render_feedback(request, shown, number=shown.last_page, form=form, status=status)


def render_feedback(
    request: CommunityRequest,
    thread: Thread,
    *,
    number: int,
    form: ReplyForm | EmptyReply | None,
    status: int = 200,
) -> HttpResponse:
    """The page of a report, also as the answer to a reply that could not be taken. It is for no search engine."""
    feedback: Feedback = getattr(thread, "feedback", None) or Feedback(
        thread=thread, trial=Trial(space=thread.space)
    )
    posts = read_posts(thread, number, by=request.membership)
    first = posts[0] if posts and posts[0].is_body else None
    context = {
        **thread_with_replies(request, thread, posts, number),
        "crumbs": _crumbs(thread),
        **_standing(request, thread, feedback),
        "body": first,
        "replies": posts[1:] if first is not None else posts,
        "form": form,
        "page_title": thread.title,
        "canonical_url": absolute_address(request.community, thread.get_absolute_url()),
        "robots": "noindex",
    }
    response = render(request, "trials/show_feedback.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _crumbs(thread: Thread) -> list[dict[str, Any]]:
    return [
        {"label": _("Beta tests"), "url": reverse("trials:list-trials")},
        {"label": thread.space.name, "url": thread.space.get_absolute_url()},
        {"label": thread.title},
    ]


def _standing(request: CommunityRequest, thread: Thread, feedback: Feedback) -> dict[str, Any]:
    """How a report stands, and what this reader may do about it."""
    by, viewer = request.membership, viewer_of(request)
    is_closed = feedback.trial.is_closed
    mine = has_it(feedback, by)
    main = feedback.same_as.thread if feedback.same_as is not None else None
    is_readable = main is not None and main.is_published and main.space_id in viewer.space_ids
    may_handle = not is_closed and can_handle_feedback(by, thread)
    return {
        "feedback": feedback,
        "main": main if is_readable else None,
        "doubles": doubles_of(feedback, viewer) if thread.is_published and not feedback.is_double else [],
        "is_mine": mine,
        "may_also": not is_closed and not feedback.is_double and (mine or can_have_it_too(by, thread)),
        "may_handle": may_handle,
        "test_closed": is_closed,
    }
