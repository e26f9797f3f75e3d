"""The calendar, and one text of it."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.animation.calendar import services
from communities.animation.calendar.exceptions import MovedMeanwhile
from communities.animation.calendar.forms import MoveForm, PlanForm
from communities.animation.calendar.holidays import chosen, holidays_on
from communities.animation.calendar.items import Window
from communities.animation.calendar.models import Entry
from communities.animation.calendar.permissions import (
    can_delete_entry,
    can_edit_calendar,
    can_note_idea,
    can_see_calendar,
    can_see_entry,
    can_write_entry,
)
from communities.animation.calendar.results import best_hours
from communities.animation.calendar.showing import VIEWS, Page, calendar_page, lead_of, read_day
from communities.animation.calendar.sources import entry_item
from communities.calendar import DAY, today
from communities.content.kinds import KINDS
from communities.content.permissions import can_retire_thread
from communities.exceptions import DomainError, FieldError, NotAllowed
from communities.in_place import is_in_place
from communities.keysets import NUMBER, Keyset
from communities.middleware import MemberRequest
from communities.models import Membership
from communities.permissions import can_configure_community, team_page
from communities.responses import private

IDEAS = Keyset(("pk", NUMBER), size=20)


@require_safe
@team_page(can_see_calendar)
def show_calendar(request: MemberRequest) -> HttpResponse:
    """What goes out, who writes it, where nothing is planned; what waits for a day."""
    me, here = request.membership, request.community
    now, query = timezone.now(), request.GET
    view = query.get("view", "month")
    view = view if view in VIEWS else "month"
    day = read_day(query.get("day", ""), today(here))
    page = calendar_page(here, me, view=view, day=day, only=query.get("only", "")[:40], now=now)
    window = Window(here, me, page.first, page.last, now)
    ideas = IDEAS.newest_after(Entry.objects.shown().ideas(), query.get("ideas", ""))
    context = {
        "page": page,
        "lead": lead_of(page),
        "ideas": ideas,
        "place_on": _place_on(page),
        "best": best_hours(window),
        "plans": can_edit_calendar(me),
        "moved": _moved(request),
        "chooses_holidays": can_configure_community(me),
    }
    return private(render(request, "animation/calendar/show_calendar.html", context))


def _place_on(page: Page) -> datetime.date:
    """Where an idea is offered a place: the first day to come that is shown and has no text, else tomorrow."""
    free = (day.date for day in page.days if day.date > page.today and not day.has_text)
    return next(free, page.today + DAY)


def _moved(request: MemberRequest) -> dict[str, Any] | None:
    """The card that was moved last, and where it stood, for the way back."""
    number, was = request.GET.get("moved", ""), request.GET.get("was", "")
    if not (number.isdecimal() and len(number) < 18 and can_edit_calendar(request.membership)):
        return None
    entry = Entry.objects.filter(pk=int(number)).first()
    return {"entry": entry, "was": was[:10], "hour": request.GET.get("hour", "")[:5]} if entry else None


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_note_idea)
def plan_text(request: MemberRequest) -> HttpResponse:
    """Plan a text for a day, or note an idea."""
    me, here = request.membership, request.community
    day = request.GET.get("day", "")
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        community=here,
        by=me,
        initial={
            "day": read_day(day, today(here)) if day else None,
            "title": request.GET.get("title", "")[:200],
        },
    )
    if form.is_valid():
        try:
            entry = services.plan_text(form.plan(), by=me, community=here)
        except FieldError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("“%(title)s” is in the calendar.") % {"title": entry.title})
            return HttpResponseRedirect(_calendar_at(entry))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "plans": can_edit_calendar(me)}
    return private(render(request, "animation/calendar/plan_text.html", context, status=status))


@require_safe
def show_entry(request: MemberRequest, pk: int) -> HttpResponse:
    """What is planned, how far it is, and what can be done next."""
    return _entry_page(request, _entry(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_calendar)
def edit_entry(request: MemberRequest, pk: int) -> HttpResponse:
    """Change what is planned; where somebody else did so meanwhile, what was typed stays (409)."""
    entry = _entry(request, pk)
    sent, me = request.POST if request.method == "POST" else None, request.membership
    form = PlanForm(sent, community=request.community, by=me, entry=entry)
    status, conflict = 422 if request.method == "POST" else 200, ""
    if form.is_valid():
        seen = form.cleaned_data["version"]
        said = {"by": request.membership, "community": request.community, "version": seen}
        try:
            services.edit_entry(entry, form.plan(), **said)
        except MovedMeanwhile as refusal:
            status, conflict = 409, str(refusal)
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.add_error(getattr(refusal, "field", "") or None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("animation:show-entry", args=[pk]))
    context = {"form": form, "entry": entry, "conflict": conflict, "plans": True}
    return private(render(request, "animation/calendar/plan_text.html", context, status=status))


@require_POST
@team_page(can_edit_calendar)
def move_entry(request: MemberRequest, pk: int) -> HttpResponse:
    """Put a card on another day. Whoever dragged it reads the sentence alone where they may not."""
    entry = _entry(request, pk)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _not_moved(request, entry, form, 422)
    day, hour = form.put(entry)
    seen = form.cleaned_data["version"]
    was = {"was": entry.day or "", "hour": f"{entry.hour:%H:%M}" if entry.hour else ""}
    try:
        services.move_entry(
            entry, day, hour, by=request.membership, community=request.community, version=seen
        )
    except MovedMeanwhile as refusal:
        form.add_error(None, str(refusal))
        return _not_moved(request, _entry(request, pk), form, 409)
    except NotAllowed:
        raise
    except DomainError as refusal:
        form.add_error("day", str(refusal))
        return _not_moved(request, entry, form, 422)
    said = urlencode({**_back(form), "moved": pk, **was})
    return HttpResponseRedirect(f"{reverse('animation:show-calendar')}?{said}")


def _back(form: MoveForm) -> dict[str, str]:
    """The view that it was moved in, as far as it names one."""
    view, _sign, day = form.cleaned_data["back"].partition(" ")
    return {"view": view, "day": day} if view in VIEWS else {}


def _not_moved(request: MemberRequest, entry: Entry, form: MoveForm, status: int) -> HttpResponse:
    if is_in_place(request) and "keeps_hour" in request.POST:
        said = " ".join(str(one) for errors in form.errors.values() for one in errors)
        return private(HttpResponse(said, status=status, content_type="text/plain; charset=utf-8"))
    return _entry_page(request, entry, move=form, status=status)


@require_POST
def set_step(request: MemberRequest, pk: int) -> HttpResponse:
    """Say how far it is."""
    entry = _entry(request, pk)
    return _done(
        request, entry, lambda: services.set_step(entry, request.POST.get("step", ""), by=request.membership)
    )


@require_POST
def write_entry(request: MemberRequest, pk: int) -> HttpResponse:
    """Open the editor with its draft."""
    entry = _entry(request, pk)
    try:
        draft = services.begin_draft(entry, by=request.membership, community=request.community)
    except NotAllowed:
        raise
    except DomainError as refusal:
        return _entry_page(request, entry, problem=str(refusal), status=422)
    kind = KINDS[draft.space.kind]
    return HttpResponseRedirect(draft.get_absolute_url() if draft.is_published else kind.draft_url(draft))


@require_POST
@team_page(can_edit_calendar)
def schedule_entry(request: MemberRequest, pk: int) -> HttpResponse:
    """Let its text go out on its day."""
    entry = _entry(request, pk)
    return _done(
        request,
        entry,
        lambda: services.schedule_entry(entry, by=request.membership, community=request.community),
    )


@require_POST
@team_page(can_note_idea)
def delete_entry(request: MemberRequest, pk: int) -> HttpResponse:
    """Take it out of the calendar; the text that it led to stays."""
    entry = _entry(request, pk)
    try:
        services.delete_entry(entry, by=request.membership)
    except MovedMeanwhile as refusal:
        return _entry_page(request, entry, problem=str(refusal), status=409)
    said = _("“%(title)s” has been taken out of the calendar. The journal can undo it.") % {
        "title": entry.title
    }
    messages.success(request, said)
    return HttpResponseRedirect(reverse("animation:show-calendar"))


def _done(request: MemberRequest, entry: Entry, act: Any) -> HttpResponse:
    try:
        act()
    except NotAllowed:
        raise
    except DomainError as refusal:
        status = 409 if isinstance(refusal, MovedMeanwhile) else 422
        return _entry_page(request, entry, problem=str(refusal), status=status)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("animation:show-entry", args=[entry.pk]))


def _entry(request: MemberRequest, pk: int) -> Entry:
    """One that this person may see. Raises Http404, NotAllowed."""
    entry: Entry | None = Entry.objects.shown().filter(pk=pk).first()
    if entry is None:
        raise Http404
    if not can_see_entry(request.membership, entry):
        raise NotAllowed
    return entry


def _entry_page(
    request: MemberRequest,
    entry: Entry,
    *,
    move: MoveForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    me, here, now = request.membership, request.community, timezone.now()
    day = entry.day or today(here)
    initial = {"day": entry.day, "hour": entry.hour, "version": entry.version}
    context = {
        "entry": entry,
        "item": entry_item(entry, Window(here, me, day, day, now)),
        "move": move or MoveForm(initial=initial),
        "problem": problem,
        "plans": can_edit_calendar(me),
        "writes": can_write_entry(me, entry),
        "deletes": can_delete_entry(me, entry),
        "sees_all": can_see_calendar(me),
        "steps": Entry.Step.choices,
        "holidays": holidays_on(chosen(here), entry.day) if entry.day else [],
        "named": len(chosen(here)),
        "ends_at": _end_url(me, entry),
    }
    return private(render(request, "animation/calendar/show_entry.html", context, status=status))


def _end_url(me: Membership, entry: Entry) -> str:
    """Where somebody says until when its text is public; empty where they may not, or there is none to say it of."""
    thread = entry.thread
    if thread is None or not (entry.is_out or entry.is_scheduled) or not can_retire_thread(me, thread):
        return ""
    return reverse("content:retire-thread", args=[thread.slug])


def _calendar_at(entry: Entry) -> str:
    address = reverse("animation:show-calendar")
    return f"{address}?{urlencode({'day': entry.day})}#entry-{entry.pk}" if entry.day else f"{address}#ideas"
