"""The door of an event: a code that is scanned or typed, a name that is looked for, a list that is printed.

An organiser scans with the camera of their phone, which opens the address of a code; nobody else learns anything by it.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from communities.content.models import Thread
from communities.events import door, registering, ticking
from communities.events.door_codes import as_png
from communities.events.models import Event, Registration
from communities.events.permissions import FEATURE, can_see_attendees
from communities.events.queries import attendance_of
from communities.events.views.attending import event_at
from communities.events.views.organising import MOST_TYPED, list_url, organised, part_looked_at
from communities.events.wording import moment_of
from communities.exceptions import NotAllowed
from communities.launch.features import feature_required
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page
from communities.queries import absolute_address
from communities.responses import by_token, private

# A picture is of its address, and of nothing that changes.
KEPT = "private, max-age=86400"


def door_url(thread: Thread) -> str:
    return reverse("events:show-door", args=[thread.slug])


@feature_required(FEATURE)
@require_safe
def show_door(request: MemberRequest, slug: str) -> HttpResponse:
    """How many have come of how many, whom a code or a name means, and who came last."""
    thread, event = organised(request, slug)
    typed = request.GET.get("q", "").replace("\0", "").strip()[:MOST_TYPED]
    context = {
        "typed": typed,
        "found": door.found_at_door(event, typed) if typed else [],
        "latest": door.latest_at_door(event),
    }
    return private(_drawn(request, "events/show_door.html", thread, event, context))


def _drawn(
    request: MemberRequest, template: str, thread: Thread, event: Event, context: dict[str, Any]
) -> HttpResponse:
    about = {
        "thread": thread,
        "event": event,
        "moment": moment_of(event),
        "attendance": attendance_of(event, None),
        "is_near": door.is_near(event, timezone.now()),
        "checks_in": not event.is_cancelled,
    }
    return render(request, template, about | context)


@feature_required(FEATURE)
@require_safe
def print_door(request: MemberRequest, slug: str) -> HttpResponse:
    """Everybody who comes on one page, by name, for where the network fails."""
    thread, event = organised(request, slug)
    rows = list(door.printed_for_door(event))
    context = {"rows": rows, "is_cut": len(rows) == door.MOST_PRINTED}
    return private(_drawn(request, "events/print_door.html", thread, event, context))


@feature_required(FEATURE)
@require_safe
@ensure_csrf_cookie
def show_kept_door(request: MemberRequest, slug: str) -> HttpResponse:
    """The same list to be ticked on a phone that has no network: its browser keeps this page (static/js/door.mjs). It
    holds no token of a form; what is sent has that of the cookie."""
    thread, event = organised(request, slug)
    rows = list(door.printed_for_door(event))
    context = {
        "rows": rows,
        "is_cut": len(rows) == door.MOST_PRINTED,
        "most_sent": ticking.MOST_SENT,
        "kept_until": door.kept_until(event),
        # It is read on another day than it is drawn.
        "is_near": True,
    }
    return private(_drawn(request, "events/show_kept_door.html", thread, event, context))


@feature_required(FEATURE)
@require_POST
def take_ticks(request: MemberRequest, slug: str) -> HttpResponse:
    """What a phone has ticked without a network. JSON: `told`, what became of each; 409 for another person’s."""
    _thread, event = organised(request, slug)
    by = member_of(request)
    if request.POST.get("who", str(by.pk)) != str(by.pk):
        return HttpResponse(status=409)
    ticks = ticking.ticks_in(request.POST.getlist("tick")[: ticking.MOST_SENT])
    told = [asdict(one) for one in ticking.take_ticks(event, ticks, by=by)]
    return private(JsonResponse({"told": told}))


@feature_required(FEATURE)
@require_safe
def show_arrival(request: MemberRequest, token: str) -> HttpResponse:
    """Where a scanned code leads: an organiser to who it is, with one press to check them in; whoever it belongs to to
    their registration; everybody else nowhere."""
    shown, by = door.shown_by(token), member_of(request)
    if shown is None:
        raise Http404
    event, row = shown.event, shown.row
    if not can_see_attendees(by, event.thread):
        if row is None or row.membership_id != by.pk:
            raise Http404
        return redirect(f"{event.thread.get_absolute_url()}#register")
    thread, event = event_at(request, event.thread.slug)
    context: dict[str, Any] = {"row": row}
    return by_token(_drawn(request, "events/show_arrival.html", thread, event, context))


@public_page
@feature_required(FEATURE)
@require_safe
def draw_code(request: CommunityRequest, token: str) -> HttpResponse:
    """The address of a code as a picture, for mails, as long as it holds: it says nothing that its own address does not
    say."""
    shown = door.shown_by(token)
    if shown is None or shown.row is None:
        raise Http404
    address = absolute_address(request.community, reverse("events:show-arrival", args=[token]))
    response = HttpResponse(as_png(address), content_type="image/png")
    response.headers["Cache-Control"] = KEPT
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@feature_required(FEATURE)
@require_POST
def check_in(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Somebody has arrived, or that was a mistake; from the list or from the door, where one comes back to."""
    thread, event = organised(request, slug)
    row = Registration.objects.of(event).filter(pk=pk).select_related("membership").first()
    if row is None:
        raise Http404
    is_here = "undo" not in request.POST
    if not row.is_coming:
        raise NotAllowed
    is_new = registering.check_in(row, by=member_of(request), here=is_here)
    _say(request, event, row, is_here=is_here, is_new=is_new)
    if "door" in request.POST:
        return redirect(door_url(thread))
    return redirect(f"{list_url(thread)}{part_looked_at(request)}")


def _say(request: MemberRequest, event: Event, row: Registration, *, is_here: bool, is_new: bool) -> None:
    name = row.membership.display_name
    if not is_here:
        messages.info(request, _("%(name)s is not here yet.") % {"name": name})
        return
    if not is_new:
        row.refresh_from_db(fields=["here_at"])
        hour = time_format(row.here_at.astimezone(event.clock), "TIME_FORMAT") if row.here_at else ""
        said = _("%(name)s was here already, since %(hour)s.")
        messages.warning(request, said % {"name": name, "hour": hour})
        return
    said = ngettext("%(name)s is here, with %(n)s guest.", "%(name)s is here, with %(n)s guests.", row.guests)
    alone = _("%(name)s is here.") % {"name": name}
    messages.success(request, said % {"name": name, "n": row.guests} if row.guests else alone)
