"""The raid with teams: founded, joined, full, waiting, left, led by a captain."""

from __future__ import annotations

from typing import Any

import pytest

from communities.events import services
from communities.events.exceptions import (
    AllTaken,
    TakenOff,
    TakenOutOfTeam,
    TeamFull,
    TeamGone,
    TeamNameTaken,
    TeamsLarger,
    TeamsSettled,
    TeamUnnamed,
)
from communities.events.models import Event, Registration
from communities.events.organising import put_on, take_off
from communities.events.registering import register, unregister
from communities.events.teaming import TeamWish
from communities.events.teams import Team
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Membership
from moderation.exceptions import NameRefused
from moderation.services import add_watch_word
from tests.communities.events.making import HOUR, facts, fresh, line, make_calendar, make_event
from tests.communities.events.test_line import began
from tests.communities.events.test_telling import told
from tests.conftest import Cast
from tests.factories import make_memberships


@pytest.fixture
def raid(here: Cast) -> Event:
    with here.scope():
        return make_event(here, make_calendar(), by=here.owner, title="The raid", capacity=2, team_size=2)


def found(event: Event, person: Membership, name: str, *, wait: bool = False) -> Registration:
    return register(fresh(event), by=person, team=TeamWish(name=name), wait=wait)


def join(event: Event, person: Membership, name: str, *, wait: bool = False) -> Registration:
    team = Team.objects.of(event).get(name=name)
    return register(fresh(event), by=person, team=TeamWish(team.pk), wait=wait)


def test_places_are_those_of_teams(here: Cast, raid: Event) -> None:
    with here.scope():
        assert found(raid, here.member, "The Frayed").is_coming
        assert found(raid, here.ambassador, "Half Hitch").is_coming
        assert join(raid, here.manager, "The Frayed").is_coming, "who joins a team needs no place"
        with pytest.raises(TeamFull):
            join(raid, here.moderator, "The Frayed")
        with pytest.raises(TeamNameTaken):
            found(raid, here.moderator, "the frayed")
        with pytest.raises(TeamUnnamed):
            found(raid, here.moderator, " ")
        with pytest.raises(AllTaken):
            found(raid, here.moderator, "Late")
        assert not Team.objects.filter(name="Late").exists(), "nothing is stored of what was refused"
        assert not found(raid, here.moderator, "Late", wait=True).is_coming
        assert not join(raid, here.marketing, "Late", wait=True).is_coming
    told(here)
    with here.scope():
        assert unregister(raid, by=here.ambassador)
        assert not Team.objects.filter(name="Half Hitch").exists()
        assert line(raid)["waiting"] == []
    late = sorted((here.moderator.pk, here.marketing.pk))
    assert told(here) == [("place_freed", pk) for pk in late], "the whole team moves up"


def test_the_captain_is_who_has_been_in_it_longest(here: Cast, raid: Event) -> None:
    with here.scope():
        mine = found(raid, here.member, "The Frayed")
        other = join(raid, here.ambassador, "The Frayed")
        found(raid, here.marketing, "Half Hitch")
        for row, by in ((mine, here.ambassador), (other, here.marketing), (mine, here.member)):
            with pytest.raises(NotAllowed):
                take_off(row, by=by)
        assert unregister(raid, by=here.member)
        third = join(raid, here.manager, "The Frayed")
        assert take_off(third, by=here.ambassador), "the next in line is captain"
        assert Registration.objects.get(pk=third.pk).team is None
        with pytest.raises(TeamGone):
            register(fresh(raid), by=here.member, team=TeamWish(0))
        assert put_on(fresh(raid), here.manager, by=here.owner, team="the frayed").is_coming
        assert put_on(fresh(raid), here.moderator, by=here.owner, team="New").team_id is not None
        with pytest.raises(TeamUnnamed):
            put_on(fresh(raid), here.member, by=here.owner)


def test_a_captain_takes_out_of_one_team_and_an_organiser_off_the_list(here: Cast, raid: Event) -> None:
    with here.scope():
        found(raid, here.member, "The Frayed")
        other = join(raid, here.ambassador, "The Frayed")
        found(raid, here.marketing, "Half Hitch")
        Registration.objects.update(news="")
        assert take_off(other, by=here.member)
    assert told(here) == [("event_taken_off", here.ambassador.pk)]
    at, client = here.url(f"/events/e/{raid.thread.slug}/"), here.sign_in(here.ambassador)
    page = client.get(at).content.decode()
    assert "Its captain took you out of the team The Frayed." in page
    assert "You are off the list" not in page
    with here.scope():
        with pytest.raises(TakenOutOfTeam):
            join(raid, here.ambassador, "The Frayed")
        assert join(raid, here.ambassador, "Half Hitch").is_coming
        assert unregister(raid, by=here.ambassador)
        with pytest.raises(TakenOutOfTeam):
            join(raid, here.ambassador, "The Frayed")
        # Of a team that is no more nobody was taken out; a new one of its name is another.
        assert unregister(raid, by=here.member)
        assert not Registration.objects.filter(membership=here.ambassador).exists()
        found(raid, here.member, "The Frayed")
        mine = join(raid, here.ambassador, "The Frayed")
        assert take_off(mine, by=here.owner)
        with pytest.raises(TakenOff):
            join(raid, here.ambassador, "Half Hitch")
        Registration.objects.filter(pk=mine.pk).update(
            state="coming", team=Team.objects.get(name="The Frayed")
        )
        assert take_off(mine, by=here.member)
        assert put_on(fresh(raid), here.ambassador, by=here.owner, team="The Frayed").is_coming


def test_a_team_that_waited_comes_whole_at_the_door(here: Cast, raid: Event) -> None:
    with here.scope():
        found(raid, here.member, "The Frayed")
        found(raid, here.ambassador, "Half Hitch")
        late = found(raid, here.moderator, "Late", wait=True)
        began(raid, HOUR)
        Event.objects.filter(pk=raid.pk).update(capacity=3)
        assert put_on(fresh(raid), here.marketing, by=here.owner, team="late").is_coming
        assert Registration.objects.get(pk=late.pk).is_coming


def test_what_is_settled_once_somebody_is_registered(here: Cast, raid: Event) -> None:
    said: dict[str, Any] = {"title": "The raid", "tags": None}
    kept = {"starts_at": raid.starts_at, "ends_at": raid.ends_at, "capacity": 2}

    def change(size: int | None) -> None:
        services.change_event(raid.thread, by=here.owner, facts=facts(**kept, team_size=size), **said)

    with here.scope():
        change(None)
        change(3)
        for person in (here.member, here.moderator, here.manager):
            name = "The Frayed"
            join(raid, person, name) if Team.objects.exists() else found(raid, person, name)
        with pytest.raises(TeamsSettled):
            change(None)
        with pytest.raises(TeamsLarger):
            change(2)
        change(4)
        (newcomer,) = make_memberships({})
        add_watch_word(by=here.manager, word="casino", action="block")
        forget_all()
        with pytest.raises(NameRefused):
            found(raid, newcomer, "Casino crew")


def test_a_team_on_its_page(here: Cast, raid: Event) -> None:
    at, client = here.url(f"/events/e/{raid.thread.slug}/"), here.sign_in(here.member)
    assert "There is no team yet." in client.get(at).content.decode()
    nameless = client.post(f"{at}register/", {"team_name": ""})
    assert nameless.status_code == 422
    assert "Choose a team, or name the one that you start." in nameless.content.decode()
    client.post(f"{at}register/", {"team_name": "The Frayed"})
    with here.scope():
        team = Team.objects.get()
    own = client.get(at).content.decode()
    assert f"?team={team.pk}#register" in own
    other = here.sign_in(here.ambassador)
    chosen = other.get(f"{at}?team={team.pk}").content.decode()
    assert f'value="{team.pk}" selected' in chosen
    other.post(f"{at}register/", {"team": team.pk})
    page = client.get(at).content.decode()
    assert "Take off" in page
    assert "Take off" not in other.get(at).content.decode()
    with here.scope():
        row = Registration.objects.get(membership=here.ambassador)
    answer = client.post(f"{at}attendees/{row.pk}/take-off/", {"team": "1"})
    assert answer.headers["Location"].endswith("#register")
    owner = here.sign_in(here.owner)
    assert "The Frayed" in owner.get(f"{at}attendees/").content.decode()
    assert "The Frayed" in owner.get(f"{at}attendees.csv").content.decode()
