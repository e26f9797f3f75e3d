"""The list of those who come, for organisers: read, found, taken along as a table, changed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.content.models import Thread
from communities.events import organising
from communities.events.exceptions import EventError
from communities.events.models import Event, Registration
from communities.events.permissions import FEATURE, can_organise, can_see_attendees
from communities.events.queries import IN_LINE, attendance_of, attendees
from communities.events.register_forms import PersonForm
from communities.events.views.attending import event_at
from communities.exceptions import DomainError, NotAllowed
from communities.launch.features import feature_required
from communities.limits import refused
from communities.middleware import MemberRequest, member_of
from communities.responses import private
from communities.tables import csv_response

SHOWN = ("coming", "waiting", "here", "off")
# Characters of a name that is looked for.
MOST_TYPED = 60


def organised(request: MemberRequest, slug: str) -> tuple[Thread, Event]:
    """An event whose list this person reads; raises Http404, NotAllowed."""
    thread, event = event_at(request, slug)
    if not can_see_attendees(member_of(request), thread):
        raise NotAllowed
    return thread, event


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def list_attendees(request: MemberRequest, slug: str) -> HttpResponse:
    """Who comes, who waits, who is here, by the order in which they registered; by name for the door. Somebody whom an
    organiser names is put on it."""
    thread, event = organised(request, slug)
    return _put_on(request, thread, event) if request.method == "POST" else _list(request, thread, event)


def _put_on(request: MemberRequest, thread: Thread, event: Event) -> HttpResponse:
    """They come, or wait where it is full."""
    form = PersonForm(request.POST, event=event)
    if not form.is_valid():
        return _list(request, thread, event, form)
    try:
        data = form.cleaned_data
        row = organising.put_on(event, data["person"], by=member_of(request), team=data.get("team", ""))
    except NotAllowed:
        raise
    except DomainError as refusal:
        form.add_error("person", str(refusal))
        return refused(_list(request, thread, event, form), refusal)
    said = _("%(name)s is on the list.") if row.is_coming else _("%(name)s is on the waiting list.")
    messages.success(request, said % {"name": row.membership.display_name})
    return redirect(f"{list_url(thread)}{'' if row.is_coming else '?shown=waiting'}")


def _list(
    request: MemberRequest, thread: Thread, event: Event, form: PersonForm | None = None
) -> HttpResponse:
    shown = request.GET.get("shown", "")
    shown = shown if shown in SHOWN else SHOWN[0]
    words = request.GET.get("q", "").replace("\0", "").strip()[:MOST_TYPED]
    rows, place = attendees(event, shown=shown, words=words), IN_LINE.place(request.GET.get("after", ""))
    page = IN_LINE.page(rows.after(*place) if place else rows)  # type: ignore[attr-defined]
    attendance = attendance_of(event, None)
    context = {
        "thread": thread,
        "event": event,
        "rows": [{"one": row, "told": _told(row, event)} for row in page.rows],
        "older": page.older,
        "shown": shown,
        "words": words,
        "attendance": attendance,
        "chips": _chips(shown, attendance),
        "checks_in": shown in ("coming", "here") and not event.is_cancelled,
        "organises": can_organise(member_of(request), thread) and not event.is_cancelled,
        "form": form or PersonForm(event=event),
    }
    status = 422 if form is not None and form.errors else 200
    return private(render(request, "events/list_attendees.html", context, status=status))


def _told(row: Registration, event: Event) -> list[tuple[str, str]]:
    """Each question with its answer, as they are asked, then those asked once: the database keeps no order."""
    questions = dict.fromkeys([*event.asked, *row.answers])
    return [(asked, row.answers[asked]) for asked in questions if asked in row.answers]


def _chips(shown: str, attendance: Any) -> list[dict[str, Any]]:
    labels = (
        ("coming", _("Coming"), attendance.taken),
        ("waiting", _("Waiting"), attendance.waiting),
        ("here", _("Here"), attendance.here),
        ("off", _("Taken off"), attendance.off),
    )
    return [
        {"label": label, "url": f"?shown={name}", "current": name == shown, "count": count}
        for name, label, count in labels
        # Most lists have nobody in the last.
        if count or name != "off" or shown == name
    ]


@feature_required(FEATURE)
@require_safe
def download_attendees(request: MemberRequest, slug: str) -> HttpResponse:
    """The whole list as a table, for organisers: who comes and who waits."""
    _thread, event = organised(request, slug)
    header = [_("Name"), _("Handle"), _("State"), _("Guests"), _("Registered"), _("Arrived")]
    header += [_("Team")] if event.team_size else []
    listed = Registration.objects.of(event).on_list().order_by("state", "since", "pk")
    rows = list(listed.select_related("membership", "team"))
    # What was asked once and answered, too.
    questions = list(dict.fromkeys([*event.asked, *(asked for one in rows for asked in one.answers)]))
    return csv_response(f"{slug}.csv", [*header, *questions], (_row(one, event, questions) for one in rows))


def _row(one: Registration, event: Event, questions: list[str]) -> list[Any]:
    moments = (one.since, one.here_at)
    told = [f"{at.astimezone(event.clock):%Y-%m-%d %H:%M}" if at else "" for at in moments]
    who = one.membership
    return [
        who.display_name,
        who.handle,
        one.get_state_display(),
        one.guests,
        *told,
        *([one.team.name if one.team else ""] if event.team_size else []),
        *(one.answers.get(asked, "") for asked in questions),
    ]


@feature_required(FEATURE)
@require_POST
def take_off_list(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """By an organiser, or by the captain of a team, who comes back to the page of the event."""
    thread, event = event_at(request, slug)
    row = Registration.objects.of(event).filter(pk=pk).select_related("membership", "team").first()
    if row is None:
        raise Http404
    try:
        if organising.take_off(row, by=member_of(request), as_captain="team" in request.POST):
            said = _("%(name)s has been taken off the list, and told.")
            messages.success(request, said % {"name": row.membership.display_name})
    except EventError as refusal:
        messages.error(request, str(refusal))
    if "team" in request.POST:
        return redirect(f"{thread.get_absolute_url()}#register")
    return redirect(f"{list_url(thread)}{part_looked_at(request)}")


def list_url(thread: Thread) -> str:
    return reverse("events:list-attendees", args=[thread.slug])


def part_looked_at(request: MemberRequest) -> str:
    """Back to the part of the list that was looked at."""
    shown = request.POST.get("shown", "")
    return f"?shown={shown}" if shown in SHOWN[1:] else ""
