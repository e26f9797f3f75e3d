"""Events of another calendar: a file, what it says, a choice, drafts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from communities.content.models import Space
from communities.content.permissions import is_author
from communities.content.viewers import viewer_of
from communities.events.bring_forms import CalendarFileForm
from communities.events.bringing import (
    MOST_AT_ONCE,
    bring_in,
    brought_before,
    may_bring_in,
    packed,
    read_for,
    unpacked,
)
from communities.events.exceptions import CalendarUnreadable
from communities.events.foreign import Foreign, Reading
from communities.events.models import Event
from communities.events.permissions import FEATURE
from communities.events.views.reading import get_calendar
from communities.exceptions import DomainError, NotAllowed
from communities.launch.features import feature_required
from communities.limits import refused
from communities.middleware import MemberRequest, member_of
from communities.responses import private


@dataclass(frozen=True)
class Offer:
    """An entry as the page offers it: beside what of it is here already, as an event with its own hours."""

    event: Foreign
    known: Event | None
    is_chosen: bool
    # Whether that one opens for who brings them in: a draft does for its author alone.
    opens: bool = False

    @property
    def can_be_chosen(self) -> bool:
        return self.known is None and not self.event.is_cancelled and not self.event.is_too_long

    @property
    def has_moved(self) -> bool:
        """Whether it is here at other hours than in the file."""
        return self.known is not None and (self.known.starts_at, self.known.ends_at) != (
            self.event.starts_at,
            self.event.ends_at,
        )

    @property
    def place(self) -> Event:
        """As templates say hours and places of events."""
        told = self.event
        return Event(
            starts_at=told.starts_at,
            ends_at=told.ends_at,
            zone=told.zone,
            place=told.place,
            online_url=told.online_url,
        )


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def bring_calendar(request: MemberRequest, space: str) -> HttpResponse:
    """A file is read and shown; what is chosen of it becomes drafts."""
    here = get_calendar(request, space)
    if not may_bring_in(member_of(request), here):
        raise NotAllowed
    if request.method != "POST":
        return _asking(request, here, CalendarFileForm())
    if "packed" in request.POST:
        return _chosen(request, here)
    form = CalendarFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _asking(request, here, form)
    try:
        data = form.cleaned_data["file"]
        return _showing(request, here, data, read_for(request.community, data, timezone.now()))
    except CalendarUnreadable as refusal:
        form.add_error("file", str(refusal))
        return _asking(request, here, form)


def _chosen(request: MemberRequest, here: Space) -> HttpResponse:
    """The file comes along with the choice, and is read again."""
    form = CalendarFileForm()
    try:
        data = unpacked(request.POST["packed"])
        read = read_for(request.community, data, timezone.now())
    except CalendarUnreadable:
        messages.error(request, _("Choose the file again: it was not sent."))
        return _asking(request, here, form)
    keys = set(request.POST.getlist("event"))
    chosen = [one for one in read.events if one.key in keys]
    if not chosen:
        messages.error(request, _("Choose at least one event."))
        return _showing(request, here, data, read, keys)
    try:
        made = bring_in(here, by=member_of(request), community=request.community, chosen=chosen)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return refused(_showing(request, here, data, read, keys), refusal)
    return _made(request, len(made))


def _made(request: MemberRequest, made: int) -> HttpResponse:
    if made:
        said = ngettext(
            "%(n)s draft was made. Complete it, and publish it.",
            "%(n)s drafts were made. Complete them, and publish them.",
            made,
        )
        messages.success(request, said % {"n": made})
    else:
        messages.info(request, _("Everything that you chose is here already."))
    return redirect(reverse("content:list-drafts"))


def _asking(request: MemberRequest, here: Space, form: CalendarFileForm) -> HttpResponse:
    status = 422 if form.errors or request.method == "POST" else 200
    return private(
        render(request, "events/bring_calendar.html", _about(here) | {"form": form}, status=status)
    )


def _showing(
    request: MemberRequest, here: Space, data: bytes, read: Reading, keys: set[str] | None = None
) -> HttpResponse:
    """With `keys`, what its sender had chosen before; else what is new, as far as it is made at once."""
    known, reads = brought_before(read.events), viewer_of(request).space_ids
    offers: list[Offer] = []
    for one in read.events:
        offer = Offer(one, known.get(one.key), is_chosen=False)
        room = sum(other.is_chosen for other in offers) < MOST_AT_ONCE
        wanted = one.key in keys if keys is not None else room and not one.is_private
        there = offer.known.thread if offer.known is not None else None
        opens = there is not None and (
            is_author(member_of(request), there) or (there.is_published and there.space_id in reads)
        )
        offers.append(Offer(one, offer.known, is_chosen=offer.can_be_chosen and wanted, opens=opens))
    context: dict[str, Any] = _about(here) | {
        "offers": offers,
        "read": read,
        "packed": packed(data),
        "most": MOST_AT_ONCE,
        "can_choose": any(one.can_be_chosen for one in offers),
    }
    return private(
        render(request, "events/choose_events.html", context, status=422 if keys is not None else 200)
    )


def _about(here: Space) -> dict[str, Any]:
    return {
        "space": here,
        "crumbs": [
            {"label": _("Events"), "url": reverse("events:list-events")},
            {"label": here.name, "url": here.get_absolute_url()},
            {"label": _("From another calendar")},
        ],
    }
