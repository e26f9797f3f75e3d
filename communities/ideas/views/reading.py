"""One idea: its text, what the team says of it, its votes, the replies."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.calendar import today
from communities.content.addresses import absolute_address
from communities.content.models import Post, Thread
from communities.content.post_forms import EmptyReply, ReplyForm
from communities.content.showing.reading import page_number, read_posts
from communities.content.showing.rewards import labelled
from communities.content.showing.sharing import share_address
from communities.content.text.extracts import excerpt
from communities.content.viewers import Viewer, public_viewer, viewer_of
from communities.content.views.posts import answer_gone
from communities.content.views.replying import empty_or_filled
from communities.content.views.thread_pages import thread_with_replies
from communities.ideas.models import IDEA, Box, Idea
from communities.ideas.permissions import (
    FEATURE,
    can_answer_idea,
    can_merge_idea,
    can_vote_for,
    sees_overdue,
)
from communities.ideas.queries import (
    answers_of,
    box_for_page,
    idea_for_act,
    idea_for_page,
    merged_into,
    new_address,
    purse_of,
)
from communities.ideas.services import when_votes
from communities.launch.features import feature_required
from communities.middleware import CommunityRequest
from communities.permissions import public_page
from communities.responses import permanently

LONGEST_DESCRIPTION = 160


def reachable_idea(request: CommunityRequest, slug: str) -> Thread:
    """An idea for an act on it; raises Http404 for those who may not see it."""
    thread = idea_for_act(viewer_of(request), slug)
    if thread is None:
        raise Http404
    return thread


@public_page
@feature_required(FEATURE)
@require_safe
def show_idea(request: CommunityRequest, slug: str) -> HttpResponse:
    """What became of it? A renamed idea, and one that was merged into another, answer 301."""
    thread = idea_for_page(viewer_of(request), slug, request.membership)
    if thread is None:
        target = new_address(request.path_info, viewer_of(request))
        if not target:
            return answer_gone(request, slug, kinds=(IDEA,))
        return permanently(request, f"{get_script_prefix().rstrip('/')}{target}")
    into = _joined(thread, viewer_of(request))
    if into is not None:
        return permanently(request, into.get_absolute_url())
    return render_idea(
        request, thread, number=_number(request, thread), form=empty_or_filled(request, thread)
    )


@public_page
@feature_required(FEATURE)
@require_safe
def show_merged(request: CommunityRequest, slug: str) -> HttpResponse:
    """An idea that was merged, as it was: to be read, with nothing to be added."""
    thread = idea_for_page(viewer_of(request), slug, request.membership)
    if thread is None or _joined(thread, viewer_of(request)) is None:
        raise Http404
    return render_idea(request, thread, number=_number(request, thread), form=None)


def show_unreplied(request: CommunityRequest, thread: Thread, form: ReplyForm, status: int) -> HttpResponse:
    """The end of an idea’s replies with one that could not be taken."""
    shown = idea_for_page(viewer_of(request), thread.slug, request.membership)
    if shown is None:
        raise Http404
    return render_idea(request, shown, number=shown.last_page, form=form, status=status)


def _joined(thread: Thread, viewer: Viewer) -> Thread | None:
    """The idea that this one was merged into, while this reader can read that."""
    idea: Idea | None = getattr(thread, "idea", None)
    if idea is None or idea.merged_into is None:
        return None
    into: Thread = idea.merged_into.thread
    return into if into.is_published and into.space_id in viewer.space_ids else None


def _number(request: CommunityRequest, thread: Thread) -> int:
    number = page_number(request.GET.get("page"))
    if number > max(thread.last_page, 1):
        raise Http404
    return number


def render_idea(
    request: CommunityRequest,
    thread: Thread,
    *,
    number: int,
    form: ReplyForm | EmptyReply | None,
    status: int = 200,
) -> HttpResponse:
    """The page of an idea, also as the answer to a reply that could not be taken."""
    box = box_for_page(thread.space)
    idea: Idea = getattr(thread, "idea", None) or Idea(thread=thread, box=box)
    posts = read_posts(thread, number, by=request.membership)
    first = posts[0] if posts and posts[0].is_body else None
    context = {
        **thread_with_replies(request, thread, posts, number),
        "crumbs": _crumbs(thread),
        **_standing(request, thread, idea, box),
        **_described(request, thread, first, number),
        "body": first,
        "replies": posts[1:] if first is not None else posts,
        "form": form,
    }
    response = render(request, "ideas/show_idea.html", context, status=status)
    if context["robots"]:
        response.headers["X-Robots-Tag"] = context["robots"]
    return response


def _crumbs(thread: Thread) -> list[dict[str, Any]]:
    return [
        {"label": _("Ideas"), "url": reverse("ideas:list-boxes")},
        {"label": thread.space.name, "url": thread.space.get_absolute_url()},
        {"label": thread.title},
    ]


def _standing(request: CommunityRequest, thread: Thread, idea: Idea, box: Box) -> dict[str, Any]:
    """What the team says of an idea, its votes, and what this reader may do about both."""
    by, purse = request.membership, purse_of(box, request.membership, [idea.pk])
    answers = answers_of(idea) if idea.answered_at else []
    may_answer = thread.is_published and can_answer_idea(by, idea, box)
    day = today(request.community)
    return {
        "idea": idea,
        "box": box,
        "into": _joined(thread, viewer_of(request)),
        "answer": idea.answer if idea.answer and idea.answer.is_published else None,
        "answers": answers,
        "joined": merged_into(idea, viewer_of(request)) if thread.is_published and not idea.is_merged else [],
        "purse": purse,
        "is_mine": idea.pk in purse.mine,
        "votes_open": box.takes_votes and thread.is_published and not idea.is_merged,
        "may_vote": box.takes_votes and can_vote_for(by, thread),
        "when_votes": "" if box.takes_votes else when_votes(box),
        "may_answer": may_answer,
        "may_merge": may_answer and can_merge_idea(by, thread, box),
        "is_overdue": idea.is_overdue(day) and sees_overdue(by, idea, box),
    }


def _described(request: CommunityRequest, thread: Thread, first: Post | None, number: int) -> dict[str, Any]:
    url = thread.get_absolute_url() + (f"?page={number}" if number > 1 else "")
    is_public = thread.is_published and thread.space_id in public_viewer(request.community).space_ids
    idea: Idea | None = getattr(thread, "idea", None)
    return {
        "page_title": thread.title,
        "page_description": labelled(first, excerpt(first.body_html, LONGEST_DESCRIPTION)) if first else "",
        "canonical_url": absolute_address(request.community, url),
        "share_image": share_address(request.community, thread) if is_public else "",
        "share_type": "article",
        "robots": "" if is_public and not (idea and idea.is_merged) else "noindex",
    }
