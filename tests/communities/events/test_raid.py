"""The raid of a brand, as its people go through it over HTTP: teams, a line of teams, the door, the report."""

from __future__ import annotations

import re

from django.test import Client
from django.utils import timezone

from communities.events.models import Event, Registration
from communities.models import Membership
from tests.communities.events.making import HOUR, make_calendar
from tests.conftest import Cast
from tests.factories import make_memberships

RAID = {
    "title": "The raid",
    "starts_at": "10/01/2030 09:00",
    "ends_at": "10/01/2030 19:00",
    "zone": "Europe/Paris",
    "place": "The old harbour",
    "capacity": "2",
    "team_size": "2",
    "questions": "Which shoes?",
    "body": "<p>Two teams, one day, eleven stations.</p>",
    "body_format": "html",
}


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_raid_from_its_announcement_to_its_report(here: Cast) -> None:
    with here.scope():
        make_calendar()
        people = [here.member, here.ambassador, here.marketing, *make_memberships({}, {})]
    organiser, at = here.sign_in(here.moderator), here.url("/events/e/the-raid/")
    assert organiser.post(here.url("/events/in/gatherings/new/"), RAID).status_code == 302
    clients = [here.sign_in(person) for person in people]
    ann, ben, cleo, dan, eve = clients

    def register(client: Client, **said: str) -> str:
        return client.post(f"{at}register/", {"answer_1": "Old ones"} | said, follow=True).content.decode()

    assert "You are registered" in register(ann, team_name="Bollards")
    (link,) = set(re.findall(r"\?team=(\d+)#register", text_of(ann, at)))
    assert f'value="{link}" selected' in text_of(ben, f"{at}?team={link}")
    assert "You are registered" in register(ben, team=link)
    assert "You are registered" not in register(cleo, team=link), "it is full"
    assert "You are registered" in register(cleo, team_name="Cleats")
    assert "All places are now taken." in register(dan, team_name="Drifters")
    assert "is your place in line." in register(dan, team_name="Drifters", wait="1")
    assert "2 of 2 teams" in text_of(Client(), at)
    # Its captain takes one out, who comes with another team; a team gives up, and the next in line comes.
    with here.scope():
        second = Registration.objects.get(membership=people[1])
    ann.post(f"{at}attendees/{second.pk}/take-off/", {"team": "1"})
    with here.scope():
        cleats = Registration.objects.get(membership=people[2]).team_id
    assert "You are registered" in register(ben, team=str(cleats))
    assert "You are registered" not in register(eve, team=str(cleats)), "it is full"
    ann.post(f"{at}unregister/")
    assert "You are registered" in text_of(dan, at)
    coming = [people[1], people[2], people[3]]
    assert came_of(here) == ({person.pk for person in coming}, set())
    # The day: each shows a code, one does not come.
    with here.scope():
        start = timezone.now() - HOUR
        Event.objects.update(starts_at=start, ends_at=start + 2 * HOUR)
        codes = dict(Registration.objects.on_list().values_list("membership_id", "door_code"))
    for person in coming[:2]:
        found = text_of(organiser, f"{at}door/?q={codes[person.pk].lower()}")
        (press,) = set(re.findall(r"attendees/\d+/check-in/", found.split("h-latest")[0]))
        organiser.post(f"{at}{press}", {"door": "1"})
    assert re.search(r"<b>2</b> of 3 are here", text_of(organiser, f"{at}door/"))
    # Afterwards: the report, the figures, the table.
    with here.scope():
        Event.objects.update(starts_at=start - 9 * HOUR, ends_at=start - 8 * HOUR)
    told = {"body": "<p>Cleats won by a knot.</p>", "body_format": "html"}
    assert organiser.post(f"{at}report/", told).status_code == 302
    assert "Cleats won by a knot." in text_of(Client(), at)
    assert re.findall(r"<dd>(\d+)</dd>", text_of(organiser, f"{at}attendees/"))[:3] == ["3", "2", "1"]
    assert "Cleats" in text_of(organiser, f"{at}attendees.csv")
    assert came_of(here)[1] == {person.pk for person in coming[:2]}


def came_of(here: Cast) -> tuple[set[int], set[int]]:
    """Who comes, and who is here, by their numbers."""
    with here.scope():
        rows = list(Registration.objects.all())
    coming = {row.membership_id for row in rows if row.state == "coming"}
    return coming, {row.membership_id for row in rows if row.here_at}


def test_nobody_of_elsewhere_sees_the_teams(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        make_calendar()
    here.sign_in(here.moderator).post(here.url("/events/in/gatherings/new/"), RAID)
    stranger: Membership = elsewhere.owner
    assert elsewhere.sign_in(stranger).get(elsewhere.url("/events/e/the-raid/")).status_code == 404
    assert elsewhere.sign_in(stranger).get(elsewhere.url("/events/e/the-raid/door/")).status_code == 404
