"""What organisers do with the list of an event: put somebody on, take somebody off. Both are told, once."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from communities.content.viewers import people_who_read, refuse_closed_space
from communities.events.door_codes import new_code
from communities.events.exceptions import CannotCome, EventBegun, NoPlaceAtTheDoor, OnTheList, OverAlready
from communities.events.models import Event, Registration
from communities.events.permissions import FEATURE, can_organise
from communities.events.registering import free_places, held, move_up
from communities.events.teaming import TeamWish, is_captain, let_go, team_for, with_room
from communities.events.teams import Team
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.launch.features import is_open_to, refuse_closed
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.queries import hold_member

State, News = Registration.State, Registration.News


@transaction.atomic
def put_on(event: Event, person: Membership, *, by: Membership, team: str = "") -> Registration:
    """Put a member at the end of the line of an event, also one who was taken off; they move up as everybody does.

    Where people come in teams, `team` is the name of theirs, which is founded if need be. Once it has begun they come
    at once, or not at all. Raises NotAllowed, OverAlready, OnTheList, CannotCome, NoPlaceAtTheDoor, TooFast, and as
    `team_for`.
    """
    hold_member(person)
    now = _organised(event, by)
    if now.is_cancelled or now.is_over:
        raise OverAlready
    if not is_open_to(person, FEATURE) or not people_who_read(now.thread.space, [person.pk]):
        raise CannotCome
    row = Registration.objects.of(now).filter(membership=person).first()
    if row is not None and not row.is_off:
        raise OnTheList
    count_act(by, Limited.ENROL)
    row = row or Registration(event=now, membership=person)
    row.state, row.since, row.news, row.out_of = State.WAITING, timezone.now(), News.PUT_ON, None
    if now.team_size:
        known = Team.objects.of(now).filter(name__iexact=one_line(team)).first()
        row.team = with_room(now, known) if known else team_for(now, TeamWish(name=team), by=by)
    if row.team is not None and row.team.is_coming:
        row.state = State.COMING
    elif now.has_begun:
        _come_at_the_door(now, row)
    row.save()
    move_up(now)
    # They are told how they stand, not that a place became free.
    Registration.objects.filter(pk=row.pk).update(news=News.PUT_ON)
    row.refresh_from_db()
    return row


def _come_at_the_door(event: Event, row: Registration) -> None:
    free = free_places(event)
    if free is not None and free < (1 if event.team_size else row.party):
        raise NoPlaceAtTheDoor
    row.state = State.COMING
    if row.team is not None:
        row.team.is_coming = True
        row.team.save(update_fields=["is_coming"])
        # Those who waited in it come with it.
        Registration.objects.filter(team=row.team).waiting().update(state=State.COMING, news=News.FREED)


@transaction.atomic
def take_off(registration: Registration, *, by: Membership, as_captain: bool = False) -> bool:
    """Take somebody off the list of an event, as an organiser; the place goes to the next in line, and they come back
    by the organisers alone. Whoever is captain of their team takes them out of that team: they may come in another.
    `as_captain` where somebody is both.

    False where they were off it. Raises NotAllowed, EventBegun, OverAlready.
    """
    now = _seen(registration.event_id, by)
    row = Registration.objects.of(now).filter(pk=registration.pk).first()
    leads = row is not None and by.can_write and is_captain(by, row)
    if not leads and not can_organise(by, now.thread):
        raise NotAllowed
    if row is None or row.is_off:
        return False
    if now.is_cancelled:
        raise OverAlready
    if now.has_begun:
        raise EventBegun
    row.out_of = row.team if leads and (as_captain or not can_organise(by, now.thread)) else None
    row.state, row.news, row.here_at, row.team = State.OFF, News.OFF, None, None
    # The picture that they have of it is worthless from now on.
    row.door_code = new_code()
    row.save(update_fields=["state", "news", "here_at", "team", "out_of", "door_code"])
    let_go(now)
    move_up(now)
    return True


def _organised(event: Event, by: Membership) -> Event:
    now = _seen(event, by)
    if not can_organise(by, now.thread):
        raise NotAllowed
    return now


def _seen(event: Event | int, by: Membership) -> Event:
    """The event, locked. Raises as `refuse_closed` and `refuse_closed_space`."""
    refuse_closed(by, FEATURE)
    now = held(event)
    refuse_closed_space(by, now.thread.space)
    return now
