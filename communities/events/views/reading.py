"""Lists of events, one event, following a calendar."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.content.addresses import absolute_address
from communities.content.kinds import KINDS
from communities.content.models import Space, Thread
from communities.content.permissions import spaces_open_to
from communities.content.post_forms import EmptyReply, ReplyForm
from communities.content.queries import follow
from communities.content.services import follow_space, unfollow_space
from communities.content.showing.reading import page_number
from communities.content.showing.sharing import share_address
from communities.content.showing.syndication import public_feed
from communities.content.viewers import unfolded, viewer_of
from communities.content.views.posts import answer_gone
from communities.content.views.replying import empty_or_filled
from communities.events.bringing import may_bring_in
from communities.events.event_page import event_page
from communities.events.models import EVENT, EVENTS
from communities.events.permissions import FEATURE
from communities.events.queries import (
    event_for_page,
    follows_calendar,
    list_of_events,
    readable_calendars,
)
from communities.events.register_forms import RegisterForm
from communities.launch.features import feature_required
from communities.limits import TooFast, told_in_place
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page
from communities.responses import permanently

PAST = "past"


def get_calendar(request: CommunityRequest, slug: str) -> Space:
    """A calendar this person may read; raises Http404."""
    for space in readable_calendars(request.community, viewer_of(request)):
        if space.slug == slug:
            return space
    raise Http404


def get_event(request: CommunityRequest, slug: str) -> Thread:
    """An event whose page this person may open, published or not; raises Http404."""
    thread = event_for_page(viewer_of(request), slug, request.membership)
    if thread is None:
        raise Http404
    return thread


@public_page
@feature_required(FEATURE)
@require_safe
def list_events(request: CommunityRequest) -> HttpResponse:
    """Events of all calendars: those to come, or with `?when=past` those that are over."""
    calendars = readable_calendars(request.community, viewer_of(request))
    shown = unfolded(calendars, request.membership)
    return _list(request, calendars, {"calendars": shown if len(shown) > 1 else [], "heading": _("Events")})


@public_page
@feature_required(FEATURE)
@require_safe
def show_calendar(request: CommunityRequest, space: str) -> HttpResponse:
    here = get_calendar(request, space)
    by = request.membership
    return _list(
        request,
        [here],
        {
            "here": here,
            "heading": here.name,
            "follows": by is not None and follows_calendar(here, by),
            "crumbs": [{"label": _("Events"), "url": reverse("events:list-events")}, {"label": here.name}],
        },
    )


def _list(request: CommunityRequest, spaces: list[Space], context: dict[str, Any]) -> HttpResponse:
    past = request.GET.get("when") == PAST
    after = request.GET.get("after", "")
    page = list_of_events(viewer_of(request), spaces, past=past, after=after)
    here = context.get("here")
    url = here.get_absolute_url() if here else reverse("events:list-events")
    writable = spaces_open_to(request.membership, spaces) if request.membership else []
    when = f"when={PAST}&" if past else ""
    context |= {
        "page": page,
        "past": past,
        "tabs": [
            {"label": _("Upcoming"), "url": url, "current": not past},
            {"label": _("Over"), "url": f"{url}?when={PAST}", "current": past},
        ],
        "older_url": f"?{when}after={page.older}" if page.older else "",
        "writable": writable,
        "start_url": _start_url(here, writable),
        "bring_url": _bring_url(request, here, writable),
        "page_title": context["heading"],
        "feed_url": public_feed(request.community, KINDS[EVENTS], here),
        # Where visitors read no calendar, the public file is empty.
        "is_public": bool(public_feed(request.community, KINDS[EVENTS])),
        "canonical_url": absolute_address(request.community, url),
        "share_image": share_address(request.community),
        "robots": "noindex, follow" if after or past or not page.threads else "",
    }
    return render(request, "events/list_events.html", context)


def _start_url(here: Space | None, writable: list[Space]) -> str:
    if not writable:
        return ""
    if here is not None:
        return KINDS[EVENTS].start_url(here)
    return reverse("events:choose-calendar")


def _bring_url(request: CommunityRequest, here: Space | None, writable: list[Space]) -> str:
    """Where events of another calendar are brought in: into this one, or into the only one that there is."""
    space = here or (writable[0] if len(writable) == 1 else None)
    if space is None or not may_bring_in(request.membership, space):
        return ""
    return reverse("events:bring-calendar", args=[space.slug])


@feature_required(FEATURE)
@require_POST
def follow_calendar(request: MemberRequest, space: str) -> HttpResponse:
    """Be told of each new event in it."""
    here = get_calendar(request, space)
    try:
        follow_space(here, by=member_of(request))
    except TooFast as refusal:
        return told_in_place(request, refusal, back=here.get_absolute_url())
    messages.success(request, _("You follow %(calendar)s.") % {"calendar": here.name})
    return redirect(here)


@feature_required(FEATURE)
@require_POST
def unfollow_calendar(request: MemberRequest, space: str) -> HttpResponse:
    here = get_calendar(request, space)
    unfollow_space(here, by=member_of(request))
    messages.success(request, _("You no longer follow %(calendar)s.") % {"calendar": here.name})
    return redirect(here)


@public_page
@feature_required(FEATURE)
@require_safe
def show_event(request: CommunityRequest, slug: str) -> HttpResponse:
    """An event with its replies; a renamed one answers 301 from its former address."""
    thread = event_for_page(viewer_of(request), slug, request.membership)
    if thread is None:
        target = follow([request.path_info[:400]], viewer_of(request))
        if not target:
            return answer_gone(request, slug, kinds=(EVENT,))
        return permanently(request, f"{get_script_prefix().rstrip('/')}{target}")
    page = page_number(request.GET.get("page"))
    if page > max(thread.last_page, 1):
        raise Http404
    return render_event(request, thread, page=page, form=empty_or_filled(request, thread))


def render_event(
    request: CommunityRequest,
    thread: Thread,
    *,
    page: int = 1,
    form: ReplyForm | EmptyReply | None = None,
    register: RegisterForm | None = None,
    problem: str = "",
    offers_wait: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = event_page(request, thread, page, form, register, problem, offers_wait=offers_wait)
    response = render(request, "events/show_event.html", context, status=status)
    if "robots" in context:
        response.headers["X-Robots-Tag"] = context["robots"]
    return response


def show_unreplied(request: CommunityRequest, thread: Thread, form: ReplyForm, status: int) -> HttpResponse:
    """The end of an event’s replies with one that could not be taken."""
    return render_event(request, thread, page=max(thread.last_page, 1), form=form, status=status)
