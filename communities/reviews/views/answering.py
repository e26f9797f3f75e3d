"""The brand’s answer to a review."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.content.exceptions import ContentError
from communities.content.forms import mark_sent
from communities.content.models import Thread
from communities.content.unsent import forget_unsent, unsent_fields
from communities.exceptions import NotAllowed
from communities.launch.features import feature_required
from communities.limits import TooFast, refused
from communities.middleware import MemberRequest, member_of
from communities.reviews import services
from communities.reviews.forms import AnswerForm
from communities.reviews.models import review_of
from communities.reviews.permissions import FEATURE, can_answer_review
from communities.reviews.views.reading import get_review


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def answer_review(request: MemberRequest, slug: str) -> HttpResponse:
    """What the brand says of a review, under it wherever it is listed."""
    thread, by = get_review(request, slug), member_of(request)
    if review_of(thread) is None or not can_answer_review(by, thread):
        raise NotAllowed
    if request.method != "POST":
        typed = unsent_fields(request, request.path)
        return _page(request, thread, AnswerForm(thread=thread, initial=typed))
    form = AnswerForm(request.POST, thread=thread)
    if not form.is_valid():
        return _page(request, thread, form, status=422)
    try:
        post = services.answer_review(thread, by=by, **form.arguments())
    except (ContentError, TooFast) as refusal:
        form.add_error("body", str(refusal))
        return refused(_page(request, thread, form, status=422), refusal)
    forget_unsent(request)
    messages.success(request, _("Your answer is now under the review."))
    return mark_sent(redirect(thread.url_of(post.position or 1)), form.cleaned_data["submission"])


def _page(request: MemberRequest, thread: Thread, form: AnswerForm, status: int = 200) -> HttpResponse:
    context = {"thread": thread, "review": review_of(thread), "form": form}
    return render(request, "reviews/answer_review.html", context, status=status)
