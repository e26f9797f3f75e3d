"""What the team says of a report: what becomes of it, and which other one it is the same as."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.content.models import State, Thread
from communities.exceptions import DomainError, FieldError, NotAllowed
from communities.launch.features import feature_required
from communities.middleware import MemberRequest, member_of
from communities.trials import reporting
from communities.trials.exceptions import NotTheSame
from communities.trials.forms import PointForm, StateForm
from communities.trials.models import FEEDBACK, Feedback
from communities.trials.permissions import FEATURE, can_handle_feedback
from communities.trials.views.reading import reachable_feedback


def handled(request: MemberRequest, slug: str) -> tuple[Thread, Feedback]:
    """A report that this person answers for; raises Http404, NotAllowed."""
    thread = reachable_feedback(request, slug)
    feedback: Feedback | None = getattr(thread, "feedback", None)
    if feedback is None or thread.state != State.PUBLISHED:
        raise Http404
    if not can_handle_feedback(request.membership, thread):
        raise NotAllowed
    return thread, feedback


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def set_state(request: MemberRequest, slug: str) -> HttpResponse:
    """Confirmed, fixed in a release, or left as it is: author and who has it too are told."""
    thread, feedback = handled(request, slug)
    start = {"state": feedback.state, "mended_in": feedback.mended_in or ""}
    data = request.POST if request.method == "POST" else None
    form = StateForm(data, initial=start, trial=feedback.trial)
    if request.method != "POST" or not form.is_valid():
        return _page(request, thread, form, "trials/set_state.html", 422 if form.errors else 200)
    said = form.cleaned_data
    try:
        if reporting.set_state(thread, said["state"], by=member_of(request), mended_in=said["mended_in"]):
            messages.success(request, _("Saved. Everyone who reported it or has it too is told."))
    except NotAllowed:
        raise
    except DomainError as refusal:
        return _refused(request, thread, form, refusal, "trials/set_state.html")
    return redirect(thread)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def point_feedback(request: MemberRequest, slug: str) -> HttpResponse:
    """Say which other report it is the same as; everybody who has it counts there."""
    thread, _feedback = handled(request, slug)
    form = PointForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, thread, form, "trials/point_feedback.html", 422 if form.errors else 200)
    try:
        target = _named(thread, form.cleaned_data["other"])
        reporting.point_to(thread, target, by=member_of(request))
    except NotAllowed:
        raise
    except DomainError as refusal:
        return _refused(request, thread, form, refusal, "trials/point_feedback.html")
    messages.success(request, _("Marked as the same. Everyone who has it counts here."))
    return redirect(target)


@feature_required(FEATURE)
@require_POST
def take_apart(request: MemberRequest, slug: str) -> HttpResponse:
    """It is not the same after all."""
    thread, _feedback = handled(request, slug)
    try:
        if reporting.take_apart(thread, by=member_of(request)):
            messages.success(request, _("It is a report of its own again."))
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(thread)


def _named(thread: Thread, typed: str) -> Thread:
    """Feedback of the same test by its address, the last part of that, or its title; raises NotTheSame."""
    try:
        path = urlsplit(typed.strip()).path if "/" in typed else typed.strip()
    except ValueError:
        # No address, though it has the signs of one.
        path = ""
    slug = path.strip("/").rpartition("/")[2]
    there = Thread.objects.of_kind(FEEDBACK).in_space(thread.space_id).filter(state=State.PUBLISHED)
    there = there.select_related("space", "feedback")
    found: Thread | None = there.filter(slug=slug[:80]).first() or there.filter(title=typed.strip()).first()
    if found is None:
        said = _("There is no such feedback in this test. Copy its address, or its exact title.")
        raise NotTheSame(said, field="other")
    return found


def _refused(
    request: MemberRequest, thread: Thread, form: forms.Form, refusal: DomainError, template: str
) -> HttpResponse:
    field = refusal.field if isinstance(refusal, FieldError) and refusal.field in form.fields else None
    form.add_error(field, str(refusal))
    return _page(request, thread, form, template, 422)


def _page(
    request: MemberRequest, thread: Thread, form: forms.Form, template: str, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"thread": thread, "form": form, "back": thread.get_absolute_url()}
    return render(request, template, context, status=status)
