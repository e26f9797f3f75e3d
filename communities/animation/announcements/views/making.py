"""The team’s pages of announcements: the list, the form with its count and its look, ending and deleting."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.animation.announcements import services
from communities.animation.announcements.exceptions import AnnouncementChanged, AnnouncementOver
from communities.animation.announcements.forms import AnnouncementForm, values_of
from communities.animation.announcements.models import Announcement
from communities.animation.announcements.permissions import FEATURE, can_make_announcement
from communities.animation.announcements.queries import counted_for, list_page, to_take_back
from communities.animation.newsletters.permissions import can_write_newsletter
from communities.exceptions import DomainError, FieldError, NotAllowed
from communities.journal.models import Change
from communities.launch.features import feature_required
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.responses import private

LASTS = datetime.timedelta(days=3)


@require_safe
@feature_required(FEATURE)
@team_page(can_make_announcement)
def list_announcements(request: MemberRequest) -> HttpResponse:
    """What stands, in the order in which readers see it, then what is over, the newest first."""
    context = list_page(request.community, after=request.GET.get("after", ""))
    context["taken"] = to_take_back(request.GET.get("undo", ""))
    return private(render(request, "animation/announcements/list_announcements.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_make_announcement)
def make_announcement(request: MemberRequest) -> HttpResponse:
    """A new one; `?copy=` begins with what another says, from now on and for as long."""
    form = _form(request, _first_values(request.GET.get("copy", "")))
    return _edited(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_make_announcement)
def edit_announcement(request: MemberRequest, pk: int) -> HttpResponse:
    """Until it is over; where somebody else was faster, or the clock, what was typed stays (409, 422)."""
    if request.method == "POST":
        row = get_object_or_404(Announcement.objects.all(), pk=pk)
        return _edited(request, _form(request, values_of(row)), row)
    row = _announcement(pk)
    if row.is_over:
        messages.info(request, str(AnnouncementOver()))
        return HttpResponseRedirect(reverse("animation:list-announcements"))
    return _edited(request, _form(request, values_of(row)), row)


@require_POST
@feature_required(FEATURE)
@team_page(can_make_announcement)
def end_announcement(request: MemberRequest, pk: int) -> HttpResponse:
    return _done(request, lambda: services.end_announcement(_announcement(pk), by=request.membership))


@require_POST
@feature_required(FEATURE)
@team_page(can_make_announcement)
def delete_announcement(request: MemberRequest, pk: int) -> HttpResponse:
    return _done(request, lambda: services.delete_announcement(_announcement(pk), by=request.membership))


def _done(request: MemberRequest, act: Callable[[], Change | None]) -> HttpResponse:
    """To the list, which offers the way back."""
    address = reverse("animation:list-announcements")
    try:
        change = act()
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(address)
    return HttpResponseRedirect(f"{address}?undo={change.pk}" if change is not None else address)


def _form(request: MemberRequest, initial: dict[str, Any]) -> AnnouncementForm:
    data = request.POST if request.method == "POST" else None
    segments = can_write_newsletter(request.membership)
    return AnnouncementForm(data, community=request.community, segments=segments, initial=initial)


def _first_values(copy: str) -> dict[str, Any]:
    now = timezone.now().replace(second=0, microsecond=0)
    start: dict[str, Any] = {
        "tone": Announcement.Tone.NEWS.value,
        "whom": Announcement.Audience.EVERYBODY.value,
        "can_be_closed": True,
    }
    hours = {"starts_at": now, "ends_at": now + LASTS, "version": None}
    number = int(copy) if copy.isascii() and copy.isdecimal() and len(copy) < 19 else 0
    row = Announcement.objects.kept().filter(pk=number).first() if number else None
    if row is None:
        return start | hours
    return values_of(row) | hours | {"ends_at": now + (row.ends_at - row.starts_at)}


def _edited(request: MemberRequest, form: AnnouncementForm, row: Announcement | None) -> HttpResponse:
    """Count and look, which keeps nothing, or save."""
    if request.method != "POST":
        return _form_page(request, form, row, 200)
    if not form.is_valid():
        return _form_page(request, form, row, 422)
    if "count" in request.POST:
        return _form_page(request, form, row, 200)
    try:
        _save(request, form, row)
    except NotAllowed:
        raise
    except AnnouncementChanged as refusal:
        return _form_page(request, form, row, 409, conflict=str(refusal))
    except FieldError as refusal:
        form.add_error(refusal.field, str(refusal))
        return _form_page(request, form, row, 422)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _form_page(request, form, row, 422)
    return HttpResponseRedirect(reverse("animation:list-announcements"))


def _save(request: MemberRequest, form: AnnouncementForm, row: Announcement | None) -> None:
    me, wishes = request.membership, form.wishes()
    if row is None:
        saved = services.make_announcement(wishes, by=me)
    else:
        saved = services.edit_announcement(row, wishes, by=me, version=form.cleaned_data["version"])
    messages.success(request, _("It is shown from now on.") if saved.is_shown else _("It is scheduled."))


def _form_page(
    request: MemberRequest,
    form: AnnouncementForm,
    row: Announcement | None,
    status: int,
    *,
    conflict: str = "",
) -> HttpResponse:
    whom = str(form["whom"].value() or "")
    context = {
        "form": form,
        "announcement": row,
        "conflict": conflict,
        "counted": counted_for(whom),
        "whom": dict(form.fields["whom"].choices).get(whom, ""),  # type: ignore[attr-defined]
        "looks": _looks(request, form),
        "makes_segments": can_write_newsletter(request.membership),
    }
    page = "animation/announcements/edit_announcement.html"
    return private(render(request, page, context, status=status))


def _looks(request: MemberRequest, form: AnnouncementForm) -> list[dict[str, Any]]:
    """How it looks in each language in which something is said, of what is typed."""
    return [
        {
            "language": language,
            "text": text.value(),
            "link": link.value() if form["target"].value() else "",
            "is_warning": form["tone"].value() == Announcement.Tone.WARNING,
            "can_be_closed": bool(form["can_be_closed"].value()),
        }
        for language, (text, link) in zip(request.community.all_languages, form.languages(), strict=True)
        if text.value()
    ]


def _announcement(pk: int) -> Announcement:
    found: Announcement | None = Announcement.objects.kept().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
