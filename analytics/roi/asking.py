"""“Did this save you a call?”, as it stands under an answer that helps."""

from __future__ import annotations

from django.conf import settings
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse

from analytics.capture.consent import Mode, mode_of
from analytics.roi.services.savings import FEATURE, can_say_saved, said_lately
from communities.content.models import Post, Thread
from communities.launch.features import open_features
from communities.middleware import CommunityRequest

TEMPLATE = "roi/saved_call.html"


def ask_saved(request: CommunityRequest, thread: Thread, answer: Post) -> str:
    """The question for this reader: one statement for a member, none for a visitor, whose page is the same for all."""
    by = request.membership
    if FEATURE not in open_features(request.community, by):
        return ""
    if by is None:
        return draw_question(request, answer) if asks_visitors(request) else ""
    answer.thread = thread
    if not can_say_saved(by, answer):
        return ""
    said = next(iter(said_lately(by, thread.pk)), None)
    if said is None:
        return draw_question(request, answer)
    return draw_question(request, answer, said=said.saved) if said.thread_id == thread.pk else ""


def asks_visitors(request: CommunityRequest) -> bool:
    """Where visits are counted without a cookie, unless the place is read-only. Where each visitor is asked for their
    consent, pages that are kept cannot tell who gave it."""
    here = request.community
    return settings.CAPTURE and here.takes_texts and mode_of(here) is Mode.EXEMPT


def draw_question(request: CommunityRequest, answer: Post, *, said: bool | None = None) -> str:
    """The question, or what was said with the way to change it. A visitor’s has no token: see the view."""
    context = {
        "address": reverse("roi:say-saved", args=[answer.public_id]),
        "said": said,
        "token": get_token(request) if request.membership is not None else "",
    }
    return render_to_string(TEMPLATE, context)
