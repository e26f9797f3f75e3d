"""Voting, and following a challenge: one press each, which leads back to where it was pressed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.challenges import voting
from communities.challenges.models import Entry
from communities.challenges.permissions import FEATURE
from communities.challenges.views.reading import get_challenge, get_dated
from communities.content.models import Thread
from communities.content.services import unfollow_thread
from communities.content.services.following import refollow_thread
from communities.exceptions import DomainError, NotAllowed
from communities.in_place import answer_in_place
from communities.launch.features import feature_required
from communities.limits import TooFast, told_in_place
from communities.middleware import MemberRequest, member_of


def _back(request: MemberRequest, thread: Thread, anchor: str) -> str:
    """The page of entries where it was pressed."""
    asked = {name: request.GET[name][:60] for name in ("order", "after") if request.GET.get(name)}
    query = "&".join(f"{name}={value}" for name, value in asked.items() if value.replace("-", "").isalnum())
    return f"{thread.get_absolute_url()}{f'?{query}' if query else ''}#{anchor}"


@feature_required(FEATURE)
@require_POST
def vote_for_entry(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Give one’s vote, or move it here; what stops it is said where it was pressed."""
    thread, challenge = get_dated(request, slug)
    entry = Entry.objects.of(challenge).filter(pk=pk).first()
    if entry is None:
        raise Http404
    entry.challenge = challenge
    back = _back(request, thread, f"entry-{pk}")
    try:
        if voting.vote_for(entry, by=member_of(request)):
            messages.success(request, _("Your vote is on this entry. Until votes close you can move it."))
    except NotAllowed:
        raise
    except TooFast as refusal:
        return told_in_place(request, refusal, back=back)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(back)


@feature_required(FEATURE)
@require_POST
def take_vote_back(request: MemberRequest, slug: str) -> HttpResponse:
    thread, challenge = get_dated(request, slug)
    try:
        if voting.take_vote_back(challenge, by=member_of(request)):
            messages.success(request, _("Your vote is free again."))
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(_back(request, thread, "entries"))


@feature_required(FEATURE)
@require_POST
def follow_challenge(request: MemberRequest, slug: str) -> HttpResponse:
    """Be told when it opens, is voted on and is decided."""
    thread = get_challenge(request, slug)
    try:
        refollow_thread(thread, by=member_of(request))
    except TooFast as refusal:
        return told_in_place(request, refusal, back=thread.get_absolute_url())
    return _follows(request, thread, True)


@feature_required(FEATURE)
@require_POST
def unfollow_challenge(request: MemberRequest, slug: str) -> HttpResponse:
    thread = get_challenge(request, slug)
    unfollow_thread(thread, by=member_of(request))
    return _follows(request, thread, False)


def _follows(request: MemberRequest, thread: Thread, follows: bool) -> HttpResponse:
    context = {"thread": {"slug": thread.slug, "follows": follows}}
    return answer_in_place(
        request,
        thread,
        block=lambda: render_to_string("challenges/follow_challenge.html", context, request),
        target="closest form",
    )
