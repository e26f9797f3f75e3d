"""Who leaves gives their places back; two memberships of one person that become one come once."""

from __future__ import annotations

from django.db import transaction

from communities.events.models import OwnCalendar, Registration
from communities.events.registering import held, leave_events, move_up
from communities.events.teaming import let_go
from members.personal import Leaver, register_merger, register_way


@transaction.atomic
def give_places_back(leaver: Leaver, at_most: int) -> int:
    return leave_events(leaver.membership_id, at_most)


def move_registrations(kept: int, gone: int) -> None:
    """Of two registrations for one event the one that comes counts, then the one that waits, and of equal ones that of
    the membership that stays."""
    mine = dict(Registration.objects.filter(membership=kept).values_list("event_id", "pk"))
    for number in sorted(Registration.objects.filter(membership=gone).values_list("event_id", flat=True)):
        event = held(number)
        theirs = Registration.objects.of(event).get(membership=gone)
        own = Registration.objects.of(event).filter(pk=mine.get(number, 0)).first()
        if own is not None and _standing(own) >= _standing(theirs):
            theirs.delete()
        else:
            if own is not None:
                own.delete()
            Registration.objects.filter(pk=theirs.pk).update(membership=kept)
        let_go(event)
        move_up(event)


def _standing(row: Registration) -> int:
    """The higher, the better: coming, waiting, taken off."""
    return row.is_coming + (not row.is_off)


def keep_one_calendar(kept: int, gone: int) -> None:
    """The address of the membership that stays goes on; the other leads nowhere."""
    OwnCalendar.objects.filter(membership=gone).delete()


def register() -> None:
    register_way("events.Registration.membership", give_places_back)
    register_merger("events.Registration.membership", move_registrations)
    register_merger("events.OwnCalendar.membership", keep_one_calendar)
