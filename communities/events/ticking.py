"""What was ticked at the door without a network: it waits on the phone of whoever pressed (static/js/door.mjs) and is
sent later, with the hour of the press. Sent twice, it does nothing twice."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import time_format
from django.utils.translation import gettext as _

from communities.events.models import Event, Registration
from communities.events.registering import check_in
from communities.models import Membership

# At once; a phone that has more sends them one after the other.
MOST_SENT = 50


@dataclass(frozen=True)
class Tick:
    """That somebody was there at that moment."""

    row: int
    at: datetime.datetime


@dataclass(frozen=True)
class Told:
    """What became of a tick, in words that stand beside the name; not well where somebody has to look at it."""

    row: int
    well: bool
    words: str


def ticks_in(sent: Iterable[str]) -> list[Tick]:
    """Of what a phone sends, `17-1790000000000`: a registration, and a moment in milliseconds. What is none is not."""
    parts = (one.partition("-") for one in sent)
    return [
        Tick(int(row), datetime.datetime.fromtimestamp(int(at) / 1000, datetime.UTC))
        for row, _dash, at in parts
        if is_number(row) and is_number(at)
    ]


def is_number(typed: str) -> bool:
    """One that a column and a calendar can hold."""
    return typed.isascii() and typed.isdigit() and len(typed) <= 13


def take_ticks(event: Event, ticks: Iterable[Tick], *, by: Membership) -> list[Told]:
    """Each by itself: one that cannot be taken keeps none of the others back. Raises NotAllowed."""
    return [_taken(event, tick, by) for tick in ticks]


def _taken(event: Event, tick: Tick, by: Membership) -> Told:
    row = Registration.objects.of(event).on_list().filter(pk=tick.row).first()
    if row is None:
        return Told(tick.row, well=False, words=_("no longer registered: not checked in"))
    if event.is_cancelled:
        return Told(tick.row, well=False, words=_("not checked in: this event was cancelled"))
    if not row.is_coming:
        return Told(tick.row, well=False, words=_("on the waiting list: not checked in"))
    is_new = check_in(row, by=by, here=True, at=tick.at)
    row.refresh_from_db(fields=["here_at"])
    hour = time_format(row.here_at.astimezone(event.clock), "TIME_FORMAT") if row.here_at else ""
    # The same press, whose answer did not arrive.
    if is_new or row.here_at == max(tick.at, row.since):
        return Told(tick.row, well=True, words=_("here since %(hour)s") % {"hour": hour})
    return Told(tick.row, well=False, words=_("was here already, since %(hour)s") % {"hour": hour})
