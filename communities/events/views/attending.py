"""Registering, and no longer coming."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.content.models import Thread
from communities.content.views.replying import empty_or_filled
from communities.events import registering
from communities.events.exceptions import AllTaken, EventError, RegistrationOver
from communities.events.models import Event, Registration, event_of
from communities.events.permissions import FEATURE
from communities.events.register_forms import RegisterForm
from communities.events.views.reading import get_event, render_event
from communities.exceptions import DomainError, NotAllowed
from communities.launch.features import feature_required
from communities.limits import TooFast, refused
from communities.middleware import CommunityRequest, MemberRequest, member_of


def event_at(request: CommunityRequest, slug: str) -> tuple[Thread, Event]:
    thread = get_event(request, slug)
    event = event_of(thread)
    if event is None:
        raise Http404
    return thread, event


@feature_required(FEATURE)
@require_POST
def register_for_event(request: MemberRequest, slug: str) -> HttpResponse:
    """Come, or bring another number of guests; what could not be taken is said on the page, with what was chosen."""
    thread, event = event_at(request, slug)
    event.thread = thread
    joined = Registration.objects.of(event).on_list().filter(membership=member_of(request)).exists()
    form = RegisterForm(request.POST, event=event, joined=joined)
    if not form.is_valid():
        return _again(request, thread, form, str(next(iter(form.errors.values()))[0]), 422)
    try:
        mine = registering.register(
            event,
            by=member_of(request),
            guests=form.brought,
            wait=form.cleaned_data["wait"],
            answers=form.answers,
            team=form.team,
        )
    except NotAllowed:
        raise
    except TooFast as refusal:
        return refused(_again(request, thread, form, str(refusal), 422), refusal)
    except AllTaken as refusal:
        return _again(request, thread, form, str(refusal), 409, offers_wait=True)
    except RegistrationOver as refusal:
        return _again(request, thread, form, str(refusal), 409)
    except DomainError as refusal:
        # A rule of the event, or a name that moderation refuses.
        return _again(request, thread, form, str(refusal), 422)
    if mine.is_coming:
        messages.success(request, _("You are registered."))
    else:
        messages.success(request, _("You are on the waiting list."))
    return redirect(f"{thread.get_absolute_url()}#register")


def _again(
    request: MemberRequest,
    thread: Thread,
    form: RegisterForm,
    words: str,
    status: int,
    *,
    offers_wait: bool = False,
) -> HttpResponse:
    return render_event(
        request,
        thread,
        form=empty_or_filled(request, thread),
        register=form,
        problem=words,
        offers_wait=offers_wait,
        status=status,
    )


@feature_required(FEATURE)
@require_POST
def unregister_from_event(request: MemberRequest, slug: str) -> HttpResponse:
    thread, event = event_at(request, slug)
    try:
        if registering.unregister(event, by=member_of(request)):
            messages.success(request, _("You are no longer registered."))
    except EventError as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{thread.get_absolute_url()}#register")
