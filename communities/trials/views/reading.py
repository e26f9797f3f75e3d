"""One report: its text, how it stands, who has it too, the replies."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.content.addresses import absolute_address
from communities.content.hearing import heard_on
from communities.content.models import Post, Thread
from communities.content.permissions import can_edit_thread, can_reply_to_thread, sees_end
from communities.content.post_forms import EmptyReply, ReplyForm
from communities.content.showing.reading import page_number, read_posts, read_waiting
from communities.content.showing.readings import Reading, own_address
from communities.content.viewers import viewer_of
from communities.content.views.posts import answer_gone
from communities.content.views.replying import empty_or_filled
from communities.launch.features import feature_required, open_features
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
        **_thread(request, thread, posts, number, form),
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


def _thread(request: CommunityRequest, thread: Thread, posts: Any, number: int, form: Any) -> dict[str, Any]:
    """What every page of a thread shows."""
    by, url = request.membership, thread.get_absolute_url()
    may_reply = can_reply_to_thread(by, thread)
    features = open_features(request.community, by)
    return {
        "thread": thread,
        "thread_url": url,
        "posts": posts,
        "reading": Reading(
            community=request.community,
            membership=by,
            features=features,
            own_address=own_address(request.path, url, number),
            may_quote=may_reply,
            menu_of=request.GET.get("menu", ""),
        ),
        "waiting": _waiting(request, thread) if number == thread.last_page else [],
        "may_reply": may_reply,
        "slow_minutes": thread.space.slow_minutes if may_reply else 0,
        "may_edit": can_edit_thread(by, thread),
        "sees_end": sees_end(by, thread),
        "heard": heard_on(thread, number, by),
        "tags_open": "tags" in features,
        "number": number,
        "newer_url": f"{url}?page={number - 1}" if number > 1 else "",
        "older_url": f"{url}?page={number + 1}" if number < thread.last_page else "",
        "crumbs": [
            {"label": _("Beta tests"), "url": reverse("trials:list-trials")},
            {"label": thread.space.name, "url": thread.space.get_absolute_url()},
            {"label": thread.title},
        ],
    }


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


def _waiting(request: CommunityRequest, thread: Thread) -> list[Post]:
    """One’s own held texts, shown apart; for the team, the text of a report that waits for them."""
    if request.membership is None:
        return []
    if not thread.is_published and thread.author_id is not None:
        return read_waiting(thread, thread.author_id)
    return read_waiting(thread, request.membership.pk)
