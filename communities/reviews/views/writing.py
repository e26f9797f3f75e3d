"""Writing a review, and changing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.content.exceptions import ContentError, TagRequired, TitleNotOpen
from communities.content.forms import mark_sent, suit_space
from communities.content.models import Thread
from communities.content.permissions import can_edit_post
from communities.content.post_forms import tell_of_text, with_picture_of
from communities.content.unsent import ask_to_sign_in, forget_unsent, unsent_fields
from communities.content.views.posts import tell_of_new
from communities.exceptions import NotAllowed
from communities.launch.features import feature_required
from communities.limits import TooFast, refused
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page
from communities.reviews import services
from communities.reviews.exceptions import OrderUnknown, OrderUsed, ReviewedAlready, TakesNoReviews, ToCome
from communities.reviews.forms import FactsForm, WriteReviewForm, said_of
from communities.reviews.models import GONE, Thing, review_of
from communities.reviews.permissions import FEATURE, can_change_review, can_review, takes_reviews
from communities.reviews.views.reading import get_review, get_thing

# Which field a refusal stands beside; of others the text.
_FIELDS = {
    OrderUnknown: "order_number",
    OrderUsed: "order_number",
    ToCome: "experienced_on",
    TitleNotOpen: "title",
}


@public_page
@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def write_review(request: CommunityRequest, slug: str) -> HttpResponse:
    thing, by = get_thing(request, slug), request.membership
    if by is None:
        return ask_to_sign_in(request, request.path)
    if not can_review(by, thing.space):
        raise NotAllowed
    mine = services.standing_review(thing, by)
    if mine is not None and mine.thread.state not in GONE:
        return _told_already(request, mine.thread, thing)
    if not takes_reviews(thing):
        messages.info(request, str(TakesNoReviews.message))
        return redirect("reviews:show-thing", thing.slug)
    if request.method != "POST":
        initial = unsent_fields(request, request.path, begins=True)
        return _writing(
            request, thing, WriteReviewForm(thing=thing, community=request.community, initial=initial)
        )
    form = WriteReviewForm(request.POST, request.FILES, thing=thing, community=request.community)
    if not form.is_valid():
        return _writing(request, thing, form, status=422)
    try:
        arguments = with_picture_of(form, form.text_arguments(), by=by)
        thread = services.write_review(
            thing, by=by, community=request.community, text=form.written(arguments), facts=form.facts()
        )
    except (ContentError, TooFast) as refusal:
        form.add_error(_field_of(refusal, "body"), str(refusal))
        return refused(_writing(request, thing, form, status=422), refusal)
    forget_unsent(request)
    tell_of_new(request, thread)
    tell_of_text(request, form)
    return mark_sent(redirect(thread.get_absolute_url()), form.cleaned_data["submission"])


def _told_already(request: CommunityRequest, thread: Thread, thing: Thing) -> HttpResponse:
    """The same sent twice leads to what the first has made; else to the review that can be changed."""
    if request.method != "POST":
        messages.info(request, str(ReviewedAlready.message))
    thread.space = thing.space
    return redirect(thread.get_absolute_url())


def _field_of(refusal: Exception, usual: str | None) -> str | None:
    if isinstance(refusal, TagRequired):
        return None
    return next((field for kind, field in _FIELDS.items() if isinstance(refusal, kind)), usual)


def _writing(
    request: CommunityRequest, thing: Thing, form: WriteReviewForm, status: int = 200
) -> HttpResponse:
    suit_space(form, thing.space)
    context = {
        "thing": thing,
        "space": thing.space,
        "form": form,
        "crumbs": [
            {"label": thing.space.name, "url": thing.space.get_absolute_url()},
            {"label": thing.name, "url": reverse("reviews:show-thing", args=[thing.slug])},
            {"label": _("Write a review")},
        ],
    }
    return render(request, "reviews/write_review.html", context, status=status)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def change_review(request: MemberRequest, slug: str) -> HttpResponse:
    """All of a review but its text, which is a post and has a page of its own."""
    thread, by = get_review(request, slug), member_of(request)
    review = review_of(thread)
    if review is None or not can_change_review(by, thread):
        raise NotAllowed
    about: dict[str, Any] = {"initial": said_of(thread, review), "community": request.community}
    if request.method != "POST":
        return _changing(request, thread, FactsForm(**about))
    form = FactsForm(request.POST, **about)
    if not form.is_valid():
        return _changing(request, thread, form, status=422)
    try:
        is_shown = services.change_review(
            thread, by=by, title=form.cleaned_data["title"], facts=form.facts(), community=request.community
        )
    except (ContentError, TooFast) as refusal:
        form.add_error(_field_of(refusal, None), str(refusal))
        return refused(_changing(request, thread, form, status=422), refusal)
    if is_shown:
        messages.success(request, _("Saved."))
    else:
        messages.info(request, _("Your change awaits a moderator; until then readers see the previous text."))
    return redirect(Thread.objects.select_related("space").get(pk=thread.pk))


def _changing(request: MemberRequest, thread: Thread, form: FactsForm, status: int = 200) -> HttpResponse:
    opening = thread.opening()
    may_edit = can_edit_post(request.membership, opening)
    text_url = reverse("content:edit-post", args=[opening.public_id]) if may_edit else ""
    context = {"thread": thread, "form": form, "text_url": text_url}
    return render(request, "reviews/edit_review.html", context, status=status)
