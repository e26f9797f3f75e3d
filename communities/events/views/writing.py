"""Announcing an event, changing it, cancelling it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.content.begun import begun_with
from communities.content.circles import who_starts
from communities.content.exceptions import ContentError, TagRequired, TitleNotOpen
from communities.content.forms import mark_sent, suit_space
from communities.content.kinds import KINDS
from communities.content.models import Space, State, Thread
from communities.content.permissions import can_edit_post, can_start_thread, spaces_offered_to
from communities.content.post_forms import tell_of_text, with_picture_of
from communities.content.unsent import ask_to_sign_in, forget_unsent, unsent_fields
from communities.content.viewers import viewer_of
from communities.content.views.posts import tell_of_new
from communities.events import repeating, services
from communities.events.exceptions import DatesAfterEnd, FewerThanTaken, NotThatDay, TeamsLarger, TeamsSettled
from communities.events.forms import CancelForm, ChangeEventForm, NewEventForm, Scope, said_of
from communities.events.models import EVENTS, Event, event_of
from communities.events.permissions import FEATURE, can_edit_event
from communities.events.queries import readable_calendars
from communities.events.views.reading import get_calendar, get_event
from communities.exceptions import NotAllowed
from communities.launch.features import feature_required, is_open
from communities.limits import TooFast, refused
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.models import Membership
from communities.permissions import public_page


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD"])
def choose_calendar(request: MemberRequest) -> HttpResponse:
    """In which calendar: where there is one, it is chosen."""
    calendars = readable_calendars(request.community, viewer_of(request))
    offered = spaces_offered_to(request.membership, calendars)
    if len(offered) == 1:
        return redirect(KINDS[EVENTS].start_url(offered[0]))
    ways = [(space, KINDS[EVENTS].start_url(space)) for space in offered]
    return render(request, "events/choose_calendar.html", {"ways": ways})


@public_page
@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def create_event(request: CommunityRequest, space: str) -> HttpResponse:
    here = get_calendar(request, space)
    by = request.membership
    if by is None:
        return ask_to_sign_in(request, request.path)
    if not can_start_thread(by, here):
        raise NotAllowed(who_starts(here))
    about: dict[str, Any] = {
        "community": request.community,
        "tagged": _tagged(request),
        "key": f"start:{here.slug}",
    }
    if request.method != "POST":
        initial = {**begun_with(request.GET), **unsent_fields(request, request.path, begins=True)}
        return _writing(request, here, NewEventForm(initial=initial, **about))
    form = NewEventForm(request.POST, request.FILES, **about)
    if not form.is_valid():
        return _writing(request, here, form, status=422)
    try:
        arguments = with_picture_of(form, form.text_arguments(), by=by)
        thread = services.write_event(
            here,
            by=by,
            community=request.community,
            text=form.written(arguments),
            facts=form.facts(),
            draft="draft" in request.POST,
            repeats=form.wish(),
        )
    except (ContentError, TooFast) as refusal:
        form.add_error("tags" if isinstance(refusal, TagRequired) else "body", str(refusal))
        return refused(_writing(request, here, form, status=422), refusal)
    forget_unsent(request)
    tell_of_new(request, thread)
    tell_of_text(request, form)
    to = reverse("content:list-drafts") if thread.state == State.DRAFT else thread.get_absolute_url()
    return mark_sent(redirect(to), form.cleaned_data["submission"])


def _tagged(request: CommunityRequest) -> bool:
    return is_open(request.community, request.membership, "tags")


def _writing(request: CommunityRequest, space: Space, form: NewEventForm, status: int = 200) -> HttpResponse:
    suit_space(form, space)
    context = {
        "space": space,
        "form": form,
        "crumbs": [
            {"label": _("Events"), "url": reverse("events:list-events")},
            {"label": space.name, "url": space.get_absolute_url()},
            {"label": _("Announce an event")},
        ],
    }
    return render(request, "events/write_event.html", context, status=status)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_event(request: MemberRequest, slug: str) -> HttpResponse:
    """All of an event but its text; of a cancelled one nothing."""
    thread, by = get_event(request, slug), member_of(request)
    event = event_of(thread)
    if not can_edit_event(by, thread) or (event is not None and event.is_cancelled):
        raise NotAllowed
    tagged = _tagged(request)
    if event is not None:
        event.thread = thread
    about: dict[str, Any] = {"community": request.community, "tagged": tagged, "event": event}
    if request.method != "POST":
        names = ", ".join(name for name, _slug in getattr(thread, "tag_pairs", []))
        initial = {"title": thread.title, "tags": names, **said_of(event)}
        return _changing(request, thread, ChangeEventForm(initial=initial, **about))
    form = ChangeEventForm(request.POST, **about)
    if not form.is_valid():
        return _changing(request, thread, form)
    try:
        is_shown = _change(thread, event, form, by)
    except (ContentError, TooFast) as refusal:
        form.add_error(_field_of(refusal), str(refusal))
        return refused(_changing(request, thread, form), refusal)
    if is_shown:
        messages.success(request, _("Saved."))
    else:
        messages.info(request, _("Your change awaits a moderator; until then readers see the previous text."))
    return redirect(Thread.objects.select_related("space").get(pk=thread.pk))


def _change(thread: Thread, event: Event | None, form: ChangeEventForm, by: Membership) -> bool:
    data, facts = form.cleaned_data, form.facts()
    tags = data.get("tags")
    if event is not None and event.series_id is not None and form.scope_meant != Scope.THIS:
        change = repeating.Change(data["title"], tags, facts, form.ends_after())
        return repeating.change_dates(thread, by=by, change=change, everything=form.scope_meant == Scope.ALL)
    return services.change_event(
        thread, by=by, title=data["title"], tags=tags, facts=facts, repeats=form.wish()
    )


def _field_of(refusal: Exception) -> str | None:
    if isinstance(refusal, TagRequired):
        return "tags"
    if isinstance(refusal, FewerThanTaken):
        return "capacity"
    if isinstance(refusal, (TeamsLarger, TeamsSettled)):
        return "team_size"
    if isinstance(refusal, DatesAfterEnd):
        return "repeats_until"
    if isinstance(refusal, NotThatDay):
        return "starts_at"
    return "title" if isinstance(refusal, TitleNotOpen) else None


def _changing(request: MemberRequest, thread: Thread, form: ChangeEventForm) -> HttpResponse:
    text = thread.opening()
    # Who looks after a calendar changes the hour of an event, never its author’s words.
    writes = can_edit_post(request.membership, text)
    context = {
        "thread": thread,
        "event": event_of(thread),
        "form": form,
        "text_url": reverse("content:edit-post", args=[text.public_id]) if writes else "",
    }
    return render(request, "events/edit_event.html", context, status=422 if form.errors else 200)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_event(request: MemberRequest, slug: str) -> HttpResponse:
    """For good: the page says what follows before it is pressed."""
    thread, by = get_event(request, slug), member_of(request)
    event = event_of(thread)
    if event is None or not can_edit_event(by, thread) or not thread.is_published:
        raise NotAllowed
    form = CancelForm(request.POST if request.method == "POST" else None, event=event)
    if request.method != "POST" or not form.is_valid():
        return _cancelling(request, thread, form)
    try:
        _cancel(thread, form, by)
    except (ContentError, TooFast) as refusal:
        form.add_error(None, str(refusal))
        return refused(_cancelling(request, thread, form), refusal)
    messages.success(request, _("The event is cancelled. Everybody who registered is told."))
    return redirect(thread)


def _cancel(thread: Thread, form: CancelForm, by: Membership) -> None:
    reason = form.cleaned_data["reason"]
    if form.cleaned_data.get("scope") == Scope.FOLLOWING:
        repeating.cancel_dates(thread, by=by, reason=reason)
    else:
        services.cancel_event(thread, by=by, reason=reason)


def _cancelling(request: MemberRequest, thread: Thread, form: CancelForm) -> HttpResponse:
    context = {"thread": thread, "event": event_of(thread), "form": form}
    return render(request, "events/cancel_event.html", context, status=422 if form.errors else 200)
