"""Registering for an event, and the waiting list, which moves up by itself.

Whoever changes who comes holds the event’s row: the last place goes to one of two who ask for it at once. People are
told by a job (`telling.py`): under the lock, telling one of them would wait for what that person is doing.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from communities.content.viewers import refuse_closed_space
from communities.events.door_codes import new_code
from communities.events.exceptions import (
    AllTaken,
    EventBegun,
    NoRoomForGuests,
    PartyTooLarge,
    RegistrationOver,
    TakenOff,
    TakenOutOfTeam,
    TooManyGuests,
    Unanswered,
)
from communities.events.models import LONGEST_ANSWER, Event, Registration
from communities.events.permissions import FEATURE, can_register, can_see_attendees
from communities.events.teaming import TeamWish, free_teams, let_go, move_teams_up, team_for
from communities.events.teams import Team
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.queries import hold_member

State, News = Registration.State, Registration.News


def held(event: Event | int) -> Event:
    """The event with its row locked, read afterwards; with its thread. Raises Event.DoesNotExist."""
    number = event.pk if isinstance(event, Event) else event
    Event.objects.select_for_update(of=("self",), no_key=True).get(pk=number)
    found: Event = Event.objects.select_related("thread__space").get(pk=number)
    return found


def free_places(event: Event) -> int | None:
    """Of teams, where people come in teams. None: there is no limit. Never below 0."""
    if event.team_size:
        return free_teams(event)
    if event.capacity is None:
        return None
    return max(0, event.capacity - Registration.objects.of(event).coming().seats())


@transaction.atomic
def register(
    event: Event,
    *,
    by: Membership,
    guests: int = 0,
    wait: bool = False,
    answers: Mapping[str, str] | None = None,
    team: TeamWish | None = None,
) -> Registration:
    """Come to an event with so many guests, or change how many and what was answered; with `wait`, join the waiting
    list where it is full. `answers` are by the question; `team` says with which team, where people come in teams.

    Raises NotAllowed, RegistrationOver, TooManyGuests, Unanswered, TakenOff, TooFast; TakenOutOfTeam for the team whose
    captain took them out of it; AllTaken where there is no place, PartyTooLarge where there are too few, unless they
    would wait; NoRoomForGuests for more guests than there is room for, where the registration stays as it was; and as
    `team_for`.
    """
    refuse_closed(by, FEATURE)
    if not can_register(by, event.thread):
        raise NotAllowed
    refuse_closed_space(by, event.thread.space)
    hold_member(by)
    now = held(event)
    if not now.thread.is_published:
        raise NotAllowed
    if not now.takes_registrations:
        raise RegistrationOver
    _check_guests(now, guests)
    told = _answered(now, answers or {})
    count_act(by, Limited.REGISTER)
    mine = Registration.objects.of(now).filter(membership=by).first()
    if mine is not None and not mine.is_off:
        return _brings(now, mine, guests, told)
    row = _begun(now, mine, by)
    row.guests, row.answers = guests, row.answers | told
    if now.team_size:
        row.team = _chosen(now, row, team or TeamWish(), by)
    return _joined(now, row, wait=wait)


def _chosen(event: Event, row: Registration, wish: TeamWish, by: Membership) -> Team:
    """As `team_for`. Raises TakenOutOfTeam for the team whose captain took them out of it."""
    team = team_for(event, wish, by=by)
    if team.pk == row.out_of_id:
        raise TakenOutOfTeam
    return team


def _begun(event: Event, known: Registration | None, by: Membership) -> Registration:
    """A registration at the end of the line: a new one, or that of somebody whom a captain took out of a team. Raises
    TakenOff for who was taken off the list by an organiser."""
    if known is not None and known.out_of_id is None:
        raise TakenOff
    row = known or Registration(event=event, membership=by)
    row.state, row.since, row.news = State.WAITING, timezone.now(), News.NONE
    return row


def _answered(event: Event, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers to what is asked now. Raises Unanswered."""
    told = {question: one_line(answers.get(question, ""))[:LONGEST_ANSWER] for question in event.asked}
    if not all(told.values()):
        raise Unanswered
    return told


def _check_guests(event: Event, guests: int) -> None:
    if not 0 <= guests <= event.guests_each:
        most = event.guests_each
        raise TooManyGuests(
            ngettext("You can bring %(most)s guest at most.", "You can bring %(most)s guests at most.", most)
            % {"most": most}
            if most
            else None
        )


def _joined(event: Event, mine: Registration, *, wait: bool) -> Registration:
    """Everybody joins the end of the line, from which all who fit move up: nobody overtakes who fits before them.
    Whoever joins a team stands where it stands."""
    if mine.team is not None and mine.team.is_coming:
        mine.state = State.COMING
    mine.save()
    move_up(event)
    mine.refresh_from_db()
    if not mine.is_coming and not wait:
        raise PartyTooLarge if free_places(event) else AllTaken
    if mine.is_coming:
        # They know that they asked for it.
        mine.news = News.COMING
        mine.save(update_fields=["news"])
    return mine


def _brings(event: Event, mine: Registration, guests: int, answers: dict[str, str]) -> Registration:
    free = free_places(event)
    if mine.is_coming and free is not None and guests - mine.guests > free:
        raise NoRoomForGuests
    # What they answered to questions that are no longer asked stays.
    mine.guests, mine.answers = guests, mine.answers | answers
    mine.save(update_fields=["guests", "answers"])
    move_up(event)
    mine.refresh_from_db()
    return mine


@transaction.atomic
def unregister(event: Event, *, by: Membership) -> bool:
    """No longer come, or wait: the place goes to the next in line. False where there was no registration.

    Allowed to whoever may not write, too, until the event begins. Raises EventBegun.
    """
    now = held(event)
    mine = Registration.objects.of(now).on_list().filter(membership=by)
    if not mine.exists():
        return False
    if now.has_begun and not now.is_cancelled:
        raise EventBegun
    # A row that says out of which team its captain took them stays: else they would be back in it with one press.
    mine.filter(out_of__isnull=False).update(
        state=State.OFF, news=News.NONE, here_at=None, team=None, door_code=new_code()
    )
    mine.delete()
    let_go(now)
    move_up(now)
    return True


def move_up(event: Event) -> int:
    """Give free places to those who wait and can come, in their order, to each whose party fits; how many. The event is
    locked."""
    if event.is_cancelled or event.has_begun:
        return 0
    if event.team_size:
        return move_teams_up(event)
    free, moved = free_places(event), 0
    waiting = Registration.objects.of(event).waiting().able(event.starts_at).in_order()
    if free is not None:
        waiting = waiting.filter(guests__lt=free)
    for row in waiting if free is None or free else ():
        if free is not None and row.party > free:
            continue
        row.state, row.news = State.COMING, News.FREED
        row.save(update_fields=["state", "news"])
        moved += 1
        if free is not None:
            free -= row.party
            if not free:
                break
    return moved


def give_up_places(event: Event) -> int:
    """Have those wait who are shut out until it has begun, and give their places to the next in line; how many. Whoever
    is let in again before that moves up as everybody does. A team keeps its place. The event is locked, and has not
    begun."""
    if event.team_size:
        return 0
    coming = Registration.objects.of(event).coming().filter(here_at__isnull=True)
    out = coming.exclude(pk__in=coming.able(event.starts_at).values("pk"))
    gone = int(out.update(state=State.WAITING, news=News.NONE))
    if gone:
        move_up(event)
    return gone


@transaction.atomic
def check_in(
    registration: Registration, *, by: Membership, here: bool, at: datetime.datetime | None = None
) -> bool:
    """Say that somebody has arrived, or that this was a mistake; False where it was said already. `at` is when, where
    it was pressed earlier: neither before they registered nor yet to come. Raises NotAllowed."""
    event = held(registration.event_id)
    if not can_see_attendees(by, event.thread):
        raise NotAllowed
    row = Registration.objects.of(event).coming().filter(pk=registration.pk).first()
    if row is None:
        raise NotAllowed
    if bool(row.here_at) is here:
        return False
    now = timezone.now()
    row.here_at = min(max(at or now, row.since), now) if here else None
    row.save(update_fields=["here_at"])
    return True


def leave_events(membership_id: int, at_most: int) -> int:
    """Take somebody who leaves off all lists, at most so many; the places that become free go to the next in line."""
    rows = Registration.objects.filter(membership=membership_id).order_by("pk")
    events = list(rows.values_list("event_id", flat=True)[:at_most])
    # By number, so that two who leave at once do not wait for each other.
    for number in sorted(events):
        event = held(number)
        Registration.objects.of(event).filter(membership=membership_id).delete()
        let_go(event)
        move_up(event)
    return len(events)


def last_moment(event: Event) -> datetime.datetime:
    """Until when one registers, by the clocks of the event."""
    return event.registers_before.astimezone(event.clock)
