"""Replies that were written without a network: the browser keeps them and sends them by itself once it is back
(static/js/away.mjs). Whatever comes of one, its words are somewhere: in the thread, or among the drafts, with why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from communities.content.exceptions import ContentError
from communities.content.forms import mark_sent
from communities.content.models import Post, Thread
from communities.content.permissions import can_reply_to_thread
from communities.content.post_forms import ReplyForm, tell_of_text
from communities.content.services import reply_to
from communities.content.services.keeping_unsent import keep_unsent, refused_before
from communities.content.services.writing import already_submitted
from communities.content.unsent import forget_unsent
from communities.content.views.posts import address_of
from communities.content.views.unsent import typed_in
from communities.exceptions import DomainError
from communities.limits import TooFast, refused
from communities.middleware import CommunityRequest
from communities.models import Membership

_HEADER = "X-Queued"


def is_queued(request: CommunityRequest) -> bool:
    return _HEADER in request.headers


def take_queued(request: CommunityRequest, find: Callable[[], Thread]) -> HttpResponse:
    """Post it, or keep it as a draft. JSON: `words` that say which, `url` of where it is, `label` of a link to it.

    Where nothing could be kept either, and for whoever is signed out, a refusal: the browser keeps it on. Whoever is
    no member any more gets 410: it is never sent, and the browser forgets it.
    """
    by = request.membership
    if by is None:
        return HttpResponse(status=410 if _is_gone(request) else 401)
    about = "reply:0"
    try:
        thread = find()
        about = f"reply:{thread.pk}"
        with transaction.atomic():
            post, form = _posted(request, thread, by)
    except TooFast as refusal:
        return refused(HttpResponse(str(refusal)), refusal)
    except Http404:
        return _kept(request, _("What it replies to is no longer here, or not open to you."), about, by)
    except DomainError as refusal:
        return _kept(request, str(refusal), about, by)
    forget_unsent(request, is_taken=post.has_taken_draft)
    tell_of_text(request, form)
    waits = post.position is None
    said = {
        "words": _("Your reply was sent. A person reads it first.") if waits else _("Your reply was sent."),
        "url": address_of(post),
        "label": _("See it"),
    }
    return mark_sent(JsonResponse(said), form.cleaned_data["submission"])


def _is_gone(request: CommunityRequest) -> bool:
    """Whether somebody is signed in who does not come back by waiting, as who is shut out for some days does."""
    waits = (Membership.Status.INVITED, Membership.Status.ACTIVE, Membership.Status.SUSPENDED)
    return (
        request.user.is_authenticated
        and not Membership.objects.filter(member=request.user.pk, status__in=waits).exists()
    )


def _posted(request: CommunityRequest, thread: Thread, by: Membership) -> tuple[Post, ReplyForm]:
    if refused_picture := request.POST.get("picture_refused", ""):
        raise ContentError(_("A picture could not be sent: %(why)s") % {"why": refused_picture[:200]})
    form = ReplyForm(request.POST, thread=thread, by=by)
    if not form.is_valid():
        raise ContentError(form.first_problem())
    # It arrived before, and its browser did not hear.
    if (again := already_submitted(by, form.cleaned_data["submission"])) is not None:
        return again, form
    if thread.locked and not can_reply_to_thread(by, thread):
        raise ContentError(_("The thread was locked before your reply arrived."))
    return reply_to(thread, by=by, **form.arguments()), form


def _kept(request: CommunityRequest, why: str, about: str, by: Membership) -> HttpResponse:
    typed = replace(typed_in(request), about=about)
    try:
        draft = refused_before(typed, by=by) or keep_unsent(
            typed, by=by, number=request.POST.get("unsent", ""), reason=why
        )
    except TooFast as refusal:
        return refused(HttpResponse(str(refusal)), refusal)
    except DomainError as refusal:
        return HttpResponse(str(refusal), status=422)
    said = {
        "words": _("Your reply could not be posted, and is among your drafts: %(why)s") % {"why": why},
        "url": reverse("content:show-unsent", args=[draft.pk]) if draft else reverse("content:list-drafts"),
        "label": _("Open the draft"),
    }
    return JsonResponse(said)
