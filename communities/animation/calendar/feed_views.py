"""The address by which one’s own calendar programme reads the calendar."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.animation.calendar import feed
from communities.animation.calendar.permissions import can_see_calendar
from communities.exceptions import DomainError, NotAllowed
from communities.middleware import CommunityRequest, MemberRequest
from communities.permissions import in_any_state, public_page, team_page
from communities.queries import absolute_address
from communities.responses import by_token, private


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_see_calendar)
def edit_feed(request: MemberRequest) -> HttpResponse:
    """Make, renew or revoke one’s own address."""
    if request.method == "POST":
        return _changed(request)
    found = feed.feed_of(request.membership)
    address = ""
    if found is not None:
        path = reverse("animation:export-calendar", args=[feed.token_of(found)])
        address = absolute_address(request.community, path)
    context = {"feed": found, "address": address}
    return private(render(request, "animation/calendar/edit_feed.html", context))


def _changed(request: MemberRequest) -> HttpResponse:
    try:
        if request.POST.get("act") == "revoke":
            feed.revoke_feed(by=request.membership)
            messages.success(request, _("The calendar can no longer be read at that address."))
        else:
            feed.make_feed(by=request.membership)
            messages.success(request, _("Address created. The previous one no longer works."))
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("animation:edit-calendar-feed"))


@in_any_state
@public_page
@require_safe
def export_calendar(request: CommunityRequest, token: str) -> HttpResponse:
    """What a calendar programme reads; it has no session, so that the address says who asks."""
    reader = feed.reader_of(token, request.community)
    if reader is None:
        raise Http404
    text = feed.calendar_for(request.community, reader, timezone.now())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{request.community.slug}.ics"'
    return by_token(response)
