"""What organisers say of a list: whom they put on it, whom they take off; questions, and who reads the answers."""

from __future__ import annotations

from typing import Any

import pytest

from communities.content.models import Space
from communities.events import services
from communities.events.exceptions import (
    CannotCome,
    EventBegun,
    NoPlaceAtTheDoor,
    OnTheList,
    OverAlready,
    TakenOff,
    Unanswered,
)
from communities.events.models import Event, Registration
from communities.events.organising import put_on, take_off
from communities.events.registering import register
from communities.exceptions import NotAllowed
from communities.models import Membership
from tests.communities.events.making import HOUR, come, facts, fresh, line, make_calendar, make_event
from tests.communities.events.test_line import began
from tests.communities.events.test_telling import told
from tests.conftest import Cast

ASKED = "Which knife?\nAnything you do not eat?"


@pytest.fixture
def calendar(here: Cast) -> Space:
    with here.scope():
        return make_calendar()


def test_whoever_is_taken_off_is_told_once_and_the_next_in_line_comes(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, by=here.moderator, capacity=1)
        row, _waits = come(event, here.member, here.ambassador)
        Registration.objects.update(news="")
        assert take_off(row, by=here.moderator)
        assert not take_off(row, by=here.moderator)
        assert line(event) == {"coming": [here.ambassador.pk], "waiting": []}
    assert sorted(told(here)) == [
        ("event_taken_off", here.member.pk),
        ("place_freed", here.ambassador.pk),
    ]
    with here.scope():
        with pytest.raises(TakenOff):
            register(fresh(event), by=here.member, wait=True)
        services.change_event(
            event.thread,
            by=here.moderator,
            title=event.thread.title,
            tags=None,
            facts=facts(place="The harbour", capacity=1),
        )
    assert told(here) == [("event_changed", here.ambassador.pk)], "whoever is off it hears no more of it"
    page = here.sign_in(here.member).get(here.url(f"/events/e/{event.thread.slug}/")).content.decode()
    assert "You are off the list" in page
    assert "Splicing" not in here.sign_in(here.member).get(here.url("/events/mine/")).content.decode()
    with here.scope():
        assert not put_on(fresh(event), here.member, by=here.moderator).is_coming
    assert told(here) == [("event_put_on", here.member.pk)]
    with here.scope():
        assert line(event) == {"coming": [here.ambassador.pk], "waiting": [here.member.pk]}


def test_nobody_is_put_past_others_nor_where_they_cannot_read(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, by=here.moderator, capacity=1)
        assert put_on(event, here.member, by=here.moderator).is_coming
        assert not put_on(event, here.ambassador, by=here.moderator).is_coming
        with pytest.raises(OnTheList):
            put_on(event, here.member, by=here.moderator)
        secret = make_event(here, make_calendar(slug="team", audience="team"), by=here.moderator)
        with pytest.raises(CannotCome):
            put_on(secret, here.member, by=here.moderator)
        began(event, HOUR)
        with pytest.raises(NoPlaceAtTheDoor):
            put_on(event, here.manager, by=here.moderator)
        Event.objects.filter(pk=event.pk).update(capacity=2)
        assert put_on(event, here.manager, by=here.moderator).is_coming, "at the door, where there is a place"
        row = Registration.objects.get(event=event, membership=here.manager)
        with pytest.raises(EventBegun):
            take_off(row, by=here.moderator)
        began(event, 3 * HOUR)
        with pytest.raises(OverAlready):
            put_on(event, here.owner, by=here.moderator)


def test_who_says_who_is_on_the_list(here: Cast, elsewhere: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, by=here.member)
        (row,) = come(event, here.ambassador)
        for act in (
            lambda: put_on(event, here.owner, by=here.ambassador),
            lambda: take_off(row, by=here.ambassador),
        ):
            with pytest.raises(NotAllowed):
                act()
        Membership.objects.filter(pk=here.member.pk).update(read_only_until=event.ends_at)
        silent = Membership.objects.get(pk=here.member.pk)
        with pytest.raises(NotAllowed):
            take_off(row, by=silent)
        Membership.objects.filter(pk=here.member.pk).update(read_only_until=None)
    at = here.url(f"/events/e/{event.thread.slug}/attendees/")
    assert here.sign_in(here.ambassador).post(at, {"person": here.owner.handle}).status_code == 403
    assert here.sign_in(here.ambassador).post(f"{at}{row.pk}/take-off/").status_code == 403
    client = here.sign_in(here.member)
    wrong = client.post(at, {"person": "nobody-here"})
    assert wrong.status_code == 422
    assert "Nobody here has this handle." in wrong.content.decode()
    assert client.post(at, {"person": f"@{here.owner.handle}"}).status_code == 302
    assert client.post(f"{at}{row.pk}/take-off/").status_code == 302
    page = client.get(f"{at}?shown=off").content.decode()
    assert "Put on again" in page
    assert here.ambassador.display_name in page
    with here.scope():
        assert line(event)["coming"] == [here.owner.pk]
    with elsewhere.scope():
        make_calendar()
    theirs = elsewhere.sign_in(elsewhere.owner)
    assert theirs.post(elsewhere.url(f"/events/e/{event.thread.slug}/attendees/")).status_code == 404


def test_questions_are_answered_and_read_by_organisers_alone(here: Cast, calendar: Space) -> None:
    with here.scope():
        event = make_event(here, calendar, by=here.moderator, questions=ASKED)
        with pytest.raises(Unanswered):
            register(fresh(event), by=here.member, answers={"Which knife?": "A saw"})
    at, client = here.url(f"/events/e/{event.thread.slug}/"), here.sign_in(here.member)
    refused = client.post(f"{at}register/", {"answer_1": "A paring knife", "answer_2": ""})
    assert refused.status_code == 422
    assert "A paring knife" in refused.content.decode(), "nothing that was typed is lost"
    client.post(f"{at}register/", {"answer_1": "A paring knife", "answer_2": "=Nuts"})
    for who, reads in ((here.moderator, True), (here.ambassador, False)):
        reader = here.sign_in(who)
        assert ("A paring knife" in reader.get(f"{at}attendees/").content.decode()) is reads
        assert "A paring knife" not in reader.get(at).content.decode()
    # In the order in which they are asked, whichever the database keeps.
    told = here.sign_in(here.moderator).get(f"{at}attendees/").content.decode()
    assert -1 < told.find("Which knife?") < told.find("Anything you do not eat?")
    with here.scope():
        said: dict[str, Any] = {"title": event.thread.title, "tags": None}
        kept = {"starts_at": fresh(event).starts_at, "ends_at": fresh(event).ends_at}
        reworded = facts(**kept, questions="Which knife do you bring?")
        services.change_event(event.thread, by=here.moderator, facts=reworded, **said)
    page = client.get(at).content.decode()
    assert "Please answer the questions below." in page
    client.post(f"{at}register/", {"answer_1": "None"})
    table = here.sign_in(here.moderator).get(f"{at}attendees.csv").content.decode()
    header, row = table.splitlines()[:2]
    for question in ("Which knife do you bring?", "Which knife?", "Anything you do not eat?"):
        assert question in header, "what was answered once stays"
    assert all(answer in row for answer in ("None", "A paring knife", "'=Nuts"))


def test_no_more_than_five_questions_none_of_them_twice(here: Cast, calendar: Space) -> None:
    client, at = here.sign_in(here.member), here.url("/events/in/gatherings/new/")
    new = {
        "title": "Splicing", "starts_at": "10/01/2030 18:00", "ends_at": "10/01/2030 20:30", "zone": "Europe/Paris",
        "place": "The loft", "body": "<p>Rope.</p>", "body_format": "html",
    }  # fmt: skip
    six = "\n".join(f"Question {number}?" for number in range(6))
    assert "5 questions at most." in client.post(at, new | {"questions": six}).content.decode()
    assert "200 characters at most" in client.post(at, new | {"questions": "x" * 201}).content.decode()
    client.post(at, new | {"questions": " Which knife? \n\nWhich knife?\n"})
    with here.scope():
        assert Event.objects.get().asked == ["Which knife?"]
