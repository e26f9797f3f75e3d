"""Where a reader says whether an answer saved them a call: one press, with a script or without."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from analytics.capture.consent import is_from_here
from analytics.capture.recording import number_once
from analytics.roi.asking import asks_visitors, draw_question
from analytics.roi.exceptions import NotAsked
from analytics.roi.services.savings import FEATURE, say_saved_unknown
from analytics.roi.services.savings import say_saved as keep_saved
from communities.content.models import Post
from communities.content.viewers import viewer_of
from communities.content.views.posts import address_of
from communities.launch.features import feature_required
from communities.limits import TooFast, told_in_place
from communities.middleware import CommunityRequest
from communities.permissions import public_page
from members.limits import limited
from members.origins import without_token

ANSWERS = {"yes": True, "no": False}


@without_token
@public_page
@never_cache
@limited("saved_call")
@feature_required(FEATURE)
@require_POST
def say_saved(request: CommunityRequest, public_id: uuid.UUID) -> HttpResponse:
    """Exempt from the token only for visitors, whose pages are the same for everybody: the browser says who asks."""
    posts = Post.objects.visible_to(viewer_of(request)).select_related("thread__space")
    answer: Post | None = posts.filter(public_id=public_id, thread__asks=True).first()
    if answer is None:
        raise Http404
    saved = ANSWERS.get(request.POST.get("saved", ""))
    if saved is None:
        return HttpResponseBadRequest()
    try:
        return (_of_visitor if request.membership is None else _of_member)(request, answer, saved)
    except NotAsked as refusal:
        messages.error(request, str(refusal))
        return redirect(address_of(answer))


@csrf_protect
def _of_member(request: CommunityRequest, answer: Post, saved: bool) -> HttpResponse:
    assert request.membership is not None  # who has none is a visitor
    try:
        keep_saved(answer, saved=saved, by=request.membership)
    except TooFast as refusal:
        return told_in_place(request, refusal, back=address_of(answer))
    return _shown(request, answer, saved)


def _of_visitor(request: CommunityRequest, answer: Post, saved: bool) -> HttpResponse:
    if not is_from_here(request):
        return HttpResponseBadRequest()
    browser = number_once(request, str(answer.thread_id)) if asks_visitors(request) else None
    if browser is None:
        words = _("Your browser asks not to be counted, so your answer was not kept.")
        messages.info(request, words)
        return redirect(address_of(answer))
    say_saved_unknown(answer, saved=saved, browser=browser)
    return _shown(request, answer, saved)


def _shown(request: CommunityRequest, answer: Post, saved: bool) -> HttpResponse:
    if request.htmx:
        return HttpResponse(draw_question(request, answer, said=saved))
    messages.success(request, _("Thank you: your answer is counted, without your name."))
    return redirect(address_of(answer))
