"""Registering, and the list of those who come."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from communities.content.models import Thread
from communities.content.views.replying import empty_or_filled
from communities.events import registering
from communities.events.exceptions import AllTaken, EventError, RegistrationOver
from communities.events.forms import RegisterForm
from communities.events.models import Event, Registration, event_of
from communities.events.permissions import FEATURE, can_see_attendees
from communities.events.queries import IN_LINE, attendance_of, attendees
from communities.events.views.reading import get_event, render_event
from communities.exceptions import NotAllowed
from communities.launch.features import feature_required
from communities.limits import TooFast, refused
from communities.middleware import MemberRequest, member_of
from communities.responses import private
from communities.tables import csv_response

SHOWN = ("coming", "waiting", "here")
# Characters of a name that is looked for.
MOST_TYPED = 60


def _event(request: MemberRequest, slug: str) -> tuple[Thread, Event]:
    thread = get_event(request, slug)
    event = event_of(thread)
    if event is None:
        raise Http404
    return thread, event


@feature_required(FEATURE)
@require_POST
def register_for_event(request: MemberRequest, slug: str) -> HttpResponse:
    """Come, or bring another number of guests; what could not be taken is said on the page, with what was chosen."""
    thread, event = _event(request, slug)
    event.thread = thread
    form = RegisterForm(request.POST, event=event)
    if not form.is_valid():
        return _again(request, thread, form, str(next(iter(form.errors.values()))[0]), 422)
    try:
        mine = registering.register(
            event, by=member_of(request), guests=form.brought, wait=form.cleaned_data["wait"]
        )
    except NotAllowed:
        raise
    except TooFast as refusal:
        return refused(_again(request, thread, form, str(refusal), 422), refusal)
    except AllTaken as refusal:
        return _again(request, thread, form, str(refusal), 409, offers_wait=True)
    except RegistrationOver as refusal:
        return _again(request, thread, form, str(refusal), 409)
    except EventError as refusal:
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
    thread, event = _event(request, slug)
    try:
        if registering.unregister(event, by=member_of(request)):
            messages.success(request, _("You are no longer registered."))
    except EventError as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{thread.get_absolute_url()}#register")


def _organised(request: MemberRequest, slug: str) -> tuple[Thread, Event]:
    thread, event = _event(request, slug)
    if not can_see_attendees(member_of(request), thread):
        raise NotAllowed
    return thread, event


@feature_required(FEATURE)
@require_safe
def list_attendees(request: MemberRequest, slug: str) -> HttpResponse:
    """Who comes, who waits, who is here, by the order in which they registered; by name for the door."""
    thread, event = _organised(request, slug)
    shown = request.GET.get("shown", "")
    shown = shown if shown in SHOWN else SHOWN[0]
    words = request.GET.get("q", "").replace("\0", "").strip()[:MOST_TYPED]
    rows, place = attendees(event, shown=shown, words=words), IN_LINE.place(request.GET.get("after", ""))
    page = IN_LINE.page(rows.after(*place) if place else rows)  # type: ignore[attr-defined]
    attendance = attendance_of(event, None)
    context = {
        "thread": thread,
        "event": event,
        "rows": page.rows,
        "older": page.older,
        "shown": shown,
        "words": words,
        "attendance": attendance,
        "chips": _chips(shown, attendance),
        "checks_in": shown != "waiting" and not event.is_cancelled,
    }
    return private(render(request, "events/list_attendees.html", context))


def _chips(shown: str, attendance: Any) -> list[dict[str, Any]]:
    labels = (
        ("coming", _("Coming"), attendance.taken),
        ("waiting", _("Waiting"), attendance.waiting),
        ("here", _("Here"), attendance.here),
    )
    return [
        {"label": label, "url": f"?shown={name}", "current": name == shown, "count": count}
        for name, label, count in labels
    ]


@feature_required(FEATURE)
@require_safe
def download_attendees(request: MemberRequest, slug: str) -> HttpResponse:
    """The whole list as a table, for organisers: who comes and who waits."""
    _thread, event = _organised(request, slug)
    header = [_("Name"), _("Handle"), _("State"), _("Guests"), _("Registered"), _("Arrived")]
    rows = Registration.objects.of(event).order_by("state", "since", "pk").select_related("membership")
    return csv_response(f"{slug}.csv", header, (_row(one, event) for one in rows))


def _row(one: Registration, event: Event) -> list[Any]:
    moments = (one.since, one.here_at)
    told = [f"{at.astimezone(event.clock):%Y-%m-%d %H:%M}" if at else "" for at in moments]
    who = one.membership
    return [who.display_name, who.handle, one.get_state_display(), one.guests, *told]


@feature_required(FEATURE)
@require_POST
def check_in(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """Somebody has arrived, or that was a mistake."""
    thread, event = _organised(request, slug)
    row = Registration.objects.of(event).filter(pk=pk).select_related("membership").first()
    if row is None:
        raise Http404
    is_here = "undo" not in request.POST
    registering.check_in(row, by=member_of(request), here=is_here)
    name = row.membership.display_name
    if is_here:
        said = ngettext(
            "%(name)s is here, with %(n)s guest.", "%(name)s is here, with %(n)s guests.", row.guests
        )
        messages.success(
            request,
            said % {"name": name, "n": row.guests} if row.guests else _("%(name)s is here.") % {"name": name},
        )
    else:
        messages.success(request, _("%(name)s is not here yet.") % {"name": name})
    return redirect(f"{thread.get_absolute_url()}attendees/{_query(request)}")


def _query(request: MemberRequest) -> str:
    """Back to the part of the list that was looked at."""
    shown = request.POST.get("shown", "")
    return f"?shown={shown}" if shown in SHOWN[1:] else ""
