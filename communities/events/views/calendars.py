"""Events as files of calendars."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.content.viewers import public_viewer, viewer_for, viewer_of
from communities.events import feeds
from communities.events.models import Registration, event_of
from communities.events.permissions import FEATURE
from communities.events.queries import event_for_page, events_for_file, events_of, own_events
from communities.icalendar import CONTENT_TYPE
from communities.launch.features import feature_required
from communities.mails import speaking
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page
from communities.queries import absolute_address
from communities.responses import by_token, private

# Programmes ask often; a quarter of an hour late is early enough.
CACHE = "public, max-age=900"


def _file(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@public_page
@feature_required(FEATURE)
@require_safe
def export_calendar(request: CommunityRequest) -> HttpResponse:
    """What everybody may read, a month back and a year ahead: the same for all who ask."""
    now = timezone.now()
    viewer = public_viewer(request.community)
    threads = events_for_file(viewer, now)
    response = _file(feeds.written_whole(request.community, threads, now, viewer), request.community.slug)
    response.headers["Cache-Control"] = CACHE
    return response


@public_page
@feature_required(FEATURE)
@require_safe
def export_event(request: CommunityRequest, slug: str) -> HttpResponse:
    """One event, to be added to one’s own calendar; for who comes, with the online address."""
    thread = event_for_page(viewer_of(request), slug, request.membership)
    if thread is None or event_of(thread) is None or not thread.is_published:
        raise Http404
    if request.membership is not None:
        mine = Registration.objects.of(thread.event).on_list().filter(membership=request.membership).first()
        thread.mine = mine  # type: ignore[attr-defined]
    text = feeds.written(request.community, [feeds.with_words(thread)], timezone.now(), name=thread.title)
    return private(_file(text, slug))


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def show_own_calendar(request: MemberRequest) -> HttpResponse:
    """Where one is registered, and the address by which one’s own calendar programme reads it."""
    by = member_of(request)
    if request.method == "POST":
        return _changed(request)
    found = feeds.calendar_of(by)
    address = ""
    if found is not None:
        path = reverse("events:export-own-calendar", args=[feeds.token_of(found)])
        address = absolute_address(request.community, path)
    after = request.GET.get("after", "")
    page = own_events(by, viewer_of(request), after=after)
    older_url = f"?after={page.older}" if page.older else ""
    context = {"calendar": found, "address": address, "threads": page.threads, "older_url": older_url}
    return private(render(request, "events/own_calendar.html", context))


def _changed(request: MemberRequest) -> HttpResponse:
    by = member_of(request)
    if request.POST.get("act") == "revoke":
        if feeds.revoke_calendar(by=by):
            messages.success(request, _("The calendar can no longer be read at that address."))
    else:
        feeds.make_calendar(by=by)
        messages.success(request, _("Address created. The previous one no longer works."))
    return redirect(reverse("events:show-own-calendar"))


@public_page
@require_safe
def export_own_calendar(request: CommunityRequest, token: str) -> HttpResponse:
    """What a calendar programme reads; it has no session, so that the address says who asks."""
    reader = feeds.reader_of(token, request.community)
    if reader is None:
        raise Http404
    now, community = timezone.now(), request.community
    language = reader.language or (reader.member.language if reader.member else "")
    with speaking(community, language):
        threads = events_of(reader, viewer_for(community, reader), now)
        text = feeds.written(community, threads, now)
    return by_token(_file(text, community.slug))
