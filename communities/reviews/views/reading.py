"""One thing with its reviews, and one review with its replies."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix
from django.views.decorators.http import require_safe

from communities.content.models import Thread
from communities.content.post_forms import EmptyReply, ReplyForm
from communities.content.queries import follow
from communities.content.showing.reading import page_number
from communities.content.viewers import viewer_of
from communities.content.views.posts import answer_gone
from communities.content.views.replying import empty_or_filled
from communities.launch.features import feature_required
from communities.middleware import CommunityRequest
from communities.permissions import public_page
from communities.responses import permanently
from communities.reviews.models import REVIEW, Thing
from communities.reviews.permissions import FEATURE
from communities.reviews.queries import review_for_page, thing_at
from communities.reviews.review_page import review_page
from communities.reviews.thing_page import thing_page


def get_thing(request: CommunityRequest, slug: str) -> Thing:
    """A thing whose space this person may read; raises Http404."""
    thing = thing_at(request.community, viewer_of(request), slug)
    if thing is None:
        raise Http404
    return thing


def get_review(request: CommunityRequest, slug: str) -> Thread:
    """A review whose page this person may open, published or not; raises Http404."""
    thread = review_for_page(viewer_of(request), slug, request.membership)
    if thread is None:
        raise Http404
    return thread


@public_page
@feature_required(FEATURE)
@require_safe
def show_thing(request: CommunityRequest, slug: str) -> HttpResponse:
    """What people found: the average with its n, how it is spread, and the reviews themselves."""
    return render(request, "reviews/show_thing.html", thing_page(request, get_thing(request, slug)))


@public_page
@feature_required(FEATURE)
@require_safe
def show_review(request: CommunityRequest, slug: str) -> HttpResponse:
    """A review with its replies; a renamed one answers 301 from its former address."""
    thread = review_for_page(viewer_of(request), slug, request.membership)
    if thread is None:
        target = follow([request.path_info[:400]], viewer_of(request))
        if not target:
            return answer_gone(request, slug, kinds=(REVIEW,))
        return permanently(request, f"{get_script_prefix().rstrip('/')}{target}")
    page = page_number(request.GET.get("page"))
    if page > max(thread.last_page, 1):
        raise Http404
    return _render(request, thread, page, empty_or_filled(request, thread))


def _render(
    request: CommunityRequest,
    thread: Thread,
    page: int,
    form: ReplyForm | EmptyReply | None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = review_page(request, thread, page, form)
    response = render(request, "reviews/show_review.html", context, status=status)
    if "robots" in context:
        response.headers["X-Robots-Tag"] = context["robots"]
    return response


def show_unreplied(request: CommunityRequest, thread: Thread, form: ReplyForm, status: int) -> HttpResponse:
    """The end of a review’s replies with one that could not be taken."""
    return _render(request, thread, max(thread.last_page, 1), form, status)
