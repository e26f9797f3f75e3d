"""What members do with an idea in one press. Each is a POST that leads back to where it was pressed."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.content import services as content_services
from communities.content.models import Thread
from communities.content.services.following import refollow_thread
from communities.exceptions import DomainError, NotAllowed
from communities.ideas.permissions import FEATURE
from communities.ideas.services import take_vote_back, vote_for
from communities.ideas.views.boxes import asked_order, asked_query, asked_status
from communities.ideas.views.reading import reachable_idea
from communities.in_place import answer_in_place
from communities.launch.features import feature_required
from communities.limits import TooFast, told_in_place
from communities.middleware import MemberRequest, member_of


@feature_required(FEATURE)
@require_POST
def vote_idea(request: MemberRequest, slug: str) -> HttpResponse:
    """Give a vote; what stops it is said where it was pressed."""
    return _voted(request, slug, vote_for, _("Your vote counts for this idea."))


@feature_required(FEATURE)
@require_POST
def unvote_idea(request: MemberRequest, slug: str) -> HttpResponse:
    """Take a vote back, to give it to another idea."""
    return _voted(request, slug, take_vote_back, _("Your vote is free again."))


def _voted(request: MemberRequest, slug: str, act: Callable[..., bool], said: str) -> HttpResponse:
    thread = reachable_idea(request, slug)
    back = _where_from(request, thread)
    try:
        if act(thread, by=member_of(request)):
            messages.success(request, said)
    except NotAllowed:
        raise
    except TooFast as refusal:
        return told_in_place(request, refusal, back=back)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(back)


def _where_from(request: MemberRequest, thread: Thread) -> str:
    """The list of the box as it was, where it was pressed there; else the idea."""
    if request.GET.get("from") != "box":
        return thread.get_absolute_url()
    query = asked_query(asked_order(request), asked_status(request), request.GET.get("after", ""))
    return f"{thread.space.get_absolute_url()}{f'?{query}' if query else ''}#idea-{thread.pk}"


@feature_required(FEATURE)
@require_POST
def follow_idea(request: MemberRequest, slug: str) -> HttpResponse:
    thread = reachable_idea(request, slug)
    try:
        refollow_thread(thread, by=request.membership)
    except TooFast as refusal:
        return told_in_place(request, refusal, back=thread.get_absolute_url())
    return _follows(request, thread, True)


@feature_required(FEATURE)
@require_POST
def unfollow_idea(request: MemberRequest, slug: str) -> HttpResponse:
    thread = reachable_idea(request, slug)
    content_services.unfollow_thread(thread, by=request.membership)
    return _follows(request, thread, False)


def _follows(request: MemberRequest, thread: Thread, follows: bool) -> HttpResponse:
    context = {"thread": {"slug": thread.slug, "follows": follows}}
    return answer_in_place(
        request,
        thread,
        block=lambda: render_to_string("ideas/follow_idea.html", context, request),
        target="closest form",
    )
