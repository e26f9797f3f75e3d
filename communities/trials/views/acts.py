"""What testers do with a report in one press. Each is a POST that leads back to it."""

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
from communities.in_place import answer_in_place
from communities.launch.features import feature_required
from communities.limits import TooFast, told_in_place
from communities.middleware import MemberRequest, member_of
from communities.trials import reporting
from communities.trials.permissions import FEATURE
from communities.trials.views.reading import reachable_feedback


@feature_required(FEATURE)
@require_POST
def have_it_too(request: MemberRequest, slug: str) -> HttpResponse:
    return _said(request, slug, reporting.have_it_too, _("Noted: you have it, too."))


@feature_required(FEATURE)
@require_POST
def no_longer_have_it(request: MemberRequest, slug: str) -> HttpResponse:
    return _said(request, slug, reporting.no_longer_have_it, _("Noted: you do not have it."))


def _said(request: MemberRequest, slug: str, act: Callable[..., bool], words: str) -> HttpResponse:
    thread = reachable_feedback(request, slug)
    try:
        if act(thread, by=member_of(request)):
            messages.success(request, words)
    except NotAllowed:
        raise
    except TooFast as refusal:
        return told_in_place(request, refusal, back=thread.get_absolute_url())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(thread)


@feature_required(FEATURE)
@require_POST
def follow_feedback(request: MemberRequest, slug: str) -> HttpResponse:
    thread = reachable_feedback(request, slug)
    try:
        refollow_thread(thread, by=request.membership)
    except TooFast as refusal:
        return told_in_place(request, refusal, back=thread.get_absolute_url())
    return _follows(request, thread, True)


@feature_required(FEATURE)
@require_POST
def unfollow_feedback(request: MemberRequest, slug: str) -> HttpResponse:
    thread = reachable_feedback(request, slug)
    content_services.unfollow_thread(thread, by=request.membership)
    return _follows(request, thread, False)


def _follows(request: MemberRequest, thread: Thread, follows: bool) -> HttpResponse:
    context = {"thread": {"slug": thread.slug, "follows": follows}}
    return answer_in_place(
        request,
        thread,
        block=lambda: render_to_string("trials/follow_feedback.html", context, request),
        target="closest form",
    )
