"""Coming in teams: founding one, joining one, and the line of teams. Whoever calls holds the event’s row."""

from __future__ import annotations

from dataclasses import dataclass

from communities.events.exceptions import TeamFull, TeamGone, TeamNameTaken, TeamUnnamed
from communities.events.models import Event, Registration
from communities.events.teams import LONGEST_NAME, Team
from communities.fields import one_line
from communities.models import Membership
from communities.signals import naming

State, News = Registration.State, Registration.News


@dataclass(frozen=True)
class TeamWish:
    """The team that somebody joins, by its number, or the name of the one that they found."""

    number: int | None = None
    name: str = ""


def free_teams(event: Event) -> int | None:
    """For how many more teams there is room; None: there is no limit."""
    if event.capacity is None:
        return None
    return max(0, event.capacity - Team.objects.of(event).coming().count())


def team_for(event: Event, wish: TeamWish, *, by: Membership) -> Team:
    """The team that somebody joins, or founds at the end of the line.

    Raises TeamUnnamed, TeamNameTaken, TeamGone, TeamFull, and what `naming` refuses.
    """
    if wish.number is not None:
        return with_room(event, Team.objects.of(event).filter(pk=wish.number).first())
    name = one_line(wish.name)[:LONGEST_NAME]
    if not name:
        raise TeamUnnamed
    if Team.objects.of(event).filter(name__iexact=name).exists():
        raise TeamNameTaken
    naming.send(sender=Membership, membership=by, words=[name])
    founded: Team = Team.objects.create(event=event, name=name)
    return founded


def with_room(event: Event, team: Team | None) -> Team:
    """The team, if another one fits in. Raises TeamGone, TeamFull."""
    if team is None:
        raise TeamGone
    if team.registrations.count() >= (event.team_size or 0):
        raise TeamFull
    return team


def let_go(event: Event) -> None:
    """Teams without anybody are no more."""
    if event.team_size:
        gone = list(Team.objects.of(event).filter(registrations__isnull=True).values_list("pk", flat=True))
        # Whom its captain took out of it may come again as everybody does.
        Registration.objects.of(event).filter(state=State.OFF, out_of__in=gone).delete()
        Team.objects.filter(pk__in=gone).delete()


def move_teams_up(event: Event) -> int:
    """Give free places to the teams that wait, in their order; how many people come now."""
    free = free_teams(event)
    waiting = Team.objects.of(event).waiting().in_order()
    numbers = list((waiting if free is None else waiting[:free]).values_list("pk", flat=True))
    if not numbers:
        return 0
    Team.objects.filter(pk__in=numbers).update(is_coming=True)
    moved = Registration.objects.of(event).waiting().filter(team__in=numbers)
    return int(moved.update(state=State.COMING, news=News.FREED))


def captain_of(team: Team) -> Registration | None:
    """Who has been in it longest."""
    found: Registration | None = Registration.objects.filter(team=team).in_order().first()
    return found


def is_captain(membership: Membership, row: Registration) -> bool:
    """Whether they are captain of the team of this registration, which is another’s."""
    if row.team is None or row.membership_id == membership.pk:
        return False
    captain = captain_of(row.team)
    return captain is not None and captain.membership_id == membership.pk
